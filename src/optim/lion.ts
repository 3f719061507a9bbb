import { checkKeys, inRange } from '../options.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface LionOptions {
  /** A number or a schedule. Default 1e-4: steps are as long as the rate. */
  learningRate?: Rate;
  /** The weight of the moment in a step. Default 0.9. */
  beta1?: number;
  /** Decay of the moment. Default 0.99. */
  beta2?: number;
}

/** Lion (Chen et al. 2023): steps along the sign of a mean of gradient and moment.
 *  θ ← θ − ε sign(β₁m + (1 − β₁)g);  m ← β₂m + (1 − β₂)g
 *  @example lion({ learningRate: 1e-4 }) */
export function lion(options: LionOptions = {}): Optimizer {
  checkKeys('lion', options, ['learningRate', 'beta1', 'beta2']);
  const beta1 = inRange('lion', 'beta1', options.beta1 ?? 0.9, 0, 1);
  const beta2 = inRange('lion', 'beta2', options.beta2 ?? 0.99, 0, 1);
  return fused({ name: 'lion', options: { ...options } }, options.learningRate ?? 1e-4, {
    kernel: 'lion',
    state: ['m'],
    scalars: ({ learningRate }) => [learningRate, beta1, 1 - beta1, beta2, 1 - beta2, TINY],
  });
}
