import { checkKeys, inRange } from '../options.js';
import { neg } from '../ops/arithmetic.js';
import { cos, sin } from '../ops/elementary.js';
import type { Augmentation } from './augmentation.js';
import { each, geometric } from './geometric.js';

export interface RotateOptions {
  /** The largest angle in either direction. */
  degrees: number;
}

/** Turns each image about its centre by an angle between −degrees and degrees, with bilinear interpolation and 0
 *  outside.
 *  @example augment.rotate({ degrees: 10 }) */
export function rotate(options: RotateOptions): Augmentation {
  checkKeys('rotate', options, ['degrees'], true);
  const degrees = inRange('rotate', 'degrees', options.degrees, 0, 360);
  const most = (degrees * Math.PI) / 180;
  return geometric('rotate', { degrees }, (images, setting) => {
    const angle = each(images, -most, most, setting);
    const [c, s] = [cos(angle), sin(angle)];
    return { affine: [c, neg(s), 0, s, c, 0], size: images.size };
  });
}
