import { fusedGradient } from '../differentiate/fusedGradient.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { sigmoid, tanh } from '../ops/activations.js';
import { slice, stack } from '../ops/arrange.js';
import { less } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { full } from '../graph/leaves.js';
import { matmul } from '../ops/matmul.js';
import { CELLS, type Gates, recurrent, type Walk } from '../ops/recurrent.js';
import { reshape } from '../ops/reshape.js';

/** The state of a cell: h, and for an LSTM c. */
interface State {
  readonly h: Tensor;
  readonly c: Tensor;
}

/** One step, written with ops. x [n, gates·units]. */
function cellStep(x: Tensor, { h, c }: State, { recurrent: weights, bias, mask }: Gates, cell: Walk['cell']): State {
  const u = weights.shape[0];
  const part = (t: Tensor, i: number): Tensor => slice(t, [0, i * u], [t.shape[0], (i + 1) * u]);
  const product = matmul(mask ? mul(h, mask) : h, weights);
  const z = bias ? add(product, bias) : product;
  if (cell === 'rnn') return { h: tanh(add(x, z)), c };
  if (cell === 'gru') {
    const gate = (i: number): Tensor => sigmoid(add(part(x, i), part(z, i)));
    const n = tanh(add(part(x, 2), mul(gate(0), part(z, 2))));
    return { h: add(mul(sub(1, gate(1)), n), mul(gate(1), h)), c };
  }
  const all = add(x, z);
  const next = add(mul(sigmoid(part(all, 1)), c), mul(sigmoid(part(all, 0)), tanh(part(all, 2))));
  return { h: mul(sigmoid(part(all, 3)), tanh(next)), c: next };
}

/** The computation of the kernels, written with ops. */
function plain(gates: Gates, { cell, reverse, sequences }: Walk): Tensor {
  const { x, recurrent: weights, lengths } = gates;
  const [n, t, columns] = x.shape;
  const zero = full([n, weights.shape[0]], 0);
  let state: State = { h: zero, c: zero };
  const outputs: Tensor[] = [];
  for (let k = 0; k < t; k++) {
    const at = reverse ? t - 1 - k : k;
    const next = cellStep(reshape(slice(x, [0, at, 0], [n, at + 1, columns]), [n, columns]), state, gates, cell);
    const alive = lengths && reshape(less(at, lengths), [n, 1]);
    const kept = (a: Tensor, b: Tensor): Tensor => (alive ? where(alive, a, b) : a);
    state = { h: kept(next.h, state.h), c: kept(next.c, state.c) };
    outputs[at] = kept(next.h, zero);
  }
  return sequences ? stack(outputs, 1) : state.h;
}

/** The states [n, t, units] of a recurrent layer after each step, or the last one, [n, units]. `saves`: whether the gradient
 *  will be asked for. */
export function recurrence(gates: Gates, walk: Walk, saves: boolean): Tensor {
  const { y, gradients } = recurrent(gates, walk, saves);
  const inputs = [gates.x, gates.recurrent, ...(gates.bias ? [gates.bias] : [])];
  return fusedGradient(y, inputs, gradients, (x, weights, bias) =>
    plain({ ...gates, x, recurrent: weights, bias }, walk),
  );
}
export const gatesOf = (cell: Walk['cell']): number => CELLS[cell][1];
