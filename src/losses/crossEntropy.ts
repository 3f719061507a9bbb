import { checkKeys, oneOf } from '../options.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, maximum, mul, neg, scale } from '../ops/arithmetic.js';
import { crossEntropyOfLabels, crossEntropyOfTargets } from '../ops/crossEntropy.js';
import { log } from '../ops/elementary.js';
import { gather, oneHot } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { classTargets } from './classTargets.js';
import { balanced, listed, unbalanced, type WeightsOf } from './classWeights.js';
import { type ConfiguredLoss, loss } from './loss.js';
import { smoothed, type SmoothingOptions } from './smoothing.js';

export interface CrossEntropyOptions extends SmoothingOptions {
  /** The kind of output. `'logits'` (default) is more exact: softmax and logarithm are one step. */
  from?: 'logits' | 'probabilities';
  /** A weight for each class. The mean over the rows is weighted by the weights of their classes. `'balanced'`:
   *  n/(k·n_c) for a class with n_c of the n rows, of k classes, so that rare classes count as much as frequent ones.
   *  fit takes these numbers from its training set, and evaluate without a loss uses the same; in other calls with a
   *  loss and a data set, they come from that set. trainStep and a direct call know no data set, so they need
   *  numbers. */
  classWeights?: readonly number[] | 'balanced';
}
const LEAST = 1e-38;

/** −Σ t log p, the mean over rows. output [n, k]; target: labels [n], whole numbers from 0 to k − 1, or rows [n, k]
 *  that sum to 1. A number that is not a label is a ShapeError; where labels are computed, it makes the loss NaN.
 *  @example crossEntropy({ labelSmoothing: 0.1 })(logits, labels) */
export function crossEntropy(options: CrossEntropyOptions = {}): ConfiguredLoss {
  checkKeys('crossEntropy', options, ['from', 'labelSmoothing', 'smoothing', 'classWeights']);
  const from = oneOf('crossEntropy', 'from', options.from ?? 'logits', ['logits', 'probabilities']);
  const smoothing = smoothed('crossEntropy', options);
  const { classWeights } = options;

  /** The loss of each row. */
  const rows = (output: Tensor, target: Tensor, labels: boolean): Tensor => {
    const classes = output.shape[1];
    const { on, off } = smoothing(classes);
    if (labels && from === 'logits') return crossEntropyOfLabels(output, target, { on, off });
    const hard = labels ? oneHot(target, classes) : target;
    const soft = add(scale(hard, on - off), off);
    return from === 'logits'
      ? crossEntropyOfTargets(output, soft)
      : neg(sum(mul(soft, log(maximum(output, LEAST))), 1));
  };

  const weighed = (weightsOf: WeightsOf | undefined, more: Pick<ConfiguredLoss, 'fit'> = {}): ConfiguredLoss =>
    loss(
      'crossEntropy',
      { ...options },
      (given, target) => {
        const { classes, output, target: flat, labels } = classTargets('crossEntropy', given, target);
        const list = weightsOf?.(classes, labels);
        const shape = given.shape.slice(0, -1);
        const each = reshape(rows(output, flat, labels), shape);
        if (!list) return each;
        const table = constant(Float32Array.from(list), [classes]);
        const weights = labels ? gather(table, flat) : matmul(flat, reshape(table, [classes, 1]));
        return { each, weights: reshape(weights, shape) };
      },
      { labels: true, ...more },
    );
  return classWeights === 'balanced'
    ? weighed(unbalanced, { fit: (target) => weighed(balanced(target)) })
    : weighed(listed(classWeights));
}
