import { checkKeys, fraction, inRange, positive } from '../options.js';
import { moments } from './moments.js';
import type { Optimizer } from './optimizer.js';
import { power } from './power.js';
import type { Rate } from './schedule.js';

export interface NadamOptions {
  /** A number or a schedule. Default 2e-3. */
  learningRate?: Rate;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  delta?: number;
  /** ψ, the speed at which the momentum grows to β₁. Default 0.004. */
  momentumDecay?: number;
}

/** NAdam (Dozat 2016, with PyTorch's schedule of the momentum): Adam with Nesterov momentum.
 *  μₖ = β₁(1 − ½·0.96^(kψ));  θ ← θ − ε((1 − μₖ)/(1 − Πμ) g + μₖ₊₁/(1 − Πμ·μₖ₊₁) s)/(√r̂ + δ)
 *  @example nadam() */
export function nadam(options: NadamOptions = {}): Optimizer {
  checkKeys('nadam', options, ['learningRate', 'beta1', 'beta2', 'delta', 'momentumDecay']);
  const beta1 = fraction('nadam', 'beta1', options.beta1 ?? 0.9);
  const beta2 = fraction('nadam', 'beta2', options.beta2 ?? 0.999);
  const delta = positive('nadam', 'delta', options.delta ?? 1e-8);
  const decay = inRange('nadam', 'momentumDecay', options.momentumDecay ?? 0.004, 0);
  const momenta = momentaOf(beta1, decay);
  return moments(
    { name: 'nadam', options: { ...options } },
    options.learningRate ?? 2e-3,
    { beta1, beta2, delta },
    ({ learningRate, power: running, step }) => {
      const { now, next, product } = momenta(step + 1);
      return {
        ofGrad: (learningRate * (1 - now)) / (1 - product),
        ofMoment: (learningRate * next) / (1 - product * next),
        correction: 1 / Math.sqrt(1 - running(beta2)),
      };
    },
  );
}

/** Computes μₖ, μₖ₊₁ and the product μ₁ … μₖ for consecutive updates. */
function momentaOf(beta1: number, decay: number) {
  const base = power(0.96, decay);
  let current = { k: 0, factor: 1, product: 1 };
  return (k: number): { now: number; next: number; product: number } => {
    if (current.k > k) current = { k: 0, factor: 1, product: 1 };
    while (current.k < k) {
      const factor = current.factor * base;
      current = { k: current.k + 1, factor, product: current.product * beta1 * (1 - 0.5 * factor) };
    }
    const { factor, product } = current;
    return { now: beta1 * (1 - 0.5 * factor), next: beta1 * (1 - 0.5 * factor * base), product };
  };
}
