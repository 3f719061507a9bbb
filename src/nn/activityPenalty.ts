import { type Configured, isMade } from '../config.js';
import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { add, scale, square } from '../ops/arithmetic.js';
import { abs } from '../ops/elementary.js';
import { sum } from '../ops/reduce.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';

/** Adds a penalty on its input to the loss in training: l1(λ) adds λ · mean over rows of Σ|h|, l2(λ) adds (λ/2) · mean
 *  over rows of Σh². With l1 few units are active at a time: a sparse representation. The values are passed on
 *  unchanged.
 *  @example nn.sequential([nn.dense(64), nn.relu(), nn.activityPenalty(l1(1e-4)), nn.dense(10)]) */
export function activityPenalty(penalty: Configured, own: Named = {}): CallableLayer {
  checkOptions('activityPenalty', own, []);
  const { name, options } =
    typeof penalty === 'object' && penalty !== null && 'stage' in penalty ? penalty.config : { name: '', options: {} };
  const terms: Record<string, (h: Tensor) => Tensor> = {
    l1: (h) => scale(sum(abs(h)), options.lambda as number),
    l2: (h) => scale(sum(square(h)), (options.lambda as number) / 2),
    elasticNet: (h) => add(scale(sum(abs(h)), options.l1 as number), scale(sum(square(h)), (options.l2 as number) / 2)),
  };
  // A user's own rule computes something else, even if its name is l1 or l2.
  const term = penalty && isMade(penalty) && Object.hasOwn(terms, name) ? terms[name] : undefined;
  if (!term)
    throw new OptionError(
      `activityPenalty: takes a penalty such as l1(1e-4) or l2(1e-4), not ${name || shown(penalty)}`,
    );
  return layer({
    config: { name: 'activityPenalty', options: { penalty: penalty.config, ...own } },
    call(x, _, context) {
      if (context.training) context.penalize(scale(term(x), 1 / x.shape[0]));
      return x;
    },
  });
}
