import { checkKeys, flag, inRange, positive } from '../options.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface RmspropOptions {
  /** A number or a schedule. Default 1e-3. */
  learningRate?: Rate;
  /** ρ, the decay of the mean of squares. Default 0.9. */
  rho?: number;
  /** Added to the mean of squares, inside the root. Default 1e-6. */
  delta?: number;
  /** α, the decay of the velocity. Default 0: no velocity. */
  momentum?: number;
  /** Subtracts the square of the mean gradient, so that the root is a standard deviation. Default false. */
  centered?: boolean;
}

/** RMSProp (Hinton 2012; algorithms 8.5 and 8.6 of Goodfellow et al. 2016): AdaGrad with an exponentially decaying
 *  mean. r ← ρr + (1 − ρ)g²;  θ ← θ − ε/√(δ + r) g;  with momentum v ← αv − ε/√(δ + r) g, θ ← θ + v
 *  @example rmsprop({ learningRate: 1e-3, momentum: 0.9 }) */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkKeys('rmsprop', options, ['learningRate', 'rho', 'delta', 'momentum', 'centered']);
  const rho = inRange('rmsprop', 'rho', options.rho ?? 0.9, 0, 1);
  const delta = positive('rmsprop', 'delta', options.delta ?? 1e-6);
  const momentum = inRange('rmsprop', 'momentum', options.momentum ?? 0, 0, 1);
  const centered = flag('rmsprop', 'centered', options.centered ?? false);
  return fused({ name: 'rmsprop', options: { ...options } }, options.learningRate ?? 1e-3, {
    kernel: `rmsprop${centered ? 'Centered' : ''}${momentum ? 'Momentum' : ''}`,
    state: ['r', ...(centered ? ['m'] : []), ...(momentum ? ['v'] : [])],
    scalars: ({ learningRate }) => [learningRate, rho, 1 - rho, delta, momentum, TINY],
  });
}
