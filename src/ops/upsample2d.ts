import { checkKeys, oneOf } from '../options.js';
import { table } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul } from './arithmetic.js';
import { gather } from './gather.js';
import { asTensor, IMAGES, type Operand } from './operand.js';
import { expand } from './reduce.js';
import { reshape } from './reshape.js';
import { type Pair, pair } from './window.js';

export interface UpsampleOptions {
  /** `'nearest'` (default) repeats pixels, `'bilinear'` interpolates between their centres (corners not aligned, the
   *  default of PyTorch). */
  mode?: 'nearest' | 'bilinear';
}

/** Enlarges images by a whole factor: x [n, h, w, c] → [n, h·factor, w·factor, c].
 *  @example upsample2d(ones([1, 2, 2, 3]), 2, { mode: 'bilinear' }).shape // [1, 4, 4, 3] */
export function upsample2d(images: Operand, factor: number | Pair, options: UpsampleOptions = {}): Tensor {
  const x = asTensor('upsample2d', images, 'x', IMAGES);
  checkKeys('upsample2d', options, ['mode']);
  const mode = oneOf('upsample2d', 'mode', options.mode ?? 'nearest', ['nearest', 'bilinear']);
  const [fy, fx] = pair('upsample2d', 'factor', factor);
  const [n, h, w, c] = x.shape;
  if (mode === 'nearest')
    return reshape(expand(reshape(x, [n, h, 1, w, 1, c]), [n, h, fy, w, fx, c]), [n, h * fy, w * fx, c]);
  return between(between(x, 1, fy), 2, fx);
}

/** Interpolates along an axis of images. */
function between(x: Tensor, axis: 1 | 2, factor: number): Tensor {
  const n = x.shape[axis];
  const place = (i: number): number => Math.max(0, (i + 0.5) / factor - 0.5);
  const left = (i: number): number => Math.floor(place(i));
  const pixels = (of: (i: number) => number): Tensor => gather(x, table([n * factor], of), axis);
  const along = axis === 1 ? [n * factor, 1, 1] : [n * factor, 1];
  const near = mul(
    pixels(left),
    table(along, (i) => 1 - (place(i) - left(i))),
  );
  const far = mul(
    pixels((i) => Math.min(n - 1, left(i) + 1)),
    table(along, (i) => place(i) - left(i)),
  );
  return add(near, far);
}
