import { type Config, made } from '../config.js';
import { checkKeys, inRange } from '../options.js';
import { view } from '../graph/leaves.js';
import { type Count, countOf } from '../optim/count.js';
import { nativeRule, type Rule } from '../optim/rule.js';
import { add, mul } from '../ops/arithmetic.js';
import { assign } from '../ops/storage.js';

/** The name of the vector that an average is kept in. */
export const AVERAGE = 'average';

/** avg ← (1 − share)·avg + share·θ after every update; `share` of the update that has just been made, counted from 1. */
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

/** An average of the parameters that forgets (Polyak & Juditsky 1992, with exponential weights): avg ← decay·avg + (1 − decay)·θ after
 *  every update, from the first parameters on. Training goes on from θ; fit evaluates the average, and the model has it at the end.
 *  @example await fit(model, train, { ...options, average: ema({ decay: 0.999 }) }) */
export function ema(options: { decay: number }): Rule {
  checkKeys('ema', options, ['decay'], true);
  const decay = inRange('ema', 'decay', options.decay, 0, 1);
  return averaging({ name: 'ema', options: { ...options } }, () => 1 - decay);
}

export interface SwaOptions {
  /** The first update whose parameters count, or the epoch after which they do. */
  start: Count;
  /** From then on so many updates, or epochs, from one that counts to the next. Default 1. */
  every?: Count;
}

/** Stochastic weight averaging (Izmailov et al. 2018): the mean of the parameters after updates start, start + every, …: a place in the
 *  middle of a wide minimum. Before `start` the average is what training has. Running statistics of batch normalization
 *  belong to other weights: whenever fit evaluates the average, one pass over the training data collects them anew (as PyTorch's update_bn).
 *  @example await fit(model, train, { ...options, average: swa({ start: { epochs: 10 }, every: { epochs: 1 } }) }) */
export function swa(options: SwaOptions): Rule {
  checkKeys('swa', options, ['start', 'every'], true);
  const start = countOf('swa', 'start', options.start, 0);
  const every = countOf('swa', 'every', options.every ?? 1, 1);
  const over = (perEpoch?: number): Rule => ({
    ...averaging({ name: 'swa', options: { ...options } }, (update) => {
      const after = update - start(perEpoch);
      // Before those that count, the average follows.
      if (after <= 0) return 1;
      const stride = every(perEpoch);
      return after % stride ? 0 : 1 / (after / stride + 1);
    }),
    recalibrates: (step) => step > start(perEpoch),
  });
  return made({ ...over(), withEpochs: over });
}
