import { type Configured, configured } from '../config.js';
import { ShapeError } from '../errors.js';
import { checkKeys, finite } from '../options.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { equal, greater } from '../ops/compare.js';
import { argmax, mean } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';

/** (outputs, targets) of a whole set → one number to look at. */
export interface Metric extends Configured {
  (output: Tensor, target: Tensor): Tensor;
}

/** The share of rows whose class is right: the largest output of [n, k]; of [n, 1], whether the output is above
 *  `threshold` (default 0, for logits; ½ for probabilities). Targets: labels [n], or rows [n, k]. */
export function accuracy(options: { threshold?: number } = {}): Metric {
  checkKeys('accuracy', options, ['threshold']);
  const threshold = finite('accuracy', 'threshold', options.threshold ?? 0);
  return configured('accuracy', { ...options }, (output: Tensor, target: Tensor) => {
    const classes = output.shape.length > 1 ? output.shape[output.shape.length - 1] : 1;
    const n = output.size / classes;
    const guess = classes === 1 ? reshape(greater(output, threshold), [n]) : reshape(argmax(output), [n]);
    if (target.size === n) return mean(equal(guess, reshape(target, [n])));
    if (target.size !== output.size)
      throw new ShapeError(`accuracy: target ${show(target.shape)} does not fit output ${show(output.shape)}`);
    return mean(equal(guess, reshape(argmax(target), [n])));
  });
}
