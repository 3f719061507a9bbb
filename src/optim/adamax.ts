import { checkKeys, inRange, positive } from '../options.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { abs } from '../ops/elementary.js';
import { numbers, settled } from './numbers.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import type { Rate } from './schedule.js';

export interface AdamaxOptions {
  /** A number or a schedule. Default 2e-3. */
  learningRate?: Rate;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the largest gradient. Default 0.999. */
  beta2?: number;
  /** Added to the gradient's size. Default 1e-8. */
  delta?: number;
}

/** Adamax (Kingma & Ba 2015, algorithm 2): Adam with the largest gradient in place of the root of the second moment.
 *  s ← β₁s + (1 − β₁)g;  u ← max(β₂u, |g| + δ);  θ ← θ − ε/(1 − β₁ᵏ) s/u
 *  @example adamax() */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  checkKeys('adamax', options, ['learningRate', 'beta1', 'beta2', 'delta']);
  const beta1 = inRange('adamax', 'beta1', options.beta1 ?? 0.9, 0, 1);
  const beta2 = inRange('adamax', 'beta2', options.beta2 ?? 0.999, 0, 1);
  const delta = positive('adamax', 'delta', options.delta ?? 1e-8);
  return optimizerOf({ name: 'adamax', options: { ...options } }, options.learningRate ?? 2e-3, {
    state: ['s', 'u'],
    native: false,
    scalars: ({ learningRate, power }) => [1 - beta1, learningRate / (1 - power(beta1))],
    apply: ({ theta, grad, state, scalars }) => {
      const [fresh, rate] = numbers(scalars);
      const s = settled(add(mul(state.s, beta1), mul(grad, fresh)));
      const u = maximum(mul(state.u, beta2), add(abs(grad), delta));
      return { theta: sub(theta, mul(rate, div(s, u))), state: { s, u } };
    },
  });
}
