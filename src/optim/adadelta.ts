import { checkKeys, inRange, positive } from '../options.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface AdadeltaOptions {
  /** A number or a schedule. Default 1. */
  learningRate?: Rate;
  /** ρ, the decay of both means of squares. Default 0.9. */
  rho?: number;
  /** Added inside both roots. Default 1e-6. */
  delta?: number;
}

/** Adadelta (Zeiler 2012): the size of a step follows that of earlier steps.
 *  r ← ρr + (1 − ρ)g²;  d = √(a + δ)/√(r + δ) g;  a ← ρa + (1 − ρ)d²;  θ ← θ − εd
 *  @example adadelta() */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkKeys('adadelta', options, ['learningRate', 'rho', 'delta']);
  const rho = inRange('adadelta', 'rho', options.rho ?? 0.9, 0, 1);
  const delta = positive('adadelta', 'delta', options.delta ?? 1e-6);
  return fused({ name: 'adadelta', options: { ...options } }, options.learningRate ?? 1, {
    kernel: 'adadelta',
    state: ['r', 'a'],
    scalars: ({ learningRate }) => [learningRate, rho, 1 - rho, delta, TINY],
  });
}
