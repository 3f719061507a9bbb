import { DataError } from '../errors.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { brief } from './brief.js';

/** The part of a tensor that data sets use: its shape and a copy of its numbers. */
export interface TensorLike {
  readonly shape: Shape;
  data(): Float32Array;
}

/** Nested lists of numbers, of equal lengths; the innermost may be typed arrays. */
export type Nested = ArrayLike<number> | readonly Nested[];

/** Numbers and their shape, rows first. */
export interface Block<T extends ArrayLike<number> = ArrayLike<number>> {
  readonly values: T;
  readonly shape: Shape;
}

export const isTensorLike = (x: unknown): x is TensorLike =>
  typeof x === 'object' && x !== null && 'shape' in x && 'data' in x && typeof x.data === 'function';

export type NumberArray = ArrayLike<number> & ArrayBufferView;
/** Whether a value is a typed array of numbers, not of bigints. */
export const isTyped = (x: unknown): x is NumberArray => ArrayBuffer.isView(x) && !(x instanceof DataView);
const isBig = (x: unknown): boolean => x instanceof BigInt64Array || x instanceof BigUint64Array;

/** Reads the numbers of a tensor, a typed array or nested lists, and their shape. Typed arrays are returned, not copied. */
export function blockOf(where: string, name: string, given: TensorLike | Nested): Block {
  if (isTensorLike(given)) return blockOfTensor(where, name, given);
  if (isBig(given))
    throw new DataError(`${where}: ${name} is ${brief(given)}; give numbers: Float64Array.from(${name}, Number)`);
  if (isTyped(given)) return { values: given, shape: [given.length] };
  if (!Array.isArray(given))
    throw new DataError(
      `${where}: ${name} is ${brief(given)}; give a tensor, a typed array or nested lists of numbers`,
    );
  return flatten(where, name, given);
}

function blockOfTensor(where: string, name: string, given: TensorLike): Block {
  const { shape } = given;
  const values: unknown = given.data();
  if (!Array.isArray(shape) || !isTyped(values) || isBig(values) || values.length !== sizeOf(shape))
    throw new DataError(`${where}: ${name} looks like a tensor, but its data() are not the numbers of its shape`);
  if (!shape.length) throw new DataError(`${where}: ${name} is a scalar; its first axis must count the rows`);
  return { values, shape };
}

/** The deepest nesting; a deeper list most likely contains itself. */
const DEEPEST = 32;

function flatten(where: string, name: string, given: readonly unknown[]): Block<Float32Array> {
  const shape: number[] = [];
  for (let list: unknown = given; Array.isArray(list) || isTyped(list); list = list[0]) {
    if (shape.length === DEEPEST)
      throw new DataError(`${where}: ${name} has lists in lists, more than ${DEEPEST} deep; does one hold itself?`);
    shape.push(list.length);
  }
  /** The current position: a row, and indices within it. */
  const at: number[] = [];
  const fail: (depth: number, what: string, expected: string) => never = (depth, what, expected) => {
    throw new DataError(`${where}: ${name} ${what} in ${placeOf(at.slice(0, depth))}, counted from 0${expected}`);
  };
  const check = (list: unknown, depth: number): void => {
    if (!Array.isArray(list) && !isTyped(list))
      fail(depth, `is ${kindly(list)}`, `, where a list of ${shape[depth]} numbers was expected`);
    if (list.length !== shape[depth])
      fail(depth, `has ${list.length} values`, `; the first of its kind has ${shape[depth]}`);
    if (depth + 1 < shape.length)
      for (let i = 0; i < list.length; i++) {
        at[depth] = i;
        check(list[i], depth + 1);
      }
  };
  // Lengths are checked before memory is allocated, since only the first row may be long.
  check(given, 0);
  const values = floatsFor(where, name, sizeOf(shape));
  let filled = 0;
  const fill = (list: ArrayLike<unknown>, depth: number): void => {
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      at[depth] = i;
      if (depth + 1 < shape.length) fill(value as ArrayLike<unknown>, depth + 1);
      else if (typeof value === 'number') values[filled++] = value;
      else fail(depth + 1, `is ${kindly(value)}`, '; give a number');
    }
  };
  fill(given, 0);
  return { values, shape };
}

/** Room for so many numbers. */
export function floatsFor(where: string, name: string, size: number): Float32Array {
  try {
    return new Float32Array(size);
  } catch {
    throw new DataError(`${where}: ${name} has ${size} numbers, more than one array can hold; give fewer rows`);
  }
}

const placeOf = ([row, ...within]: readonly number[]): string =>
  within.length === 1 ? `row ${row}, column ${within[0]}` : [`row ${row}`, ...within].join(', place ');
const kindly = (value: unknown): string => (typeof value === 'string' ? `${brief(value)} (a string)` : brief(value));

/** Throws at the first number that is NaN, infinite or beyond float32, naming its row and column. */
export function checkFinite(where: string, name: string, values: ArrayLike<number>, columns: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const row = Math.floor(i / columns);
    const place = columns === 1 ? `row ${row}` : `row ${row}, column ${i % columns}`;
    throw new DataError(
      `${where}: ${name} is ${values[i]} in ${place}, counted from 0; fill the value in or leave the row out`,
    );
  }
}

/** Copies the rows of `values` in the order of `indices`, `width` numbers each. */
export function gatherRows<T extends Float32Array | Int32Array | Uint8Array>(
  values: T,
  width: number,
  indices: ArrayLike<number>,
): T {
  const out = new (values.constructor as new (n: number) => T)(indices.length * width);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * width;
    for (let j = 0; j < width; j++) out[i * width + j] = values[from + j];
  }
  return out;
}
