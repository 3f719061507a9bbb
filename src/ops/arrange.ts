import { OptionError, ShapeError } from '../errors.js';
import { checkKeys, oneOf } from '../options.js';
import { full, table } from '../graph/leaves.js';
import { sameShape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { axisOf, constantValue } from './operand.js';
import { gather } from './gather.js';
import { reshape } from './reshape.js';
import { concatenated, embedded, permuted, windowed } from './strided.js';

/** Axes in another order: axis i of the result is axis perm[i] of x. By default they are reversed. */
export function transpose(x: Tensor, perm: readonly number[] = x.shape.map((_, i) => x.shape.length - 1 - i)): Tensor {
  const axes = perm.map((axis) => axisOf('transpose', axis, x.shape.length));
  if (axes.length !== x.shape.length || new Set(axes).size !== axes.length)
    throw new ShapeError(`transpose: perm ${show(perm)} does not name each axis of ${show(x.shape)} once`);
  const shape = axes.map((axis) => x.shape[axis]);
  const value = constantValue(x);
  if (value !== undefined) return full(shape, value);
  const large = axes.filter((axis) => x.shape[axis] !== 1);
  return large.every((axis, i) => i === 0 || axis > large[i - 1]) ? reshape(x, shape) : permuted(x, axes);
}

/** The elements from `begin` up to, not including, `end` along each axis, every `step`-th. Negative positions count from the
 *  end of the axis; axes that are not named are taken whole. A negative step walks backwards, from `begin` down to above `end`. */
export function slice(
  x: Tensor,
  begin: readonly number[],
  end: readonly number[],
  step: readonly number[] = begin.map(() => 1),
): Tensor {
  if (begin.length > x.shape.length || end.length !== begin.length || step.length !== begin.length)
    throw new ShapeError(
      `slice: begin ${show(begin)}, end ${show(end)} and step ${show(step)} must have one number each for up to ${x.shape.length} axes of ${show(x.shape)}`,
    );
  const window = x.shape.map((n, i) => {
    const by = step[i] ?? 1;
    if (!Number.isInteger(by) || by === 0)
      throw new ShapeError(`slice: step ${by} of axis ${i} must be a whole number other than 0`);
    for (const place of [begin[i] ?? 0, end[i] ?? n])
      if (!Number.isInteger(place) && Math.abs(place) !== Infinity)
        throw new ShapeError(`slice: ${place} is no position along axis ${i}; positions are whole numbers`);
    const low = by > 0 ? 0 : -1;
    const at = (k: number) => Math.min(Math.max(k < 0 ? k + n : k, low), n + low);
    const first = i < begin.length ? at(begin[i]) : 0;
    const last = i < begin.length ? at(end[i]) : n;
    return { first, by, count: Math.max(0, Math.ceil((last - first) / by)) };
  });
  const shape = window.map(({ count }) => count);
  if (shape.includes(0))
    throw new ShapeError(`slice: ${show(begin)} to ${show(end)} of ${show(x.shape)} has no elements`);
  if (sameShape(shape, x.shape) && window.every(({ by }) => by === 1)) return x;
  return windowed(x, { begin: window.map(({ first }) => first), step: window.map(({ by }) => by), shape });
}

/** x in reverse order along the axes. */
export function flip(x: Tensor, axis: number | readonly number[]): Tensor {
  const axes = (typeof axis === 'number' ? [axis] : axis).map((a) => axisOf('flip', a, x.shape.length));
  const back = x.shape.map((_, i) => axes.includes(i));
  return windowed(x, {
    begin: x.shape.map((n, i) => (back[i] ? n - 1 : 0)),
    step: back.map((b) => (b ? -1 : 1)),
    shape: x.shape,
  });
}

/** The tensors after one another along an axis; all other sizes are equal. */
export function concat(xs: readonly Tensor[], axis = 0): Tensor {
  if (!xs.length) throw new ShapeError('concat: the list is empty; give at least one tensor');
  const at = axisOf('concat', axis, xs[0].shape.length);
  for (const x of xs)
    if (x.shape.length !== xs[0].shape.length || x.shape.some((n, i) => i !== at && n !== xs[0].shape[i]))
      throw new ShapeError(
        `concat: ${show(x.shape)} does not fit ${show(xs[0].shape)}: sizes may differ along axis ${at} only`,
      );
  return xs.length === 1 ? xs[0] : concatenated(xs, at);
}

/** The tensors, all of one shape, side by side along a new axis. */
export function stack(xs: readonly Tensor[], axis = 0): Tensor {
  if (!xs.length) throw new ShapeError('stack: the list is empty; give at least one tensor');
  for (const x of xs)
    if (!sameShape(x.shape, xs[0].shape))
      throw new ShapeError(`stack: ${show(x.shape)} differs from ${show(xs[0].shape)}; all shapes must be equal`);
  const at = axisOf('stack', axis, xs[0].shape.length + 1);
  return concat(
    xs.map((x) => reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])),
    at,
  );
}

/** x with `before` and `after` more elements along each axis: `value`, or its own elements mirrored at the edge. */
export function pad(
  x: Tensor,
  widths: readonly (readonly [number, number])[],
  options: { value?: number; mode?: 'constant' | 'reflect' } = {},
): Tensor {
  checkKeys('pad', options, ['value', 'mode']);
  const { value = 0, mode = 'constant' } = options;
  oneOf('pad', 'mode', mode, ['constant', 'reflect']);
  if (widths.length !== x.shape.length)
    throw new ShapeError(`pad: ${widths.length} pairs of widths for ${show(x.shape)}; give one pair for each axis`);
  for (const width of widths.flat())
    if (!Number.isInteger(width) || width < 0)
      throw new OptionError(`pad: width ${width} must be a whole number from 0`);
  if (mode === 'constant')
    return embedded(x, {
      begin: widths.map(([before]) => before),
      step: widths.map(() => 1),
      shape: x.shape.map((n, i) => n + widths[i][0] + widths[i][1]),
      value,
    });
  return widths.reduce((t, [before, after], axis) => {
    const n = t.shape[axis];
    if (before >= n || after >= n)
      throw new ShapeError(`pad: reflecting ${Math.max(before, after)} elements needs an axis longer than ${n}`);
    if (!before && !after) return t;
    const mirror = (k: number) => (k < 0 ? -k : k >= n ? 2 * (n - 1) - k : k);
    const indices = table([before + n + after], (i) => mirror(i - before));
    return gather(t, indices, axis);
  }, x);
}
