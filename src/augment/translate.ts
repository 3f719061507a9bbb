import { checkKeys, inRange } from '../options.js';
import type { Augmentation } from './augmentation.js';
import { each, geometric } from './geometric.js';

export interface TranslateOptions {
  /** The largest shift in each direction. */
  pixels: number;
}

/** Shifts each image, along x and along y, by any number between −pixels and pixels, including fractions, with bilinear
 *  interpolation and 0 outside. For shifts by whole pixels use `crop({ padding })`.
 *  @example augment.translate({ pixels: 2 }) */
export function translate(options: TranslateOptions): Augmentation {
  checkKeys('translate', options, ['pixels'], true);
  const pixels = inRange('translate', 'pixels', options.pixels, 0);
  return geometric('translate', { pixels }, (images, setting) => ({
    affine: [1, 0, each(images, -pixels, pixels, setting), 0, 1, each(images, -pixels, pixels, setting)],
    size: images.size,
  }));
}
