import { checkKeys, positive } from '../options.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';

export interface AdagradOptions {
  /** A number or a schedule. Default 0.01. */
  learningRate?: Rate;
  /** Added to the root. Default 1e-7. */
  delta?: number;
}

/** AdaGrad (Duchi et al. 2011; algorithm 8.4 of Goodfellow et al. 2016): parameters with large gradients so far take
 *  smaller steps. r ← r + g²;  θ ← θ − ε/(δ + √r) g
 *  @example adagrad({ learningRate: 0.05 }) */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkKeys('adagrad', options, ['learningRate', 'delta']);
  const delta = positive('adagrad', 'delta', options.delta ?? 1e-7);
  return fused({ name: 'adagrad', options: { ...options } }, options.learningRate ?? 0.01, {
    kernel: 'adagrad',
    state: ['r'],
    scalars: ({ learningRate }) => [learningRate, delta],
  });
}
