import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';

/** Outputs and targets of values as columns [n, width]. */
export function columnsOf(name: string, output: Tensor, target: Tensor): { y: Tensor; t: Tensor; n: number } {
  if (output.size !== target.size)
    throw new ShapeError(
      `${name}: output ${show(output.shape)} and target ${show(target.shape)} must have equally many elements`,
    );
  const n = output.shape[0] ?? 1;
  const shape = [n, output.size / n];
  return { y: reshape(output, shape), t: reshape(target, shape), n };
}
