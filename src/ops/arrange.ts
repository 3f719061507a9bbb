import { ShapeError } from '../errors.js';
import { checkKeys, number, oneOf, refuse, shown } from '../options.js';
import { full, table } from '../graph/leaves.js';
import { sameShape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensor, asTensors, type Axes, axesOf, axisOf, constantValue, type Operand } from './operand.js';
import { gather } from './gather.js';
import { reshape } from './reshape.js';
import { concatenated, embedded, permuted, windowed } from './strided.js';

/** Reorders the axes: axis i of the result is axis perm[i] of x. By default they are reversed. */
export function transpose(x: Operand, perm?: readonly number[]): Tensor {
  const t = asTensor('transpose', x);
  const rank = t.shape.length;
  const axes =
    perm === undefined
      ? axesOf('', rank).reverse()
      : Array.from(Object(perm), (axis: number) => axisOf('transpose', axis, rank));
  if (axes.length !== rank || new Set(axes).size !== rank)
    throw new ShapeError(`transpose: perm ${shown(perm)} does not name each axis of ${show(t.shape)} once`);
  const shape = axes.map((axis) => t.shape[axis]);
  const value = constantValue(t);
  if (value !== undefined) return full(shape, value);
  const large = axes.filter((axis) => t.shape[axis] !== 1);
  return large.every((axis, i) => i === 0 || axis > large[i - 1]) ? reshape(t, shape) : permuted(t, axes);
}

/** Every `step`-th element from `begin` up to, not including, `end` along each axis. Negative positions count from the
 *  end of the axis; axes beyond the lists are taken whole. A negative step walks backwards, from `begin` down to above
 *  `end`. */
export function slice(
  x: Operand,
  begin: number | readonly number[],
  end: number | readonly number[],
  step?: number | readonly number[],
): Tensor {
  const t = asTensor('slice', x);
  const from = places('begin', begin);
  return cut(t, from, places('end', end), step === undefined ? from.map(() => 1) : places('step', step));
}
function places(name: string, given: number | readonly number[]): readonly number[] {
  const list = typeof given === 'number' ? [given] : given;
  return Array.isArray(list) && Array.from(list).every((k) => typeof k === 'number')
    ? list
    : refuse('slice', name, given, 'a number for each axis');
}
function cut(x: Tensor, begin: readonly number[], end: readonly number[], step: readonly number[]): Tensor {
  if (begin.length > x.shape.length || end.length !== begin.length || step.length !== begin.length)
    throw new ShapeError(
      `slice: begin ${shown(begin)}, end ${shown(end)} and step ${shown(step)} must have one number each for up to ${x.shape.length} axes of ${show(x.shape)}`,
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

/** x in reverse order along the axes (default all). */
export function flip(x: Operand, axis?: Axes): Tensor {
  const t = asTensor('flip', x);
  const axes = axesOf('flip', t.shape.length, axis);
  const back = t.shape.map((_, i) => axes.includes(i));
  return windowed(t, {
    begin: t.shape.map((n, i) => (back[i] ? n - 1 : 0)),
    step: back.map((b) => (b ? -1 : 1)),
    shape: t.shape,
  });
}

/** Joins tensors along an axis; all other sizes must be equal. */
export function concat(xs: readonly Operand[], axis = 0): Tensor {
  const [first, ...rest] = asTensors('concat', xs);
  const at = axisOf('concat', axis, first.shape.length);
  for (const x of rest)
    if (x.shape.length !== first.shape.length || x.shape.some((n, i) => i !== at && n !== first.shape[i]))
      throw new ShapeError(
        `concat: ${show(x.shape)} does not fit ${show(first.shape)}: sizes may differ along axis ${at} only`,
      );
  return rest.length ? concatenated([first, ...rest], at) : first;
}

/** Joins tensors of one shape along a new axis. */
export function stack(xs: readonly Operand[], axis = 0): Tensor {
  const list = asTensors('stack', xs);
  const [{ shape }] = list;
  for (const x of list)
    if (!sameShape(x.shape, shape))
      throw new ShapeError(`stack: ${show(x.shape)} differs from ${show(shape)}; all shapes must be equal`);
  const at = axisOf('stack', axis, shape.length + 1);
  return concat(
    list.map((x) => reshape(x, [...shape.slice(0, at), 1, ...shape.slice(at)])),
    at,
  );
}

/** Pads x with `before` and `after` elements along each axis: `value`, or its own elements mirrored at the edge. */
export function pad(
  x: Operand,
  widths: readonly (readonly [number, number])[],
  options: { value?: number; mode?: 'constant' | 'reflect' } = {},
): Tensor {
  const t = asTensor('pad', x);
  checkKeys('pad', options, ['value', 'mode']);
  const value = number('pad', 'value', options.value ?? 0);
  const mode = oneOf('pad', 'mode', options.mode ?? 'constant', ['constant', 'reflect']);
  if (!Array.isArray(widths)) refuse('pad', 'widths', widths, 'a list of pairs [before, after]');
  if (widths.length !== t.shape.length)
    throw new ShapeError(`pad: ${widths.length} pairs of widths for ${show(t.shape)}; give one pair for each axis`);
  const isWidth = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  widths.forEach((pair, i) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isWidth))
      refuse('pad', `widths[${i}]`, pair, 'a pair [before, after] of whole numbers from 0');
  });
  if (mode === 'constant')
    return embedded(t, {
      begin: widths.map(([before]) => before),
      step: widths.map(() => 1),
      shape: t.shape.map((n, i) => n + widths[i][0] + widths[i][1]),
      value,
    });
  return widths.reduce((now, [before, after], axis) => {
    const n = now.shape[axis];
    if (before >= n || after >= n)
      throw new ShapeError(`pad: reflecting ${Math.max(before, after)} elements needs an axis longer than ${n}`);
    if (!before && !after) return now;
    const mirror = (k: number) => (k < 0 ? -k : k >= n ? 2 * (n - 1) - k : k);
    return gather(
      now,
      table([before + n + after], (i) => mirror(i - before)),
      axis,
    );
  }, t);
}
