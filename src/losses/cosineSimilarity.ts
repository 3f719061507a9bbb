import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { div, maximum, mul, sub } from '../ops/arithmetic.js';
import { norm, sum } from '../ops/reduce.js';
import { aligned, type ConfiguredLoss, type Known, loss } from './loss.js';

/** As in PyTorch, a norm counts as at least this much, so that a row of zeros has the similarity 0. */
const LEAST = 1e-8;

/** 1 − cos of the angle between output and target, the mean over rows: 0 for the same direction, 2 for the opposite one.
 *  Outputs and targets [..., d]; their lengths do not matter.
 *  @example cosineSimilarity()([[1, 0]], [[1, 1]]) */
export const cosineSimilarity = (): ConfiguredLoss =>
  loss(
    'cosineSimilarity',
    {},
    (output, target) => {
      if (output.shape.length < 2)
        throw new ShapeError(`cosineSimilarity: output is ${show(output.shape)}; it must be rows [n, d]`);
      const t = aligned('cosineSimilarity', output, target);
      const length = (x: Tensor): Tensor => maximum(norm(x, -1), LEAST);
      return sub(1, div(div(sum(mul(output, t), -1), length(output)), length(t)));
    },
    { answer: meanDirection },
  );

/** The mean of the targets' directions. */
function meanDirection({ values, weights, width }: Known): number[] {
  const mean = new Array<number>(width).fill(0);
  for (let i = 0; i < weights.length; i++) {
    let length = 0;
    for (let j = 0; j < width; j++) length += values[i * width + j] * values[i * width + j];
    for (let j = 0; j < width; j++)
      mean[j] += (weights[i] * values[i * width + j]) / Math.max(Math.sqrt(length), LEAST);
  }
  return mean;
}
