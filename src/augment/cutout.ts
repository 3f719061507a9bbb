import { checkKeys } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { floor } from '../ops/elementary.js';
import { where } from '../ops/elementwise.js';
import { reshape } from '../ops/reshape.js';
import { type Pair, pair } from '../ops/window.js';
import { type Augmentation, imagesOf, ofImages } from './augmentation.js';
import { boxes } from './box.js';
import { each } from './geometric.js';

export interface CutoutOptions {
  /** The side of the square, or its height and width. */
  size: number | Pair;
}

/** Sets a square of each image, around a random pixel, to 0 (DeVries & Taylor 2017); near the borders, only a part of
 *  it lies inside.
 *  @example augment.cutout({ size: 8 }) */
export function cutout(options: CutoutOptions): Augmentation {
  checkKeys('cutout', options, ['size'], true);
  const size = pair('cutout', 'size', options.size);
  return ofImages('cutout', { ...options }, (x, setting) => {
    const images = imagesOf('cutout', x);
    const [rows, columns] = images.size.map((n, i) => {
      const from = add(floor(each(images, 0, n, setting)), -Math.floor(size[i] / 2));
      return { from, to: add(from, size[i]) };
    });
    const box = boxes(rows, columns, images.size, x.shape[3]);
    return reshape(where(box, 0, reshape(x, box.shape)), x.shape);
  });
}
