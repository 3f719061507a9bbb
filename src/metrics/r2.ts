import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { div, maximum, square, sub } from '../ops/arithmetic.js';
import { equal, greater } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { type ConfiguredMetric, metric } from './metric.js';

/** The coefficient of determination, 1 − Σ(t − y)²/Σ(t − t̄)²: 1 for exact outputs, 0 if they are no better than the
 *  mean. For several columns it is the mean of theirs. Where all targets are equal it is 1 for exact outputs and else
 *  0, as in scikit-learn.
 *  @example r2() */
export const r2 = (): ConfiguredMetric =>
  metric('r2', {}, (output, target) => {
    if (output.size !== target.size)
      throw new ShapeError(
        `r2: output ${show(output.shape)} and target ${show(target.shape)} must have equally many elements`,
      );
    const n = output.shape[0];
    const [y, t] = [reshape(output, [n, output.size / n]), reshape(target, [n, output.size / n])];
    const left = sum(square(sub(t, y)), 0);
    const all = sum(square(sub(t, mean(t, 0, true))), 0);
    const share = sub(1, div(left, maximum(all, 1e-30)));
    return mean(where(equal(all, 0), where(greater(left, 0), 0, sub(1, left)), share));
  });
