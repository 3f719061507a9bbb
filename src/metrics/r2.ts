import type { Tensor } from '../graph/tensor.js';
import { div, maximum, mul, square, sub } from '../ops/arithmetic.js';
import { equal, greater } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { columnsOf } from './columns.js';
import { type ConfiguredMetric, metric, weightsOf } from './metric.js';

/** The coefficient of determination, 1 − Σ(t − y)²/Σ(t − t̄)²: 1 for exact outputs, 0 if they are no better than the
 *  mean. For several columns it is the mean of theirs. Where all targets are equal it is 1 for exact outputs and else
 *  0, as in scikit-learn.
 *  @example r2() */
export const r2 = (): ConfiguredMetric =>
  metric('r2', {}, (output, target, weights) => {
    const { y, t, n } = columnsOf('r2', output, target);
    const w = weightsOf('r2', weights, n);
    const weighted = (x: Tensor): Tensor => (w ? mul(x, reshape(w, [n, 1])) : x);
    const middle = w ? div(sum(weighted(t), 0, true), sum(w)) : mean(t, 0, true);
    const left = sum(weighted(square(sub(t, y))), 0);
    const all = sum(weighted(square(sub(t, middle))), 0);
    const share = sub(1, div(left, maximum(all, 1e-30)));
    return mean(where(equal(all, 0), where(greater(left, 0), 0, sub(1, left)), share));
  });
