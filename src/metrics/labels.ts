import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { equal, greater } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { argmax, max } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';

/** The predicted classes and the true ones, [n] each. Outputs: [n, k], where the largest decides; or [n, 1] or [n],
 *  where the class is 1 above the threshold. The class of outputs with a NaN is NaN. Targets: labels [n] or [n, 1], or
 *  rows [n, k]. */
export function labelsOf(
  name: string,
  output: Tensor,
  target: Tensor,
  threshold = 0,
): { guess: Tensor; truth: Tensor; classes: number } {
  const width = output.shape.length > 1 ? output.shape[output.shape.length - 1] : 1;
  const n = output.size / width;
  const [top, answer] = width === 1 ? [output, greater(output, threshold)] : [max(output, -1), argmax(output)];
  const guess = reshape(where(equal(top, top), answer, top), [n]);
  const classes = Math.max(2, width);
  if (target.size === n) return { guess, truth: reshape(target, [n]), classes };
  if (target.size !== output.size)
    throw new ShapeError(`${name}: target ${show(target.shape)} does not fit output ${show(output.shape)}`);
  return { guess, truth: reshape(argmax(target), [n]), classes };
}
