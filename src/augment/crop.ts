import { made } from '../config.js';
import { OptionError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkKeys } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { pad, slice } from '../ops/arrange.js';
import { floor } from '../ops/elementary.js';
import { type Pair, pair } from '../ops/window.js';
import { type Augmentation, type Images, imagesOf } from './augmentation.js';
import { each, geometric } from './geometric.js';

export interface CropOptions {
  /** The height and width of the piece. Default: those of the images. */
  size?: number | Pair;
  /** The zeros added on all sides before a piece is taken. Default 0. */
  padding?: number | Pair;
}

/** Takes a piece of each image at a random place of whole pixels, which is copied, not interpolated. In evaluation
 *  `size` takes the piece in the middle (of an odd margin, the larger part is below and to the right), and `padding`
 *  alone does nothing.
 *  @example augment.crop({ padding: 4 }) */
export function crop(options: CropOptions): Augmentation {
  checkKeys('crop', options, ['size', 'padding'], true);
  const size = options.size === undefined ? undefined : pair('crop', 'size', options.size);
  const padding = pair('crop', 'padding', options.padding ?? 0, 0);
  if (options.size === undefined && options.padding === undefined)
    throw new OptionError('crop: give size, as in crop({ size: 24 }), or padding, as in crop({ padding: 4 })');

  /** The size of the pieces, and the rows and columns by which they may be shifted. */
  const room = ({ size: given }: Pick<Images, 'size'>): { piece: Pair; rest: Pair } => {
    const piece = size ?? given;
    const rest = given.map((n, i) => n + 2 * padding[i] - piece[i]) as [number, number];
    if (Math.min(...rest) < 0)
      throw new ShapeError(
        `crop: a piece of ${show(piece)} does not fit images of ${show(given)} with a padding of ${show(padding)}; take a smaller size`,
      );
    return { piece, rest };
  };
  const centred = (x: Tensor): Tensor => {
    if (!size) return x;
    const { piece, rest } = room(imagesOf('crop', x));
    const [top, left] = rest.map((n) => Math.floor(n / 2));
    const [down, right] = padding;
    const padded =
      down || right
        ? pad(x, [
            [0, 0],
            [down, down],
            [right, right],
            [0, 0],
          ])
        : x;
    return slice(padded, [0, top, left], [x.shape[0], top + piece[0], left + piece[1]]);
  };
  const random = geometric('crop', { ...options }, (images, setting) => {
    const { piece, rest } = room(images);
    // The distance between the centres of piece and image is a multiple of half a pixel, which is exact.
    const [y, x] = rest.map((n) => add(floor(each(images, 0, n + 1, setting)), -n / 2));
    return { affine: [1, 0, x, 0, 1, y], size: piece };
  });
  return made({
    ...random,
    apply: (batch, setting) => (setting.training ? random.apply(batch, setting) : { ...batch, x: centred(batch.x) }),
  });
}
