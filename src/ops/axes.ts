import { OptionError, ShapeError } from '../errors.js';
import { table } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { integer, shown } from '../options.js';
import { slice } from './arrange.js';
import { where } from './elementwise.js';
import { asTensor, type Axes, axesOf, axisOf, type Operand } from './operand.js';
import { expand } from './reduce.js';
import { reshape } from './reshape.js';

/** x without its axes of size 1, or without those that are named.
 *  @example squeeze(tensor([[1], [2]])).shape // [2] */
export function squeeze(x: Operand, axis?: Axes): Tensor {
  const t = asTensor('squeeze', x);
  const axes =
    axis === undefined ? t.shape.flatMap((n, i) => (n === 1 ? [i] : [])) : axesOf('squeeze', t.shape.length, axis);
  for (const at of axes)
    if (t.shape[at] !== 1)
      throw new ShapeError(
        `squeeze: axis ${at} of ${show(t.shape)} has ${t.shape[at]} places; only axes of size 1 can go`,
      );
  return reshape(
    t,
    t.shape.filter((_, i) => !axes.includes(i)),
  );
}

/** x with a new axis of size 1 at this place of the result; negative places count from its end.
 *  @example expandDims(tensor([1, 2]), -1).shape // [2, 1] */
export function expandDims(x: Operand, axis = 0): Tensor {
  const t = asTensor('expandDims', x);
  const at = axisOf('expandDims', axis, t.shape.length + 1);
  return reshape(t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]);
}

/** x repeated along its axes, as NumPy's `tile`: a number for each axis from the last backwards; more numbers than axes
 *  put new axes in front.
 *  @example tile(tensor([1, 2]), [2, 2]).toArray() // [[1, 2, 1, 2], [1, 2, 1, 2]] */
export function tile(x: Operand, times: number | readonly number[]): Tensor {
  const t = asTensor('tile', x);
  const given = typeof times === 'number' ? [times] : times;
  if (!Array.isArray(given)) throw new OptionError(`tile: times is ${shown(times)}; it must be a number for each axis`);
  const list = Array.from(given, (n, i) => integer('tile', `times[${i}]`, n, 1));
  const rank = Math.max(list.length, t.shape.length);
  const ones = (n: number): number[] => new Array<number>(n).fill(1);
  const shape = [...ones(rank - t.shape.length), ...t.shape];
  const by = [...ones(rank - list.length), ...list];
  const apart = reshape(
    t,
    shape.flatMap((n) => [1, n]),
  );
  return reshape(
    expand(
      apart,
      shape.flatMap((n, i) => [by[i], n]),
    ),
    shape.map((n, i) => n * by[i]),
  );
}

/** Cuts x along an axis: into a number of equal parts, or into parts of the sizes in a list.
 *  @example split(arange(5), [2, 3]).map((part) => part.toArray()) // [[0, 1], [2, 3, 4]] */
export function split(x: Operand, parts: number | readonly number[], axis = 0): Tensor[] {
  const t = asTensor('split', x);
  const at = axisOf('split', axis, t.shape.length);
  const n = t.shape[at];
  const whole = Number.isSafeInteger(parts) && (parts as number) > 0 && n % (parts as number) === 0;
  const sizes = typeof parts === 'number' ? new Array<number>(whole ? parts : 0).fill(n / parts) : parts;
  const right =
    Array.isArray(sizes) &&
    sizes.every((size) => Number.isInteger(size) && size > 0) &&
    sizes.reduce((a, b) => a + b, 0) === n;
  if (!right)
    throw new ShapeError(
      `split: parts is ${shown(parts)}; it must be a number that divides ${n}, the length of axis ${at} of ${show(t.shape)}, or a list of sizes that sum to it`,
    );
  let end = 0;
  return Array.from(sizes, (size: number) => {
    const begin = end;
    end += size;
    const place = (k: number): number[] => t.shape.map((length, i) => (i === at ? k : k === begin ? 0 : length));
    return slice(t, place(begin), place(end));
  });
}

/** The matrices in the last two axes with 0 above diagonal k; 0 (default) is the main one, 1 the one above it. */
export const tril = (x: Operand, k = 0): Tensor => triangle('tril', x, k, (column, row) => column <= row + k);
/** The matrices in the last two axes with 0 below diagonal k; 0 (default) is the main one, 1 the one above it. */
export const triu = (x: Operand, k = 0): Tensor => triangle('triu', x, k, (column, row) => column >= row + k);

function triangle(name: string, x: Operand, k: number, keeps: (column: number, row: number) => boolean): Tensor {
  const t = asTensor(name, x);
  integer(name, 'k', k, Number.MIN_SAFE_INTEGER);
  const [rows, columns] = t.shape.slice(-2);
  if (columns === undefined)
    throw new ShapeError(`${name}: x is ${show(t.shape)}; it must be matrices [..., rows, columns]`);
  return where(
    table([rows, columns], (i) => Number(keeps(i % columns, Math.floor(i / columns)))),
    t,
    0,
  );
}
