import { node, type Op, type Tensor } from '../graph/tensor.js';
import { mul, sub } from './arithmetic.js';
import { transpose } from './arrange.js';
import { exp } from './elementary.js';
import { asTensor, axisOf, type Operand } from './operand.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';

type Kernel = 'softmax' | 'logSoftmax';
const rowsOp = (kernel: Kernel, gradient: (dy: Tensor, y: Tensor) => Tensor): Op<null> => ({
  name: kernel,
  shape: ([x]) => x.shape,
  lower: (_, [a]) => {
    const [rows, columns] = a.shape;
    return { kernel, a, rows, columns, parts: Math.min(rows, Math.ceil(a.size / 2048)) };
  },
  gradient: (dy, y) => [gradient(dy, y)],
});
const softmaxOp = rowsOp('softmax', (dy, y) => mul(y, sub(dy, sum(mul(dy, y), 1, true))));
const logSoftmaxOp = rowsOp('logSoftmax', (dy, y) => sub(dy, mul(exp(y), sum(dy, 1, true))));

/** The kernel works along rows, so another axis is moved to the end and back. */
function along(op: Op<null>, given: Operand, axis: number): Tensor {
  const x = asTensor(op.name, given);
  const at = axisOf(op.name, axis, x.shape.length);
  const last = x.shape.length - 1;
  if (at !== last) {
    const perm = x.shape.map((_, i) => (i === at ? last : i === last ? at : i));
    return transpose(along(op, transpose(x, perm), last), perm);
  }
  const columns = x.shape[last];
  return reshape(node(op, [reshape(x, [x.size / columns, columns])], null), x.shape);
}

/** eˣ / Σ eˣ along an axis, without overflow. */
export const softmax = (x: Operand, axis = -1): Tensor => along(softmaxOp, x, axis);
/** log(softmax x) along an axis, without overflow or a logarithm of 0. */
export const logSoftmax = (x: Operand, axis = -1): Tensor => along(logSoftmaxOp, x, axis);
