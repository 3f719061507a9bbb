import { DataError } from '../errors.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { shown } from '../options.js';

/** What a tensor offers to data sets: a shape and a copy of its numbers. */
export interface TensorLike {
  readonly shape: Shape;
  data(): Float32Array;
}

/** Lists of equal length, inside lists, of numbers; the innermost may be typed arrays. */
export type Nested = ArrayLike<number> | readonly Nested[];

/** Numbers and their shape, rows first. */
export interface Block<T extends ArrayLike<number> = ArrayLike<number>> {
  readonly values: T;
  readonly shape: Shape;
}

export const isTensorLike = (x: unknown): x is TensorLike =>
  typeof x === 'object' && x !== null && 'shape' in x && 'data' in x && typeof x.data === 'function';

type NumberArray = ArrayLike<number> & ArrayBufferView;
/** A typed array of numbers. */
export const isTyped = (x: unknown): x is NumberArray => ArrayBuffer.isView(x) && !(x instanceof DataView);

/** The numbers of a tensor, a typed array or nested lists, and their shape. Typed arrays are returned, not copied. */
export function blockOf(where: string, name: string, given: TensorLike | Nested): Block {
  if (isTensorLike(given)) {
    if (!given.shape.length) throw new DataError(`${where}: ${name} is a scalar; its first axis must count the rows`);
    return { values: given.data(), shape: given.shape };
  }
  if (isTyped(given)) return { values: given, shape: [given.length] };
  if (!Array.isArray(given))
    throw new DataError(
      `${where}: ${name} is ${shown(given)}; give a tensor, a typed array or nested lists of numbers`,
    );
  return flatten(where, name, given);
}

function flatten(where: string, name: string, given: readonly unknown[]): Block<Float32Array> {
  const shape: number[] = [];
  for (let list: unknown = given; Array.isArray(list) || isTyped(list); list = list[0]) shape.push(list.length);
  const values = new Float32Array(sizeOf(shape));
  let filled = 0;
  const fill = (list: unknown, depth: number, path: string): void => {
    if (!Array.isArray(list) && !isTyped(list))
      throw new DataError(`${where}: ${path} is ${shown(list)} where a list of ${shape[depth]} numbers was expected`);
    if (list.length !== shape[depth])
      throw new DataError(`${where}: ${path} has ${list.length} values, the first of its kind has ${shape[depth]}`);
    for (let i = 0; i < list.length; i++) {
      const value: unknown = list[i];
      if (depth + 1 < shape.length) fill(value, depth + 1, `${path}[${i}]`);
      else if (typeof value === 'number') values[filled++] = value;
      else throw new DataError(`${where}: ${path}[${i}] is ${shown(value)}; it must be a number`);
    }
  };
  fill(given, 0, name);
  return { values, shape };
}

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

/** The rows of `values` in the order of `indices`, `width` numbers each. */
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
