import { ShapeError } from '../errors.js';
import { shown } from '../options.js';

/** Sizes of a tensor's axes, outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

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

/** A copy of a shape that users give: a list of whole, positive sizes. */
export function shapeOf(where: string, shape: unknown): number[] {
  if (!Array.isArray(shape))
    throw new ShapeError(`${where}: the shape is ${shown(shape)}; give a list of sizes like [2, 3]`);
  const sizes: number[] = Array.from(shape);
  if (!sizes.every((n) => Number.isSafeInteger(n) && n > 0) || !Number.isSafeInteger(sizeOf(sizes)))
    throw new ShapeError(`${where}: ${shown(shape)} is not a shape: sizes are whole numbers from 1`);
  return sizes;
}
