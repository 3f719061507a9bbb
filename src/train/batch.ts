import { DataError, ShapeError } from '../errors.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { realize } from '../compile/realize.js';
import type { Loss } from '../losses/loss.js';
import { asTensor, type Operand } from '../ops/operand.js';

/** Numbers with a shape, which fill an input of a step. */
export interface Batch {
  readonly values: Float32Array;
  readonly shape: Shape;
}

/** Makes a batch from a tensor or from nested rows. */
export function batchOf(where: string, x: Operand, name = 'x'): Batch {
  const t = asTensor(where, x, name);
  return { values: realize(t), shape: t.shape };
}

/** Checks that labels are classes of the output; a kernel would read beyond its row otherwise. */
export function checkLabels(where: string, loss: Loss, labels: ArrayLike<number>, target: Shape, output: Shape): void {
  if (!loss.labels || target.length >= output.length) return;
  const classes = output[output.length - 1];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label >= 0 && label < classes && Number.isInteger(label)) continue;
    const width = sizeOf(target.slice(1));
    const place = width > 1 ? `row ${Math.floor(i / width)}, place ${i % width},` : `row ${i}`;
    throw new DataError(
      `${where}: label ${label} in ${place} is not one of the model's ${classes} classes (0 to ${classes - 1}); change the labels or the last layer's units`,
    );
  }
}

/** Checks that x and y have the same number of rows. */
export function checkRows(where: string, x: Shape, y: Shape): void {
  if (x.length < 2) throw new ShapeError(`${where}: x is ${show(x)}; give rows [n, …]`);
  if (x[0] !== y[0])
    throw new ShapeError(`${where}: x has ${x[0]} rows and y has ${y[0]}; give one target for each row`);
}
