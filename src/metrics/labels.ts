import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { equal, greater } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { argmax, max } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';

/** The class that an output says, and the right one, [n] each. Outputs: [n, k], the largest; [n, 1] or [n], whether it is above the
 *  threshold. Outputs with a NaN say none: their class is NaN. Targets: labels [n] or [n, 1], or rows [n, k]. */
export function labelsOf(
  name: string,
  output: Tensor,
  target: Tensor,
  threshold = 0,
): { guess: Tensor; truth: Tensor; classes: number } {
  const width = output.shape.length > 1 ? output.shape[output.shape.length - 1] : 1;
  const n = output.size / width;
  const [top, said] = width === 1 ? [output, greater(output, threshold)] : [max(output, -1), argmax(output)];
  const guess = reshape(where(equal(top, top), said, top), [n]);
  const classes = Math.max(2, width);
  if (target.size === n) return { guess, truth: reshape(target, [n]), classes };
  if (target.size !== output.size)
    throw new ShapeError(`${name}: target ${show(target.shape)} does not fit output ${show(output.shape)}`);
  return { guess, truth: reshape(argmax(target), [n]), classes };
}
