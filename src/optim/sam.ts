import { configOf, made } from '../config.js';
import { UnsupportedError } from '../errors.js';
import { checkKeys, positive } from '../options.js';
import { add, div, mul } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { sqrt } from '../ops/elementary.js';
import { where } from '../ops/elementwise.js';
import { sumSquares } from '../ops/reduce.js';
import { checkOptimizer, type Optimizer } from './optimizer.js';

export interface SamOptions {
  /** ρ, the distance along the gradient at which the second gradient is taken. Default 0.05. */
  rho?: number;
}

/** Sharpness-aware minimization (Foret et al. 2021): the update of the base optimizer, with the gradient at the worst
 *  point nearby, which favours wide minima. Every update takes two gradients, of the same batch and with the same
 *  dropout masks. g′ = ∇J(θ + ρ g/‖g‖);  θ ← base(θ, g′)
 *  @example sam(sgd({ learningRate: 0.1, momentum: 0.9 }), { rho: 0.05 }) */
export function sam(base: Optimizer, options: SamOptions = {}): Optimizer {
  checkOptimizer('sam', base);
  checkKeys('sam', options, ['rho']);
  const rho = positive('sam', 'rho', options.rho ?? 0.05);
  return made({
    ...base,
    base: base.base ?? base,
    config: { name: 'sam', options: { base: configOf(base), rho } },
    ascent(theta, grad) {
      const norm = sqrt(sumSquares(grad));
      return add(theta, mul(grad, where(greater(norm, 0), div(rho, norm), 0)));
    },
    update: refuseAlone,
  });
}

/** Throws, because a single gradient is not enough for this update. */
export function refuseAlone(): never {
  throw new UnsupportedError(
    'sam: one update needs a second gradient; train with fit, trainStep or descend, which take it',
  );
}
