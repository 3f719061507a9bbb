import { made } from '../config.js';
import { checkKeys, positive } from '../options.js';
import { add, mul, scale, sub } from '../ops/arithmetic.js';
import { clamp, floor, sqrt } from '../ops/elementary.js';
import { where } from '../ops/elementwise.js';
import { gather } from '../ops/gather.js';
import { reshape } from '../ops/reshape.js';
import { type Augmentation, imagesOf } from './augmentation.js';
import { beta } from './beta.js';
import { boxes } from './box.js';
import { each } from './geometric.js';
import type { MixOptions } from './mixup.js';
import { mixTargets, partners } from './partners.js';

/** Pastes a box of another image of the batch into each image, at the same place in all (Yun et al. 2019). The box has
 *  the share 1 − λ of the area, with λ from Beta(α, α), and may extend beyond the border; targets are mixed by the area
 *  inside. Labels become rows with a share for each class.
 *  @example augment.cutmix({ alpha: 1 }) */
export function cutmix(options: MixOptions): Augmentation {
  checkKeys('cutmix', options, ['alpha'], true);
  const alpha = positive('cutmix', 'alpha', options.alpha);
  return made({
    config: { name: 'cutmix', options: { alpha } },
    apply(batch, setting) {
      if (!setting.training) return batch;
      const { x } = batch;
      const { n, size } = imagesOf('cutmix', x);
      const partner = partners(n, setting);
      const side = sqrt(sub(1, beta(alpha, setting)));
      const [rows, columns] = size.map((length) => {
        const half = floor(scale(floor(scale(side, length)), 0.5));
        const centre = floor(each({ n: 1 }, 0, length, setting));
        return { from: clamp(sub(centre, half), 0, length), to: clamp(add(centre, half), 0, length) };
      });
      const box = boxes(rows, columns, size, x.shape[3]);
      const flat = reshape(x, [n, ...box.shape.slice(1)]);
      const area = mul(sub(rows.to, rows.from), sub(columns.to, columns.from));
      const share = sub(1, scale(area, 1 / (size[0] * size[1])));
      return { x: reshape(where(box, gather(flat, partner), flat), x.shape), ...mixTargets(batch, partner, share) };
    },
  });
}
