import { DataError, OutOfMemoryError, ShapeError } from '../errors.js';
import { shown } from '../options.js';
import { show, sizeOf } from './shape.js';

/** Values that a tensor is made from: a number, nested arrays of numbers, or a typed array. Ops take them wherever they
 *  take a tensor. */
export type Values = number | readonly Values[] | NumericArray;
/** Typed arrays whose elements are numbers. */
type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** The greatest depth of nested arrays: deeper ones must contain themselves. */
const DEEPEST = 32;

/** Whether x is a typed array of numbers; arrays of BigInts and DataViews are not. */
const isNumeric = (x: unknown): x is NumericArray =>
  ArrayBuffer.isView(x) && 'length' in x && typeof (x as NumericArray)[0] !== 'bigint';
const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || isNumeric(x);

/** Allocates an array of n numbers. */
export function room(where: string, n: number): Float32Array {
  try {
    return new Float32Array(n);
  } catch {
    throw new OutOfMemoryError(`${where}: there is no memory for ${n} numbers`);
  }
}

/** A flat list of numbers; a typed array is not copied. */
export const elements = (where: string, values: unknown, name = 'values'): ArrayLike<number> =>
  isNumeric(values) || (Array.isArray(values) && !values.length) ? values : numbersOf(where, values, name).data;

/** Flattens nested lists of numbers: returns a copy in order, and the shape. Anything that is not a number, and rows of
 *  unequal length, are refused with their place. */
export function numbersOf(where: string, values: unknown, name = 'values'): { data: Float32Array; shape: number[] } {
  const at: number[] = [];
  const place = (): string =>
    [name, `element ${at[0]}`, `row ${at[0]}, column ${at[1]}`][at.length] ?? `element ${show(at)}`;
  const refused = (x: unknown): never => {
    throw new DataError(
      `${where}: ${place()} is ${shown(x)}${typeof x === 'string' ? ' (a string)' : ''}; give numbers${at.length ? '' : ', in lists or as a tensor'}`,
    );
  };
  const shape: number[] = [];
  for (let list = values; isList(list); list = list[0])
    if (!list.length || shape.push(list.length) > DEEPEST)
      throw new ShapeError(`${where}: ${name} is ${shown(values)}: a list is empty, or contains itself`);
  const data = room(where, sizeOf(shape));
  let next = 0;
  const fill = (x: unknown, axis: number): void => {
    if (typeof x !== 'number' && !isList(x)) refused(x);
    else if (axis === shape.length ? typeof x !== 'number' : !isList(x) || x.length !== shape[axis])
      throw new ShapeError(
        `${where}: ${place()} is ${shown(x)} where ${show(shape.slice(axis))} is expected; rows must be equally long`,
      );
    else if (typeof x === 'number') data[next++] = x;
    else
      for (let i = 0; i < x.length; i++) {
        at[axis] = i;
        fill(x[i], axis + 1);
      }
    at.length = axis;
  };
  if (isNumeric(values)) data.set(values);
  else fill(values, 0);
  return { data, shape };
}
