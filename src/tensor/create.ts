import { ShapeError } from '../errors.js';
import { constant, full as fullOf } from '../graph/leaves.js';
import { type Shape, shapeOf, show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { numbersOf, room, type Values } from '../graph/values.js';
import { finite, integer, number } from '../options.js';

export type { Values } from '../graph/values.js';

/** Makes a tensor of numbers, which are copied. The shape is that of the nesting, or `shape`, which the numbers fill in
 *  order. Anything that is not a number is a DataError that names its row and column; unequal rows are a ShapeError.
 *  @example tensor([[1, 2], [3, 4]]).sum().item() // 10 */
export function tensor(values: Values, shape?: Shape): Tensor {
  const { data, shape: nesting } = numbersOf('tensor', values);
  if (shape === undefined) return constant(data, nesting);
  const into = shapeOf('tensor', shape);
  if (sizeOf(into) !== data.length)
    throw new ShapeError(`tensor: ${data.length} numbers do not fill ${show(into)}, which has ${sizeOf(into)}`);
  return constant(data, into);
}

/** A tensor of zeros. */
export const zeros = (shape: Shape): Tensor => fullOf(shapeOf('zeros', shape), 0);
/** A tensor of ones. */
export const ones = (shape: Shape): Tensor => fullOf(shapeOf('ones', shape), 1);
/** A tensor whose elements are all `value`. */
export const full = (shape: Shape, value: number): Tensor =>
  fullOf(shapeOf('full', shape), number('full', 'value', value));
/** A vector of n numbers that are a function of their index. */
function listed(where: string, n: number, at: (i: number) => number): Tensor {
  integer(where, 'n', n, 1);
  const data = room(where, n);
  for (let i = 0; i < n; i++) data[i] = at(i);
  return constant(data, [n]);
}
/** 0, 1, … n − 1 */
export const arange = (n: number): Tensor => listed('arange', n, (i) => i);
/** n equally spaced numbers from a to b, both included. */
export function linspace(a: number, b: number, n: number): Tensor {
  finite('linspace', 'a', a);
  finite('linspace', 'b', b);
  return listed('linspace', n, (i) => (i === n - 1 && n > 1 ? b : a + ((b - a) * i) / Math.max(1, n - 1)));
}
/** The identity matrix [n, n]. */
export function eye(n: number): Tensor {
  integer('eye', 'n', n, 1);
  const data = room('eye', n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return constant(data, [n, n]);
}
