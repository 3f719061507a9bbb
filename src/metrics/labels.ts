import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { greater } from '../ops/compare.js';
import { argmax } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';

/** The class that an output says, and the right one, [n] each. Outputs: [n, k], the largest; [n, 1] or [n], whether it is above the
 *  threshold. Targets: labels [n] or [n, 1], or rows [n, k]. */
export function labelsOf(
  where: string,
  output: Tensor,
  target: Tensor,
  threshold = 0,
): { guess: Tensor; truth: Tensor; classes: number } {
  const width = output.shape.length > 1 ? output.shape[output.shape.length - 1] : 1;
  const n = output.size / width;
  const guess = width === 1 ? reshape(greater(output, threshold), [n]) : reshape(argmax(output), [n]);
  const classes = Math.max(2, width);
  if (target.size === n) return { guess, truth: reshape(target, [n]), classes };
  if (target.size !== output.size)
    throw new ShapeError(`${where}: target ${show(target.shape)} does not fit output ${show(output.shape)}`);
  return { guess, truth: reshape(argmax(target), [n]), classes };
}
