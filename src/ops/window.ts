import { ShapeError } from '../errors.js';
import { refuse } from '../options.js';
import { type Shape, show } from '../graph/shape.js';

/** Height and width. */
export type Pair = readonly [number, number];
/** `'valid'`: none; `'same'`: the output has ceil(in / stride) places, and an odd pixel is added at the end; a number
 *  or [height, width]: this many pixels on both sides. */
export type Padding = 'valid' | 'same' | number | Pair;

/** Checks one number for both directions, or [height, width]; whole numbers from `least`. */
export function pair(where: string, name: string, value: unknown, least = 1): Pair {
  const both = typeof value === 'number' ? [value, value] : value;
  if (Array.isArray(both) && both.length === 2 && both.every((n) => Number.isSafeInteger(n) && n >= least))
    return [both[0], both[1]];
  return refuse(where, name, value, `a whole number from ${least}, or [height, width]`);
}

/** Checks any kind of padding, and returns numbers as [height, width]. */
export function checkPadding(where: string, padding: unknown): 'valid' | 'same' | Pair {
  if (padding === 'valid' || padding === 'same') return padding;
  if (typeof padding === 'number' || Array.isArray(padding)) return pair(where, 'padding', padding, 0);
  return refuse(where, 'padding', padding, "'valid', 'same', a number or [height, width]");
}

/** A shape as the user gave it: functions of sequences, whose names end in 1d, turn them into images of one line, with
 *  an additional axis. */
export const given = (where: string, shape: Shape, axis: number): string =>
  show(where.endsWith('1d') ? shape.filter((_, i) => i !== axis) : shape);

/** A window that moves over images [n, h, w, c]. */
export interface Windows {
  readonly size: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** The padding before the first row and column. */
  readonly before: Pair;
  /** The height and width of the result. */
  readonly output: Pair;
}

/** Computes how a window of `size` moves over x. */
export function windowsOf(
  where: string,
  x: { readonly shape: Shape },
  size: Pair,
  options: { stride: number | Pair; padding: Padding; dilation?: number | Pair },
): Windows {
  const stride = pair(where, 'stride', options.stride);
  const dilation = pair(where, 'dilation', options.dilation ?? 1);
  const padding = checkPadding(where, options.padding);
  const along = (axis: 0 | 1): { before: number; output: number } => {
    const n = x.shape[1 + axis];
    const reach = (size[axis] - 1) * dilation[axis] + 1;
    if (padding === 'same') {
      const output = Math.ceil(n / stride[axis]);
      return { before: Math.floor(Math.max(0, (output - 1) * stride[axis] + reach - n) / 2), output };
    }
    const before = padding === 'valid' ? 0 : padding[axis];
    const output = Math.floor((n + 2 * before - reach) / stride[axis]) + 1;
    if (output < 1)
      throw new ShapeError(
        `${where}: a window of ${reach} does not fit ${n + 2 * before} places of ${given(where, x.shape, 1)}; pad x, or take a smaller one`,
      );
    return { before, output };
  };
  const [rows, columns] = [along(0), along(1)];
  return { size, stride, dilation, before: [rows.before, columns.before], output: [rows.output, columns.output] };
}
