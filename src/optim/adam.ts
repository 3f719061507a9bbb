import { checkKeys, flag, fraction, positive } from '../options.js';
import { moments, type Shares } from './moments.js';
import type { Optimizer } from './optimizer.js';
import type { Moment } from './rule.js';
import type { Rate } from './schedule.js';

export interface AdamOptions {
  /** A number or a schedule. Default 1e-3. */
  learningRate?: Rate;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  delta?: number;
  /** Divides by the largest second moment so far (Reddi et al. 2018), so that the effective rate never increases.
   *  Default false. */
  amsgrad?: boolean;
}
export const ADAM = ['learningRate', 'beta1', 'beta2', 'delta', 'amsgrad'] as const;

/** Adam (Kingma & Ba 2015, algorithm 1). s, r: first and second moments, corrected for their start at 0.
 *  s ← β₁s + (1 − β₁)g;  r ← β₂r + (1 − β₂)g²;  θ ← θ − ε ŝ/(√r̂ + δ)
 *  @example adam({ learningRate: 1e-3 }) */
export function adam(options: AdamOptions = {}): Optimizer {
  checkKeys('adam', options, ADAM);
  const checked = adamOptions('adam', options);
  return moments({ name: 'adam', options: { ...options } }, checked.learningRate, checked, corrected(checked));
}

/** The checked options, with defaults filled in. */
export function adamOptions(where: string, options: AdamOptions) {
  return {
    learningRate: options.learningRate ?? 1e-3,
    beta1: fraction(where, 'beta1', options.beta1 ?? 0.9),
    beta2: fraction(where, 'beta2', options.beta2 ?? 0.999),
    delta: positive(where, 'delta', options.delta ?? 1e-8),
    largest: flag(where, 'amsgrad', options.amsgrad ?? false),
  };
}

/** The bias correction of both moments, by running products of β in float64. As in PyTorch, AMSGrad takes the largest
 *  of the second moments before their correction. */
export const corrected =
  ({ beta1, beta2 }: { beta1: number; beta2: number }) =>
  ({ learningRate, power }: Moment): Shares => ({
    ofMoment: learningRate / (1 - power(beta1)),
    correction: 1 / Math.sqrt(1 - power(beta2)),
  });
