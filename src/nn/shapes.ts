import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { integer, refuse } from '../options.js';
import { pad, slice, transpose } from '../ops/arrange.js';
import { asTensor, IMAGES } from '../ops/operand.js';
import { expand } from '../ops/reduce.js';
import { reshape as reshaped } from '../ops/reshape.js';
import { type Pair, type Sides, sidesOf } from '../ops/window.js';
import { type CallableLayer, type Named, plain } from './callable.js';

/** The numbers of each example in another shape, [n, …] → [n, …shape]; one size may be −1, and follows from the others.
 *  @example nn.reshape([4, -1]) */
export function reshape(shape: readonly number[], options: Named = {}): CallableLayer {
  const isSize = (n: unknown): boolean => n === -1 || (Number.isSafeInteger(n) && (n as number) > 0);
  const sizes: unknown[] = Array.isArray(shape) ? Array.from(shape) : [0];
  if (!sizes.every(isSize) || sizes.filter((n) => n === -1).length > 1)
    refuse('reshape', 'shape', shape, 'the sizes of one example, of which one may be -1, like [4, -1]');
  return plain('reshape', options, (x) => reshaped(x, [x.shape[0], ...shape]), { shape });
}

/** The axes of each example in another order: axis i of the result is axis axes[i] of the example, counted from 0 without the
 *  batch, as for `transpose`: [1, 0] makes [n, d, t] of [n, t, d]. (Keras' Permute counts from 1.)
 *  @example nn.permute([1, 0]) */
export function permute(axes: readonly number[], options: Named = {}): CallableLayer {
  const list = Array.isArray(axes) ? Array.from(axes) : [];
  if (!list.length || list.some((_, i) => !list.includes(i)))
    refuse('permute', 'axes', axes, 'every axis of one example once, counted from 0, like [1, 0]');
  return plain(
    'permute',
    options,
    (x) => {
      if (x.shape.length !== list.length + 1)
        throw new ShapeError(
          `permute: axes [${list}] are of ${list.length} axes, and an example is ${show(x.shape.slice(1))}`,
        );
      return transpose(x, [0, ...list.map((axis) => axis + 1)]);
    },
    { axes },
  );
}

/** Each example several times, along a new axis: [n, d] → [n, times, d], the same numbers for every step of a sequence.
 *  @example nn.repeat(5) */
export function repeat(times: number, options: Named = {}): CallableLayer {
  integer('repeat', 'times', times, 1);
  return plain(
    'repeat',
    options,
    (x) => {
      const [n, ...rest] = x.shape;
      return expand(reshaped(x, [n, 1, ...rest]), [n, times, ...rest]);
    },
    { times },
  );
}

/** Zeros around images: [n, h, w, c] → [n, h', w', c]. One number for all sides, [height, width], or
 *  [[above, below], [left, right]].
 *  @example nn.zeroPad2d([[0, 1], [0, 1]]) */
export function zeroPad2d(padding: number | Pair | Sides, options: Named = {}): CallableLayer {
  const [rows, columns] = sidesOf('zeroPad2d', 'padding', padding);
  return plain(
    'zeroPad2d',
    options,
    (x) => pad(asTensor('zeroPad2d', x, 'x', IMAGES), [[0, 0], rows, columns, [0, 0]]),
    { padding },
  );
}

/** Images without their margins: [n, h, w, c] → [n, h', w', c]. One number for all sides, [height, width], or
 *  [[above, below], [left, right]].
 *  @example nn.crop2d(2) */
export function crop2d(cropping: number | Pair | Sides, options: Named = {}): CallableLayer {
  const sides = sidesOf('crop2d', 'cropping', cropping);
  return plain(
    'crop2d',
    options,
    (x) => {
      const [, ...sizes] = asTensor('crop2d', x, 'x', IMAGES).shape;
      const ends = sides.map(([, after], i) => sizes[i] - after);
      if (ends.some((end, i) => end <= sides[i][0]))
        throw new ShapeError(`crop2d: nothing of images ${show(sizes)} is left`);
      return slice(x, [0, sides[0][0], sides[1][0]], [x.shape[0], ...ends]);
    },
    { cropping },
  );
}
