import { type Augmentation, shapeAfter, still } from '../augment/augmentation.js';
import { realize } from '../compile/realize.js';
import { Dataset } from '../data/columns.js';
import { constant } from '../graph/leaves.js';
import type { Rows } from '../nn/examples.js';
import { sameShape, type Shape, sizeOf } from '../graph/shape.js';

/** The number of rows processed at once. */
const ROWS = 1024;

/** The shape of the examples after augmentation. */
export const augmentedShape = (shape: Shape, augment: Augmentation | undefined): Shape =>
  augment ? shapeAfter(augment, shape) : shape;

/** Prepares a data set for evaluation: images are cropped in the middle, where training crops them at random. */
export function augmented(data: Dataset, augment: Augmentation | undefined): Dataset {
  const rows = augmentedRows(data, augment);
  return rows instanceof Dataset ? rows : new Dataset(rows);
}
/** Prepares rows for evaluation in the same way. */
export function augmentedRows<R extends Rows>(data: R, augment: Augmentation | undefined): R {
  const shape = augmentedShape(data.shape, augment);
  if (!augment || sameShape(shape, data.shape)) return data;
  const [width, size] = [sizeOf(data.shape), sizeOf(shape)];
  const x = new Float32Array(data.size * size);
  for (let at = 0; at < data.size; at += ROWS) {
    const rows = Math.min(ROWS, data.size - at);
    const whole = Float32Array.from(
      data.x.subarray(at * width, (at + rows) * width),
      (v) => v * Math.fround(data.scale ?? 1),
    );
    x.set(realize(augment.apply({ x: constant(whole, [rows, ...data.shape]) }, still).x), at * size);
  }
  return { ...data, x, shape, scale: 1 };
}
