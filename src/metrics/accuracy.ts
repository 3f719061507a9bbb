import { checkKeys, finite } from '../options.js';
import { equal } from '../ops/compare.js';
import { mean } from '../ops/reduce.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric } from './metric.js';

/** The share of rows whose class is right: the largest output of [n, k]; of [n, 1], whether the output is above
 *  `threshold` (default 0, for logits; ½ for probabilities). Targets: labels [n], or rows [n, k]. A
 *  row whose outputs are NaN is not right. */
export function accuracy(options: { threshold?: number } = {}): ConfiguredMetric {
  checkKeys('accuracy', options, ['threshold']);
  const threshold = finite('accuracy', 'threshold', options.threshold ?? 0);
  return metric('accuracy', { ...options }, (output, target) => {
    const { guess, truth } = labelsOf('accuracy', output, target, threshold);
    return mean(equal(guess, truth));
  });
}
