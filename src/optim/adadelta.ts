import { checkKeys, inRange, positive } from '../options.js';
import { add, div, mul, square, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/elementary.js';
import { numbers, settled } from './numbers.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import type { Rate } from './schedule.js';

export interface AdadeltaOptions {
  /** A number or a schedule. Default 1. */
  learningRate?: Rate;
  /** ρ: how much of both means of squares stays. Default 0.9. */
  rho?: number;
  /** Added inside both roots. Default 1e-6. */
  delta?: number;
}

/** Adadelta (Zeiler 2012): steps have the size of the steps before.
 *  r ← ρr + (1 − ρ)g²;  d = √(a + δ)/√(r + δ) g;  a ← ρa + (1 − ρ)d²;  θ ← θ − εd
 *  @example adadelta() */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkKeys('adadelta', options, ['learningRate', 'rho', 'delta']);
  const rho = inRange('adadelta', 'rho', options.rho ?? 0.9, 0, 1);
  const delta = positive('adadelta', 'delta', options.delta ?? 1e-6);
  return optimizerOf({ name: 'adadelta', options: { ...options } }, options.learningRate ?? 1, {
    state: ['r', 'a'],
    native: false,
    scalars: () => [1 - rho],
    apply: ({ theta, grad, state, learningRate, scalars }) => {
      const [fresh] = numbers(scalars);
      const r = settled(add(mul(state.r, rho), mul(square(grad), fresh)));
      const d = mul(div(sqrt(add(state.a, delta)), sqrt(add(r, delta))), grad);
      const a = settled(add(mul(state.a, rho), mul(square(d), fresh)));
      return { theta: sub(theta, mul(learningRate, d)), state: { r, a } };
    },
  });
}
