import { checkKeys, fraction, positive } from '../options.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface AdamaxOptions {
  /** A number or a schedule. Default 2e-3. */
  learningRate?: Rate;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the largest gradient. Default 0.999. */
  beta2?: number;
  /** Added to the absolute value of the gradient. Default 1e-8. */
  delta?: number;
}

/** Adamax (Kingma & Ba 2015, algorithm 2): Adam with the largest gradient in place of the root of the second moment.
 *  s ← β₁s + (1 − β₁)g;  u ← max(β₂u, |g| + δ);  θ ← θ − ε/(1 − β₁ᵏ) s/u
 *  @example adamax() */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  checkKeys('adamax', options, ['learningRate', 'beta1', 'beta2', 'delta']);
  const beta1 = fraction('adamax', 'beta1', options.beta1 ?? 0.9);
  const beta2 = fraction('adamax', 'beta2', options.beta2 ?? 0.999);
  const delta = positive('adamax', 'delta', options.delta ?? 1e-8);
  return fused({ name: 'adamax', options: { ...options } }, options.learningRate ?? 2e-3, {
    kernel: 'adamax',
    state: ['s', 'u'],
    scalars: ({ learningRate, power }) => [beta1, 1 - beta1, beta2, learningRate / (1 - power(beta1)), delta, TINY],
  });
}
