import { checkKeys, inRange, integer } from '../options.js';
import type { Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import type { Loss } from '../losses/loss.js';
import type { Model } from '../nn/model.js';
import { checkOnly, type Only, selected } from '../optim/select.js';
import { draws as drawsOf } from '../random/draws.js';
import { seedKey } from '../random/keys.js';
import { Disturbed } from './disturbed.js';

export interface SharpnessOptions {
  /** The standard deviation of the noise on every weight. */
  std: number;
  /** The number of draws over which the rise is averaged. Default 8. */
  draws?: number;
  /** The parameters that get noise. Default 'weights'. */
  only?: Only;
  /** The loss. Default: that of the last fit, else the usual one for the kind of data. */
  loss?: Loss;
  /** Default 0. */
  seed?: number;
}

/** Measures how much the loss rises, on average, when N(0, std²) is added to every weight: little in a flat minimum,
 *  much in a sharp one. The model is not changed. Throws a LeakageError for a sealed set.
 *  @example sharpness(model, train, { loss: crossEntropy(), std: 0.01 }) */
export function sharpness(model: Model, data: Dataset, options: SharpnessOptions): number {
  refuseSealed('sharpness', data);
  checkKeys('sharpness', options, ['std', 'draws', 'only', 'loss', 'seed'], true);
  const std = inRange('sharpness', 'std', options.std, 0);
  const count = integer('sharpness', 'draws', options.draws ?? 8, 1);
  const only = checkOnly('sharpness', options.only ?? 'weights');
  const key = seedKey(options.seed ?? 0, 'sharpness');
  const disturbed = new Disturbed('sharpness', model, data, options.loss);
  try {
    const { theta, segments } = disturbed;
    const still = disturbed.loss(theta);
    let rise = 0;
    for (let k = 0; k < count; k++) {
      const { normal } = drawsOf(key, k);
      const moved = theta.slice();
      for (const { offset, size } of selected(segments, only))
        for (let i = offset; i < offset + size; i++) moved[i] += normal(std);
      rise += disturbed.loss(moved) - still;
    }
    return rise / count;
  } finally {
    disturbed.dispose();
  }
}
