import { UnsupportedError } from '../errors.js';
import { full } from '../graph/leaves.js';
import { sorted } from '../graph/sort.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/arithmetic.js';

/** ∂f/∂x for every x of `wrt`, as tensors; `seed` is ∂/∂f, by default ones. A tensor that f does not depend on gets
 *  zeros. */
export const gradient = (f: Tensor, wrt: readonly Tensor[], seed: Tensor = full(f.shape, 1)): Tensor[] =>
  gradients([f], wrt, [seed]);

/** The same for several functions, whose gradients are summed. Reverse mode: from the functions back, each op's rule turns its
 *  output's gradient into its inputs' gradients. */
export function gradients(of: readonly Tensor[], wrt: readonly Tensor[], seeds: readonly Tensor[]): Tensor[] {
  const wanted = new Set(wrt);
  const order = sorted(of, (t) => (wanted.has(t) ? [] : t.inputs));
  const needed = new Set<Tensor>();
  for (const t of order) if (wanted.has(t) || t.inputs.some((x) => needed.has(x))) needed.add(t);
  const total = new Map<Tensor, Tensor>();
  const give = (x: Tensor, dx: Tensor): void => {
    const sum = total.get(x);
    total.set(x, sum ? add(sum, dx) : dx);
  };
  of.forEach((f, i) => give(f, seeds[i]));
  for (let i = order.length - 1; i >= 0; i--) {
    const t = order[i];
    const dy = total.get(t);
    if (!dy || wanted.has(t) || !t.inputs.length || !needed.has(t)) continue;
    if (!t.op.gradient)
      throw new UnsupportedError(`${t.op.name} has no gradient; use stopGradient where none is meant to flow`);
    const found = t.op.gradient(dy, t, t.inputs, t.attributes);
    t.inputs.forEach((x, k) => {
      const dx = found[k];
      if (dx && needed.has(x)) give(x, dx);
    });
  }
  return wrt.map((x) => total.get(x) ?? full(x.shape, 0));
}
