import { DataError, OptionError, OutOfMemoryError, ShapeError } from '../errors.js';
import { shown } from '../options.js';
import { show, sizeOf } from './shape.js';

/** What tensors are made of: a number, nested arrays of numbers, or a typed array. */
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

/** Arrays in arrays that are deeper than this contain themselves. */
const DEEPEST = 32;

/** Whether x is a typed array of numbers: not of BigInts, and not a DataView. */
const isNumeric = (x: unknown): x is NumericArray =>
  ArrayBuffer.isView(x) && 'length' in x && typeof (x as NumericArray)[0] !== 'bigint';
const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || isNumeric(x);

/** Whether numbersOf takes x. */
export const isValues = (x: unknown): x is Values => typeof x === 'number' || isList(x);

/** Room for n numbers. */
export function room(where: string, n: number): Float32Array {
  try {
    return new Float32Array(n);
  } catch {
    throw new OutOfMemoryError(`${where}: there is no memory for ${n} numbers`);
  }
}

/** Numbers one after another: an array of them, or a typed array. */
export function elements(where: string, values: unknown, name = 'values'): ArrayLike<number> {
  if (isNumeric(values)) return values;
  if (!Array.isArray(values)) throw new OptionError(`${where}: ${name} is ${shown(values)}; give an array of numbers`);
  const odd = Array.from(values).findIndex((x) => typeof x !== 'number');
  if (odd >= 0) throw new DataError(`${where}: ${name}[${odd}] is ${shown(values[odd])}; give numbers`);
  return values;
}

/** A place among nested lists, in words. */
const placeOf = (at: readonly number[]): string =>
  at.length === 2 ? `row ${at[0]}, column ${at[1]}` : at.length === 1 ? `element ${at[0]}` : `element ${show(at)}`;

/** Numbers in lists, nested as deep as a tensor has axes: a copy in order, and the shape. What is no number, and rows that are not equally
 *  long, are refused with their place. */
export function numbersOf(where: string, values: unknown, name = 'values'): { data: Float32Array; shape: number[] } {
  if (!isValues(values))
    throw new OptionError(`${where}: ${name} is ${shown(values)}; give a number, a list of numbers or a typed array`);
  const shape: number[] = [];
  for (let list: unknown = values; isList(list); list = list[0]) {
    if (!list.length)
      throw new ShapeError(
        `${where}: ${name} is an empty list${shape.length ? ' of lists' : ''}; give at least one number`,
      );
    if (shape.push(list.length) > DEEPEST)
      throw new ShapeError(`${where}: ${name} is a list in more than ${DEEPEST} others; does it contain itself?`);
  }
  const data = room(where, sizeOf(shape));
  if (isNumeric(values)) {
    data.set(values);
    return { data, shape };
  }
  const at: number[] = [];
  let next = 0;
  const fill = (x: unknown, axis: number): void => {
    if (axis < shape.length) {
      if (!isList(x)) {
        // A lone value where a row is expected.
        if (typeof x !== 'number') refuseElement(x);
        ragged('a number', axis);
      } else if (x.length !== shape[axis]) ragged(`${x.length} elements`, axis);
      else
        for (let i = 0; i < x.length; i++) {
          at[axis] = i;
          fill(x[i], axis + 1);
        }
    } else if (typeof x === 'number') data[next++] = x;
    else if (isList(x)) ragged('a list', axis);
    else refuseElement(x);
    at.length = axis;
  };
  const ragged = (what: string, axis: number): never => {
    throw new ShapeError(
      `${where}: ${name} has ${what} where ${show(shape.slice(axis))} is expected; rows must be equally long`,
    );
  };
  const refuseElement = (x: unknown): never => {
    const kind = typeof x === 'string' ? ' (a string)' : '';
    throw new DataError(`${where}: ${at.length ? placeOf(at) : name} is ${shown(x)}${kind}; give numbers`);
  };
  fill(values, 0);
  return { data, shape };
}
