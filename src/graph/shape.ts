import { ShapeError } from '../errors.js';
import { shown } from '../options.js';

/** Sizes of a tensor's axes, outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** The largest number of axes: nobody needs more, and code that loops over axes need not be fast. */
export const MOST_AXES = 32;

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** Whether one number for each place of the first axes would be n numbers. */
export const isLead = (n: number, shape: Shape): boolean =>
  shape.some((_, axis) => sizeOf(shape.slice(0, axis + 1)) === n);

/** [2, 3] as text. */
export const show = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Distance in elements between neighbours along each axis of a dense tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

/** Checks a shape given by a user, a list of whole, positive sizes, and returns a copy. */
export function shapeOf(where: string, shape: unknown): number[] {
  const sizes: number[] = Array.isArray(shape) ? Array.from(shape) : [0];
  if (sizes.every((n) => Number.isInteger(n) && n > 0) && sizeOf(sizes) < 2e15) return sizes;
  throw new ShapeError(`${where}: the shape is ${shown(shape)}; give a list of whole sizes from 1 like [2, 3]`);
}
