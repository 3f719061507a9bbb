import { div, maximum, mul, square, sub } from '../ops/arithmetic.js';
import { abs, sqrt } from '../ops/elementary.js';
import { mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import type { Tensor } from '../graph/tensor.js';
import { columnsOf } from './columns.js';
import { type ConfiguredMetric, metric, weightsOf } from './metric.js';

/** The weighted means of the columns of [n, width]. */
function means(name: string, each: Tensor, given: Tensor | undefined): Tensor {
  const weights = weightsOf(name, given, each.shape[0]);
  if (!weights) return mean(each, 0);
  return div(sum(mul(each, reshape(weights, [weights.size, 1])), 0), maximum(sum(weights), 1e-30));
}

/** The root of the mean squared error, in the target's own units. For several columns it is the mean of theirs, as in
 *  scikit-learn.
 *  @example rmse() */
export const rmse = (): ConfiguredMetric =>
  metric('rmse', {}, (output, target, weights) => {
    const { y, t } = columnsOf('rmse', output, target);
    return mean(sqrt(means('rmse', square(sub(t, y)), weights)));
  });

/** The least size of a target that an error is divided by, as in scikit-learn. */
const LEAST = 2.220446049250313e-16;

/** The mean absolute error as a share of the target, |t − y| / |t|: 0.1 is ten percent. It is huge where a target is 0.
 *  @example mape() */
export const mape = (): ConfiguredMetric =>
  metric('mape', {}, (output, target, weights) => {
    const { y, t } = columnsOf('mape', output, target);
    return mean(means('mape', div(abs(sub(t, y)), maximum(abs(t), LEAST)), weights));
  });
