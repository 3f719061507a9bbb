import { OptionError } from '../errors.js';
import { isTensor, type Tensor } from '../graph/tensor.js';
import { integer } from '../options.js';
import { mul } from '../ops/arithmetic.js';
import { equal, greater, less } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { oneHot } from '../ops/gather.js';
import { max, sum } from '../ops/reduce.js';
import { topK as largest } from '../ops/order.js';
import type { Operand } from '../ops/operand.js';
import { reshape } from '../ops/reshape.js';
import { labelsOf } from './labels.js';
import { averaged, type ConfiguredMetric, metric } from './metric.js';

/** The share of rows whose class is among the k largest outputs: fewer than k others are larger. A row with NaN among
 *  its outputs counts as wrong.
 *  @example topK(3) */
export function topK(k: number): ConfiguredMetric;
/** The k largest elements of a tensor along an axis (default the last), the largest first, and their indices. Of equal
 *  elements the first comes first; NaN counts as the largest number. The indices have no gradient.
 *  @example topK(tensor([3, 1, 2]), 2).indices.toArray() // [0, 2] */
export function topK(x: Operand, k: number, axis?: number): { values: Tensor; indices: Tensor };
export function topK(
  k: number | Operand,
  ...rest: readonly [k?: number, axis?: number]
): ConfiguredMetric | { values: Tensor; indices: Tensor } {
  return isTensor(k) || rest.length ? largest(k, rest[0] as number, rest[1]) : metricOf(k as number);
}
function metricOf(k: number): ConfiguredMetric {
  integer('topK', 'k', k, 1);
  return metric('topK', { k }, (output, target, weights) => {
    const { truth, classes } = labelsOf('topK', output, target);
    if (output.size !== truth.size * classes)
      throw new OptionError('topK: the output has one column; topK is for several classes');
    const scores = reshape(output, [truth.size, classes]);
    const right = oneHot(truth, classes);
    const trueScore = sum(where(right, mul(scores, right), 0), 1, true);
    const larger = sum(greater(scores, trueScore), 1);
    const top = max(scores, 1);
    return averaged('topK', where(equal(top, top), less(larger, k), 0), weights);
  });
}
