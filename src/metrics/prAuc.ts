import type { ConfiguredMetric } from './metric.js';
import { ranked } from './ranked.js';

/** The area under the curve of precision over recall, as the average precision Σ (Rₖ − Rₖ₋₁) Pₖ over all thresholds: what
 *  scikit-learn calls `average_precision_score`. Where a class is rare it tells more than rocAuc. With one column or two it is
 *  that of the second class; with more it is the mean over the classes, each against the rest. It needs rows of every class,
 *  and is NaN where an output is.
 *  @example prAuc() */
export const prAuc = (): ConfiguredMetric =>
  ranked('prAuc', (ties) => {
    let [sum, positives, all] = [0, 0, 0];
    for (let i = ties.length - 1; i >= 0; i--) {
      const [positive, negative] = ties[i];
      positives += positive;
      all += positive + negative;
      if (positive) sum += positive * (positives / all);
    }
    return sum / positives;
  });
