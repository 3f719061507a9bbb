import { ShapeError } from '../errors.js';
import { integer, shown } from '../options.js';
import { constant, full as fullOf } from '../graph/leaves.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Nested } from './methods.js';

/** What tensors are made of: a number, nested arrays of numbers, or a typed array. */
export type Values = Nested | readonly Values[] | Float32Array | Float64Array | Int32Array | Uint8Array;

function shapeOf(values: Values): number[] {
  if (typeof values === 'number') return [];
  if (ArrayBuffer.isView(values)) return [values.length];
  const list = values as readonly Values[];
  return [list.length, ...(list.length ? shapeOf(list[0]) : [])];
}

function fill(values: Values, shape: Shape, into: Float32Array, at: number): void {
  const bad = (what: string): never => {
    throw new ShapeError(`tensor: ${what} where ${show(shape)} is expected; rows must be equally long`);
  };
  if (!shape.length) {
    if (typeof values !== 'number') bad('an array');
    into[at] = values as number;
    return;
  }
  if (typeof values !== 'object') bad(`${typeof values}`);
  const list = values as readonly Values[];
  if (list.length !== shape[0]) bad(`${list.length} elements`);
  const step = sizeOf(shape.slice(1));
  for (let i = 0; i < list.length; i++) fill(list[i], shape.slice(1), into, at + i * step);
}

/** Numbers as a tensor. Without `shape` it is the nesting's; with it, the numbers fill it in order. They are copied.
 *  @example tensor([[1, 2], [3, 4]]).sum().item() // 10 */
export function tensor(values: Values, shape?: Shape): Tensor {
  const own = shapeOf(values);
  const data = new Float32Array(sizeOf(own));
  if (ArrayBuffer.isView(values)) data.set(values);
  else fill(values, own, data, 0);
  const into = shape ?? own;
  checkShape('tensor', into);
  if (sizeOf(into) !== data.length)
    throw new ShapeError(`tensor: ${data.length} numbers do not fill ${show(into)}, which has ${sizeOf(into)}`);
  return constant(data, [...into]);
}

/** A shape is a list of whole, positive sizes. */
export function checkShape(where: string, shape: Shape): void {
  if (!Array.isArray(shape))
    throw new ShapeError(`${where}: the shape is ${shown(shape)}; give a list of sizes like [2, 3]`);
  for (const n of shape)
    if (!Number.isInteger(n) || n < 1)
      throw new ShapeError(`${where}: ${show(shape)} is not a shape: sizes are whole numbers from 1`);
}

/** All elements 0. */
export const zeros = (shape: Shape): Tensor => full(shape, 0);
/** All elements 1. */
export const ones = (shape: Shape): Tensor => full(shape, 1);
/** All elements `value`. */
export function full(shape: Shape, value: number): Tensor {
  checkShape('full', shape);
  return fullOf([...shape], value);
}
/** 0, 1, … n − 1 */
export function arange(n: number): Tensor {
  integer('arange', 'n', n, 1);
  return constant(
    Float32Array.from({ length: n }, (_, i) => i),
    [n],
  );
}
/** n numbers from a to b, both included, equally far apart. */
export function linspace(a: number, b: number, n: number): Tensor {
  integer('linspace', 'n', n, 1);
  const at = (i: number): number => (i === n - 1 && n > 1 ? b : a + ((b - a) * i) / Math.max(1, n - 1));
  return constant(
    Float32Array.from({ length: n }, (_, i) => at(i)),
    [n],
  );
}
/** The identity matrix [n, n]. */
export function eye(n: number): Tensor {
  integer('eye', 'n', n, 1);
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return constant(data, [n, n]);
}
