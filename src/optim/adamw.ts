import { checkKeys, inRange } from '../options.js';
import { constant, view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import { mul, sub } from '../ops/arithmetic.js';
import { assign } from '../ops/storage.js';
import { ADAM, type AdamOptions, adamOptions, corrected } from './adam.js';
import { moments } from './moments.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import { checkOnly, type Only, selected } from './select.js';

export interface AdamwOptions extends AdamOptions {
  /** λ: every step subtracts ελθ, whatever the gradient. Default 0.01. */
  weightDecay?: number;
  /** Which parameters decay. Default 'all', as in PyTorch. */
  only?: Only;
}

/** AdamW (Loshchilov & Hutter 2019): Adam with decoupled weight decay: θ ← θ − ελθ before Adam's step.
 *  @example adamw({ learningRate: 1e-3, weightDecay: 0.01 }) */
export function adamw(options: AdamwOptions = {}): Optimizer {
  checkKeys('adamw', options, [...ADAM, 'weightDecay', 'only']);
  const checked = adamOptions('adamw', options);
  const weightDecay = inRange('adamw', 'weightDecay', options.weightDecay ?? 0.01, 0);
  const only = checkOnly('adamw', options.only ?? 'all');
  const config = { name: 'adamw', options: { ...options } };
  const adam = corrected(checked);
  const whole = moments(config, checked.learningRate, checked, (moment) => ({
    ...adam(moment),
    decay: only === 'all' ? moment.learningRate * weightDecay : 0,
  }));
  if (only === 'all') return whole;
  const { state, scalars, apply } = whole.rule;
  return optimizerOf(config, checked.learningRate, {
    state,
    scalars: (moment) => [...scalars(moment), moment.learningRate * weightDecay],
    apply: (vectors, segments, draws) => {
      const { theta, scalars: stepScalars } = vectors;
      const pull = mul(mul(theta, view(stepScalars, stepScalars.size - 1, [1])), mask(segments, only, theta));
      // The kernel updates θ in place, so the decayed θ must be written back first.
      return apply({ ...vectors, theta: assign(theta, sub(theta, pull)) }, segments, draws);
    },
  });
}

/** A mask that is 1 at the selected parameters, else 0. */
function mask(segments: readonly Segment[], only: Only, theta: Tensor): Tensor {
  const values = new Float32Array(theta.size);
  for (const { offset, size } of selected(segments, only)) values.fill(1, offset, offset + size);
  return constant(values, theta.shape);
}
