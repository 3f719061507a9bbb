import { made } from '../config.js';
import { checkKeys, inRange } from '../options.js';
import { reshape } from '../ops/reshape.js';
import { add, mul } from '../ops/arithmetic.js';
import { flip } from '../ops/arrange.js';
import { where } from '../ops/elementwise.js';
import { bernoulli } from '../ops/random.js';
import type { Tensor } from '../graph/tensor.js';
import { type Augmentation, imagesOf, ofImages, type Setting } from './augmentation.js';

export interface FlipOptions {
  /** The probability that an image is mirrored. Default 0.5. */
  p?: number;
}

/** Mirrors images along an axis. Used alone, it copies pixels bit for bit. */
function mirror(name: string, axis: 1 | 2, options: FlipOptions): Augmentation {
  checkKeys(name, options, ['p']);
  const p = inRange(name, 'p', options.p ?? 0.5, 0, 1);
  const chosen = (n: number, setting: Setting): Tensor => {
    const { draw, step } = setting.draw();
    return bernoulli([n], p, draw, step);
  };
  return made({
    ...ofImages(name, { p }, (x, setting) => {
      const { n } = imagesOf(name, x);
      return where(reshape(chosen(n, setting), [n, 1, 1, 1]), flip(x, axis), x);
    }),
    moves({ n, size }, setting) {
      const sign = add(mul(chosen(n, setting), -2), 1);
      return { affine: axis === 2 ? [sign, 0, 0, 0, 1, 0] : [1, 0, 0, 0, sign, 0], size };
    },
  });
}

/** Mirrors each image left to right with probability p.
 *  @example augment.flipHorizontal() */
export const flipHorizontal = (options: FlipOptions = {}): Augmentation => mirror('flipHorizontal', 2, options);
/** Mirrors each image upside down with probability p. */
export const flipVertical = (options: FlipOptions = {}): Augmentation => mirror('flipVertical', 1, options);
