import { type Config, made } from '../config.js';
import { checkKeys, inRange } from '../options.js';
import { view } from '../graph/leaves.js';
import { type Count, countOf } from '../optim/count.js';
import { nativeRule, type Rule } from '../optim/rule.js';
import { add, mul } from '../ops/arithmetic.js';
import { assign } from '../ops/storage.js';

/** The name of the vector that holds an average. */
export const AVERAGE = 'average';

/** avg ← (1 − share)·avg + share·θ after every update; `share` gets the number of the update just made, counted from
 *  1. */
const averaging = (config: Config, share: (update: number) => number): Rule =>
  nativeRule(config, {
    stage: 'average',
    state: [AVERAGE],
    copies: [AVERAGE],
    scalars: ({ step }) => [1 - share(step + 1), share(step + 1)],
    apply({ theta, state: { average }, scalars }) {
      const [kept, added] = [view(scalars, 0, [1]), view(scalars, 1, [1])];
      return { state: { [AVERAGE]: assign(average, add(mul(average, kept), mul(theta, added))) } };
    },
  });

/** An exponential moving average of the parameters (after Polyak & Juditsky 1992): avg ← decay·avg + (1 − decay)·θ
 *  after every update, starting with the initial parameters. Training goes on from θ; fit evaluates the average, and
 *  leaves it in the model at the end.
 *  @example await fit(model, train, { ...options, average: ema({ decay: 0.999 }) }) */
export function ema(options: { decay: number }): Rule {
  checkKeys('ema', options, ['decay'], true);
  const decay = inRange('ema', 'decay', options.decay, 0, 1);
  return averaging({ name: 'ema', options: { ...options } }, () => 1 - decay);
}

export interface SwaOptions {
  /** The first update whose parameters count, or the epoch after which they count. */
  start: Count;
  /** The distance from one update that counts to the next, in updates or epochs. Default 1. */
  every?: Count;
}

/** Stochastic weight averaging (Izmailov et al. 2018): the mean of the parameters after updates start, start + every,
 *  …, which lies in the middle of a wide minimum. Before `start` the average equals the current parameters. The running
 *  statistics of batch normalization would not fit the averaged weights, so whenever fit evaluates the average, one
 *  pass over the training data computes them again (like PyTorch's update_bn).
 *  @example await fit(model, train, { ...options, average: swa({ start: { epochs: 10 }, every: { epochs: 1 } }) }) */
export function swa(options: SwaOptions): Rule {
  checkKeys('swa', options, ['start', 'every'], true);
  const start = countOf('swa', 'start', options.start, 0);
  const every = countOf('swa', 'every', options.every ?? 1, 1);
  const over = (perEpoch?: number): Rule => ({
    ...averaging({ name: 'swa', options: { ...options } }, (update) => {
      const after = update - start(perEpoch);
      // Before the first update that counts, the average equals θ.
      if (after <= 0) return 1;
      const stride = every(perEpoch);
      return after % stride ? 0 : 1 / (after / stride + 1);
    }),
    recalibrates: (step) => step > start(perEpoch),
  });
  return made({ ...over(), withEpochs: over });
}
