import { checkKeys, finite } from '../options.js';
import { equal } from '../ops/compare.js';
import { labelsOf } from './labels.js';
import { averaged, type ConfiguredMetric, metric } from './metric.js';

/** The share of rows whose class is predicted correctly. The class is that of the largest output of [n, k]; for [n, 1]
 *  it is 1 where the output is above `threshold` (default 0, for logits; take ½ for probabilities). Targets: labels
 *  [n], or rows [n, k]. A row with NaN among its outputs counts as wrong. */
export function accuracy(options: { threshold?: number } = {}): ConfiguredMetric {
  checkKeys('accuracy', options, ['threshold']);
  const threshold = finite('accuracy', 'threshold', options.threshold ?? 0);
  return metric('accuracy', { ...options }, (output, target, weights) => {
    const { guess, truth } = labelsOf('accuracy', output, target, threshold);
    return averaged('accuracy', equal(guess, truth), weights);
  });
}
