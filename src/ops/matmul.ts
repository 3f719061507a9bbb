import { Activation, Product } from '../../assembly/layout.js';
import { ShapeError } from '../errors.js';
import { checkKeys, flag } from '../options.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { broadcastShape } from './elementwise.js';
import { asTensor, type Operand } from './operand.js';
import { expand, sum } from './reduce.js';
import { reshape } from './reshape.js';

/** op(a)·op(b) for matrices [m, k]·[k, n], or for `batch` pairs of them; a or b with batch 1 is used for all. */
interface Multiply {
  transposeA: boolean;
  transposeB: boolean;
  activation: Activation;
}
/** The sizes of a product of [batch?, rows, columns] operands. */
function sizes(a: Tensor, b: Tensor, { transposeA, transposeB }: Multiply) {
  const [ra, ca] = a.shape.slice(-2);
  const [rb, cb] = b.shape.slice(-2);
  const batch = a.shape.length === 3 ? Math.max(a.shape[0], b.shape[0]) : 0;
  return { m: transposeA ? ca : ra, k: transposeA ? ra : ca, n: transposeB ? rb : cb, lda: ca, ldb: cb, batch };
}
/** The floating-point operations that make a part worth its dispatch. */
const GRAIN = 3e5;

export const productOp: Op<Multiply> = {
  name: 'matmul',
  shape: ([a, b], multiply) => {
    const { m, n, batch } = sizes(a, b, multiply);
    return batch ? [batch, m, n] : [m, n];
  },
  lower: (_, [a, b, c], multiply) => {
    const { m, k, n, lda, ldb, batch } = sizes(a, b, multiply);
    const { transposeA, transposeB, activation } = multiply;
    const mode = (transposeA ? Product.transposeA : 0) | (transposeB ? Product.transposeB : 0) | (activation << 2);
    const wish = Math.round((2 * m * k * n * Math.max(1, batch)) / GRAIN);
    // There are enough parts for unequal shares, and each has whole cache lines. The cuts do not change a bit.
    const longer = Math.max(m, n);
    const most = batch || (longer < 128 ? 1 : Math.min(64, Math.ceil(longer / 16)));
    const stride = (x: Tensor, size: number) => (x.shape[0] === 1 ? 0 : size);
    const d = batch ? Int32Array.of(batch, stride(a, m * k), stride(b, k * n), m * n) : undefined;
    return {
      kernel: 'gemm',
      a,
      b,
      c,
      d,
      rows: m,
      columns: n,
      inner: k,
      lda,
      ldb,
      mode,
      parts: wish > 1 ? most : 1,
    };
  },
  gradient: (dy, _, [a, b], { transposeA, transposeB }) => [
    summed(transposeA ? product(b, dy, transposeB, true) : product(dy, b, false, !transposeB), a.shape),
    summed(transposeB ? product(dy, a, true, transposeA) : product(a, dy, !transposeA, false), b.shape),
  ],
};
/** The gradient of an operand that is used for the whole batch is summed over the batch. */
const summed = (d: Tensor, shape: Shape): Tensor => (d.shape[0] === shape[0] ? d : sum(d, 0, true));
const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
  node(productOp, [a, b], { transposeA, transposeB, activation: Activation.none });

export interface MatmulOptions {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** The matrix product of the last two axes, [..., m, k]·[..., k, n] → [..., m, n]; leading axes broadcast. An operand with one
 *  axis is a row on the left and a column on the right, as in NumPy. */
export function matmul(left: Operand, right: Operand, options: MatmulOptions = {}): Tensor {
  checkKeys('matmul', options, ['transposeA', 'transposeB']);
  const transposeA = flag('matmul', 'transposeA', options.transposeA ?? false);
  const transposeB = flag('matmul', 'transposeB', options.transposeB ?? false);
  const [a, b] = [asTensor('matmul', left, 'a'), asTensor('matmul', right, 'b')];
  const shapes = [a.shape, b.shape];
  if (shapes.some((shape) => !shape.length))
    throw new ShapeError(`matmul: a scalar has no rows: ${shapes.map(show).join(' · ')}; use mul`);
  if (a.shape.length === 1) {
    const y = matmul(reshape(a, [1, a.size]), b, { transposeB });
    return reshape(y, [...y.shape.slice(0, -2), ...y.shape.slice(-1)]);
  }
  if (b.shape.length === 1) {
    const y = matmul(a, reshape(b, [b.size, 1]), { transposeA });
    return reshape(y, y.shape.slice(0, -1));
  }
  const multiply = { transposeA, transposeB, activation: Activation.none };
  const [k, k2] = [a.shape.at(transposeA ? -2 : -1) as number, b.shape.at(transposeB ? -1 : -2) as number];
  if (k !== k2) throw new ShapeError(`matmul: inner sizes differ: ${show(a.shape)} · ${show(b.shape)} (${k} ≠ ${k2})`);
  if (a.shape.length === 2 && b.shape.length === 2) return node(productOp, [a, b], multiply);
  const lead = broadcastShape('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const n = b.shape.at(transposeB ? -2 : -1) as number;
  // Many rows times one matrix on the right are a single product.
  if (b.shape.length === 2 && !transposeA) {
    const y = product(reshape(a, [a.size / k, k]), b, false, transposeB);
    return reshape(y, [...a.shape.slice(0, -1), n]);
  }
  const [p, q] = [batched(a, lead), batched(b, lead)];
  const y = product(p, q, transposeA, transposeB);
  return reshape(y, [...lead, ...y.shape.slice(-2)]);
}

/** x as [batch, rows, columns], or [1, rows, columns] where one matrix is used for the whole batch. */
function batched(x: Tensor, lead: Shape): Tensor {
  const matrix = x.shape.slice(-2);
  const count = sizeOf(x.shape.slice(0, -2));
  if (count === 1) return reshape(x, [1, ...matrix]);
  return reshape(expand(x, [...lead, ...matrix]), [sizeOf(lead), ...matrix]);
}
