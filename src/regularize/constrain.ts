/** Norm constraints: after every update, weights are projected to the nearest point where a norm is small enough. */
import { checkKeys, positive } from '../options.js';
import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import { factor, unitNorm } from '../optim/norms.js';
import { nativeRule, type Rule } from '../optim/rule.js';
import { checkOnly, type Only, selected } from '../optim/select.js';
import { add, mul, square } from '../ops/arithmetic.js';
import { sqrt } from '../ops/elementary.js';
import { ballThreshold, softThreshold } from '../ops/penalty.js';
import { sum } from '../ops/reduce.js';
import { assign } from '../ops/storage.js';
import { type PenaltyOptions, tableOf } from './penalties.js';

/** Makes a rule of the stage 'project' for the selected weights. */
function constraint(
  name: string,
  bound: Readonly<Record<string, number>>,
  options: PenaltyOptions,
  project: (theta: Tensor, chosen: readonly Segment[], segments: readonly Segment[], only: Only) => Tensor,
): Rule {
  const where = `constrain.${name}`;
  for (const [key, value] of Object.entries(bound)) positive(where, key, value);
  checkKeys(where, options, ['only']);
  const only = checkOnly(where, options.only ?? 'weights');
  return nativeRule(
    { name, options: { ...bound, ...options } },
    {
      stage: 'project',
      apply({ theta }, segments) {
        const chosen = selected(segments, only);
        return chosen.length ? { theta: project(theta, chosen, segments, only) } : {};
      },
    },
  );
}
const pieceOf = (theta: Tensor, { offset, shape }: Segment): Tensor => view(theta, offset, shape);
/** Applies f to each chosen piece of θ. */
const piecewise = (theta: Tensor, chosen: readonly Segment[], f: (w: Tensor) => Tensor): Tensor =>
  chosen.reduce((vector, segment) => assign(vector, f(pieceOf(theta, segment)), segment.offset), theta);

/** ‖w‖₂ ≤ radius for all selected weights as one vector: scaled by radius/‖w‖ where they are longer. A penalty
 *  (λ/2)‖w‖² has the same effect for a λ that corresponds to the radius (Goodfellow et al. 2016, 7.2).
 *  @example await fit(model, train, { ...options, constrain: constrain.l2Ball(10) }) */
export function l2Ball(radius: number, options: PenaltyOptions = {}): Rule {
  return constraint('l2Ball', { radius }, options, (theta, chosen) => {
    const squares = chosen.map((segment) => sum(square(pieceOf(theta, segment)))).reduce((a, b) => add(a, b));
    const share = factor(sqrt(squares), radius);
    return piecewise(theta, chosen, (w) => mul(w, share));
  });
}

/** ‖w‖₁ ≤ radius for all selected weights as one vector: a projection to the nearest such point, in which all weights
 *  shrink by the same amount and small ones become exactly 0 (Duchi et al. 2008).
 *  @example await fit(model, train, { ...options, constrain: constrain.l1Ball(100) }) */
export function l1Ball(radius: number, options: PenaltyOptions = {}): Rule {
  return constraint('l1Ball', { radius }, options, (theta, _, segments, only) => {
    const table = tableOf(segments, only, 0, 1);
    return softThreshold(theta, ballThreshold(theta, radius, table), table);
  });
}

/** ‖w‖₂ ≤ c for the weights into each unit: scaled where they are longer (Srebro & Shraibman 2005; with dropout, Srivastava et al. 2014). A
 *  unit is one place of a weight's last axis; parameters with one axis are taken as a whole.
 *  @example await fit(model, train, { ...options, constrain: constrain.maxNorm(3) }) */
export function maxNorm(c: number, options: PenaltyOptions = {}): Rule {
  return constraint('maxNorm', { c }, options, (theta, chosen) =>
    piecewise(theta, chosen, (w) => mul(w, factor(unitNorm(w), c))),
  );
}
