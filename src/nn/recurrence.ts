import { fusedGradient } from '../differentiate/fusedGradient.js';
import { scan } from '../differentiate/scan.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { sigmoid, tanh } from '../ops/activations.js';
import { slice } from '../ops/arrange.js';
import { less } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { full, table } from '../graph/leaves.js';
import { matmul } from '../ops/matmul.js';
import { CELLS, type Gates, recurrent, type Walk } from '../ops/recurrent.js';
import { reshape } from '../ops/reshape.js';

/** The state of a cell: h, and for an LSTM c. */
export type State = { readonly h: Tensor; readonly c: Tensor };

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
function plain(gates: Gates, walk: Walk): Tensor {
  const zero = full([gates.x.shape[0], gates.recurrent.shape[0]], 0);
  return walked(gates, walk, { h: zero, c: zero }).y;
}

/** The same from any state, with the last one. */
export function walked(
  gates: Gates,
  { cell, reverse, sequences }: Walk,
  from: State,
): { readonly y: Tensor; readonly last: State } {
  const { x, recurrent: weights, lengths } = gates;
  const [n, t] = x.shape;
  const zero = full([n, weights.shape[0]], 0);
  // 1 for the steps of a row, 0 for the padding behind them.
  const alive = lengths && reshape(less(reshape(arange(t), [1, t]), reshape(lengths, [n, 1])), [n, t, 1]);
  const kept = (is: Tensor | undefined, a: Tensor, b: Tensor): Tensor => (is ? where(is, a, b) : a);
  const { carry, ys } = scan(
    (state: State, at: { x: Tensor; alive?: Tensor }) => {
      const next = cellStep(at.x, state, gates, cell);
      return {
        carry: { h: kept(at.alive, next.h, state.h), c: kept(at.alive, next.c, state.c) },
        y: kept(at.alive, next.h, zero),
      };
    },
    from,
    { x, alive },
    { reverse },
  );
  return { y: sequences ? ys : carry.h, last: carry };
}
const arange = (n: number): Tensor => table([n], (i) => i);

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
