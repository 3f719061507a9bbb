import { made } from '../config.js';
import { checkKeys, positive } from '../options.js';
import type { Augmentation } from './augmentation.js';
import { beta } from './beta.js';
import { mixed, mixTargets, partners } from './partners.js';

export interface MixOptions {
  /** The α of Beta(α, α), from which each step draws λ: a small α leaves most batches nearly unchanged, and 1 is
   *  uniform. */
  alpha: number;
}

/** Mixes each row with another row x′, y′ of the batch: x ← λx + (1 − λ)x′ and y ← λy + (1 − λ)y′, with one λ for all
 *  (Zhang et al. 2018). Labels become rows with a share for each class; x may have any shape.
 *  @example augment.mixup({ alpha: 0.2 }) */
export function mixup(options: MixOptions): Augmentation {
  checkKeys('mixup', options, ['alpha'], true);
  const alpha = positive('mixup', 'alpha', options.alpha);
  return made({
    config: { name: 'mixup', options: { alpha } },
    apply(batch, setting) {
      if (!setting.training) return batch;
      const partner = partners(batch.x.shape[0], setting);
      const share = beta(alpha, setting);
      return { x: mixed(batch.x, partner, share), ...mixTargets(batch, partner, share) };
    },
  });
}
