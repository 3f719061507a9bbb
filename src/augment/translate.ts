import { checkKeys, inRange } from '../options.js';
import type { Augmentation } from './augmentation.js';
import { each, geometric } from './geometric.js';

export interface TranslateOptions {
  /** The largest shift in each direction. */
  pixels: number;
}

/** Each image shifted, along x and along y, by any number between −pixels and pixels, parts of pixels too; bilinear, 0 from outside.
 *  Shifts by whole pixels are `crop({ padding })`.
 *  @example augment.translate({ pixels: 2 }) */
export function translate(options: TranslateOptions): Augmentation {
  checkKeys('translate', options, ['pixels'], true);
  const pixels = inRange('translate', 'pixels', options.pixels, 0);
  return geometric('translate', { pixels }, (images, setting) => ({
    affine: [1, 0, each(images, -pixels, pixels, setting), 0, 1, each(images, -pixels, pixels, setting)],
    size: images.size,
  }));
}
