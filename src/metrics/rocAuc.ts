import { realize } from '../compile/realize.js';
import { DataError } from '../errors.js';
import { constant, full } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { softmax } from '../ops/softmax.js';
import { reshape } from '../ops/reshape.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric } from './metric.js';

/** The area under the receiver operating characteristic: the probability that a row of the class scores above a row of
 *  another class, where ties count half. With one column or two it is that of the second class; with more it is the
 *  mean over the classes, each against the rest, by its probability. It needs rows of every class, and is NaN where an
 *  output is.
 *  @example rocAuc() */
export const rocAuc = (): ConfiguredMetric =>
  metric(
    'rocAuc',
    {},
    (output: Tensor, target: Tensor) => {
      const { truth, classes } = labelsOf('rocAuc', output, target);
      const labels = realize(truth);
      const n = labels.length;
      const width = output.size / n;
      const scores = realize(width === 1 ? output : softmax(reshape(output, [n, width])));
      if (scores.some(Number.isNaN)) return full([], Number.NaN);
      const areaOf = (label: number): number => {
        const column = width === 1 ? 0 : label;
        return area(
          Float32Array.from({ length: n }, (_, i) => scores[i * width + column]),
          (i) => labels[i] === label,
          label,
        );
      };
      const areas = classes === 2 ? [areaOf(1)] : Array.from({ length: classes }, (_, label) => areaOf(label));
      return constant(Float32Array.of(areas.reduce((a, b) => a + b, 0) / areas.length), []);
    },
    true,
  );

/** The area by ranks (Mann & Whitney 1947); equal scores get their mean rank. */
function area(scores: Float32Array, isPositive: (i: number) => boolean, label: number): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || a - b);
  let [ranks, positives] = [0, 0];
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && scores[order[end]] === scores[order[at]]) end++;
    const rank = (at + 1 + end) / 2;
    for (let k = at; k < end; k++)
      if (isPositive(order[k])) {
        ranks += rank;
        positives++;
      }
    at = end;
  }
  const negatives = scores.length - positives;
  if (!positives || !negatives)
    throw new DataError(`rocAuc: ${positives ? 'all' : 'no'} rows are of class ${label}; it needs rows of every class`);
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
