import { OptionError } from '../errors.js';
import { integer } from '../options.js';
import { mul } from '../ops/arithmetic.js';
import { equal, greater, less } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { oneHot } from '../ops/gather.js';
import { max, mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric } from './metric.js';

/** The share of rows whose class is among the k largest outputs: fewer than k others are larger. A row with NaN among
 *  its outputs counts as wrong.
 *  @example topK(3) */
export function topK(k: number): ConfiguredMetric {
  integer('topK', 'k', k, 1);
  return metric('topK', { k }, (output, target) => {
    const { truth, classes } = labelsOf('topK', output, target);
    if (output.size !== truth.size * classes)
      throw new OptionError('topK: the output has one column; topK is for several classes');
    const scores = reshape(output, [truth.size, classes]);
    const right = oneHot(truth, classes);
    const trueScore = sum(where(right, mul(scores, right), 0), 1, true);
    const larger = sum(greater(scores, trueScore), 1);
    const top = max(scores, 1);
    return mean(where(equal(top, top), less(larger, k), 0));
  });
}
