import type { ConfiguredMetric } from './metric.js';
import { ranked } from './ranked.js';

/** The area under the receiver operating characteristic: the probability that a row of the class scores above a row of
 *  another class, where ties count half (Mann & Whitney 1947). With one column or two it is that of the second class; with
 *  more it is the mean over the classes, each against the rest, by its probability. It needs rows of every class, and is NaN
 *  where an output is.
 *  @example rocAuc() */
export const rocAuc = (): ConfiguredMetric =>
  ranked('rocAuc', (ties) => {
    let [pairs, positives, negatives] = [0, 0, 0];
    for (const [positive, negative] of ties) {
      pairs += positive * (negatives + negative / 2);
      positives += positive;
      negatives += negative;
    }
    return pairs / (positives * negatives);
  });
