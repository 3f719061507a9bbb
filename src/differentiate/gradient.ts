import { UnsupportedError } from '../errors.js';
import { full } from '../graph/leaves.js';
import { sorted } from '../graph/sort.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/arithmetic.js';

/** ∂f/∂x for every x of `wrt`, as tensors; `seed` is ∂/∂f, by default ones. A tensor that f does not depend on gets
 *  zeros. Reverse mode: from f back, each op's rule turns its output's gradient into its inputs' gradients. */
export function gradient(f: Tensor, wrt: readonly Tensor[], seed: Tensor = full(f.shape, 1)): Tensor[] {
  const order = sorted([f]);
  const wanted = new Set(wrt);
  const needed = new Set<Tensor>();
  for (const t of order) if (wanted.has(t) || t.inputs.some((x) => needed.has(x))) needed.add(t);
  const total = new Map<Tensor, Tensor>([[f, seed]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const t = order[i];
    const dy = total.get(t);
    if (!dy || wanted.has(t) || !t.inputs.length || !needed.has(t)) continue;
    if (!t.op.gradient)
      throw new UnsupportedError(`${t.op.name} has no gradient; use stopGradient where none is meant to flow`);
    const gradients = t.op.gradient(dy, t, t.inputs, t.attributes);
    t.inputs.forEach((x, k) => {
      const dx = gradients[k];
      if (!dx || !needed.has(x)) return;
      const sum = total.get(x);
      total.set(x, sum ? add(sum, dx) : dx);
    });
  }
  return wrt.map((x) => total.get(x) ?? full(x.shape, 0));
}
