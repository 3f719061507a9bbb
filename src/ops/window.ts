import { ShapeError } from '../errors.js';
import { refuse } from '../options.js';
import { type Shape, show } from '../graph/shape.js';

/** Height and width. */
export type Pair = readonly [number, number];
/** [[above, below], [left, right]] */
export type Sides = readonly [Pair, Pair];
/** `'valid'`: none; `'same'`: the output has ceil(in / stride) places, and an odd pixel is added at the end; a number
 *  or [height, width]: this many pixels on both sides; [[above, below], [left, right]]: on each side. */
export type Padding = 'valid' | 'same' | number | Pair | Sides;

/** Checks one number for both directions, or [height, width]; whole numbers from `least`. */
export function pair(where: string, name: string, value: unknown, least = 1): Pair {
  const both = typeof value === 'number' ? [value, value] : value;
  if (Array.isArray(both) && both.length === 2 && both.every((n) => Number.isSafeInteger(n) && n >= least))
    return [both[0], both[1]];
  return refuse(where, name, value, `a whole number from ${least}, or [height, width]`);
}

const SIDES = 'a whole number from 0, [height, width] or [[above, below], [left, right]]';
/** Whether these are numbers of places before and after. */
export const isSides = (x: unknown): x is Pair =>
  Array.isArray(x) && x.length === 2 && Array.from(x).every((n) => Number.isSafeInteger(n) && n >= 0);
/** Checks numbers of pixels for the sides of an image: one for all, [height, width], or each. */
export function sidesOf(where: string, name: string, value: unknown, expected = SIDES): Sides {
  const both: unknown = typeof value === 'number' ? [value, value] : value;
  const list = Array.isArray(both) ? Array.from(both, (side) => (typeof side === 'number' ? [side, side] : side)) : [];
  return list.length === 2 && list.every(isSides) ? (list as unknown as Sides) : refuse(where, name, value, expected);
}

/** Checks any kind of padding, and returns numbers as those of each side. */
export const checkPadding = (where: string, padding: unknown): 'valid' | 'same' | Sides =>
  padding === 'valid' || padding === 'same' ? padding : sidesOf(where, 'padding', padding, `'valid', 'same', ${SIDES}`);

/** A shape as the user gave it: functions of sequences, whose names end in 1d, turn them into images of one line, with
 *  an additional axis. */
export const given = (where: string, shape: Shape, axis: number): string =>
  show(where.endsWith('1d') ? shape.filter((_, i) => i !== axis) : shape);

/** A window that moves over images [n, h, w, c]. */
export interface Windows {
  readonly size: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** The padding before the first row and column, and behind the last; 0 behind where that follows from the output. */
  readonly before: Pair;
  readonly after: Pair;
  /** The height and width of the result. */
  readonly output: Pair;
}

/** Computes how a window of `size` moves over x. */
export function windowsOf(
  where: string,
  x: { readonly shape: Shape },
  size: Pair,
  options: { stride: number | Pair; padding: Padding; dilation?: number | Pair; ceil?: boolean },
): Windows {
  const stride = pair(where, 'stride', options.stride);
  const dilation = pair(where, 'dilation', options.dilation ?? 1);
  const padding = checkPadding(where, options.padding);
  const along = (axis: 0 | 1): { before: number; after: number; output: number } => {
    const n = x.shape[1 + axis];
    const [reach, step] = [(size[axis] - 1) * dilation[axis] + 1, stride[axis]];
    if (padding === 'same') {
      const output = Math.ceil(n / step);
      return { before: Math.floor(Math.max(0, (output - 1) * step + reach - n) / 2), after: 0, output };
    }
    const [before, after] = padding === 'valid' ? [0, 0] : padding[axis];
    const places = n + before + after;
    const steps = (places - reach) / step;
    let output = (options.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window that begins behind the image sees nothing.
    if (options.ceil && (output - 1) * step >= n + before) output--;
    if (output < 1)
      throw new ShapeError(
        `${where}: a window of ${reach} does not fit ${places} places of ${given(where, x.shape, 1)}; pad x, or take a smaller one`,
      );
    return { before, after, output };
  };
  const [rows, columns] = [along(0), along(1)];
  const both = (key: 'before' | 'after' | 'output'): Pair => [rows[key], columns[key]];
  return { size, stride, dilation, before: both('before'), after: both('after'), output: both('output') };
}
