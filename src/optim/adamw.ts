import { checkKeys, inRange } from '../options.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import { mul, sub } from '../ops/arithmetic.js';
import { assign } from '../ops/storage.js';
import { adam, type AdamOptions } from './adam.js';
import { numbers } from './numbers.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import { checkOnly, type Only, selected } from './select.js';

export interface AdamwOptions extends AdamOptions {
  /** λ: every step takes ελθ off, whatever the gradient. Default 0.01. */
  weightDecay?: number;
  /** Which parameters decay. Default 'all', as in PyTorch. */
  only?: Only;
}

/** AdamW (Loshchilov & Hutter 2019): Adam, and weights that decay beside it: θ ← θ − ελθ before Adam's step.
 *  @example adamw({ learningRate: 1e-3, weightDecay: 0.01 }) */
export function adamw(options: AdamwOptions = {}): Optimizer {
  checkKeys('adamw', options, ['learningRate', 'beta1', 'beta2', 'delta', 'amsgrad', 'weightDecay', 'only']);
  const { weightDecay = 0.01, only: given = 'all', ...rest } = options;
  inRange('adamw', 'weightDecay', weightDecay, 0);
  const only = checkOnly('adamw', given);
  const inner = adam(rest);
  const { state, native, scalars, apply } = inner.rule;
  return optimizerOf({ name: 'adamw', options: { ...options } }, inner.learningRate, {
    state,
    native,
    scalars: (moment) => [...scalars(moment), moment.learningRate * weightDecay],
    apply: (vectors, segments) => {
      const list = numbers(vectors.scalars);
      const decay = list[list.length - 1];
      const pull = mul(vectors.theta, decay);
      const decayed = sub(vectors.theta, only === 'all' ? pull : mul(pull, mask(segments, only, vectors.theta)));
      // A kernel that works in place finds what it overwrites in its place.
      return apply({ ...vectors, theta: native ? assign(vectors.theta, decayed) : decayed }, segments);
    },
  });
}

/** 1 where a parameter is meant, else 0. */
function mask(segments: readonly Segment[], only: Only, theta: Tensor): Tensor {
  const values = new Float32Array(theta.size);
  for (const { offset, size } of selected(segments, only)) values.fill(1, offset, offset + size);
  return constant(values, theta.shape);
}
