import { OptionError, ShapeError } from '../errors.js';
import { checkKeys, oneOf, shown } from '../options.js';
import { constant } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { elements } from '../graph/values.js';
import { add, maximum, mul, neg, scale } from '../ops/arithmetic.js';
import { crossEntropyOfLabels, crossEntropyOfTargets } from '../ops/crossEntropy.js';
import { log } from '../ops/elementary.js';
import { checkIndices, gather, oneHot } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { type Loss, loss } from './loss.js';
import { smoothed, type SmoothingOptions } from './smoothing.js';

export interface CrossEntropyOptions extends SmoothingOptions {
  /** What the output is. `'logits'` (default) is more exact: softmax and logarithm are one step. */
  from?: 'logits' | 'probabilities';
  /** A weight for each class. The mean over the rows is weighted with those of their classes. */
  classWeights?: readonly number[];
}
const LEAST = 1e-38;

/** −Σ t log p, the mean over rows. output [n, k]; target: labels [n], or rows [n, k] that sum to 1.
 *  @example crossEntropy({ labelSmoothing: 0.1 })(logits, labels) */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  checkKeys('crossEntropy', options, ['from', 'labelSmoothing', 'smoothing', 'classWeights']);
  const from = oneOf('crossEntropy', 'from', options.from ?? 'logits', ['logits', 'probabilities']);
  const smoothing = smoothed('crossEntropy', options);
  const { classWeights } = options;
  if (classWeights !== undefined) {
    const list = Array.from(elements('crossEntropy', classWeights, 'classWeights'));
    if (!list.length || !list.every((w) => w >= 0 && w < Infinity))
      throw new OptionError(
        `crossEntropy: classWeights are ${shown(list)}; they must be finite numbers from 0, one for each class`,
      );
  }

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

  return loss(
    'crossEntropy',
    { ...options },
    (given, target) => {
      if (given.shape.length < 2)
        throw new ShapeError(`crossEntropy: output is ${show(given.shape)}; it must be [n, classes]`);
      const classes = given.shape[given.shape.length - 1];
      const n = given.size / classes;
      const labels = target.size === n && target.shape.length < given.shape.length;
      if (!labels && (target.size !== given.size || target.shape.length !== given.shape.length))
        throw new ShapeError(
          `crossEntropy: target ${show(target.shape)} does not fit output ${show(given.shape)}; give labels [n], or rows [n, classes]`,
        );
      if (classWeights && classWeights.length !== classes)
        throw new ShapeError(`crossEntropy: ${classWeights.length} classWeights for ${classes} classes`);
      const output = reshape(given, [n, classes]);
      const flat = reshape(target, labels ? [n] : [n, classes]);
      if (labels) checkIndices('crossEntropy', flat, 0, classes - 1, 'label');
      const each = rows(output, flat, labels);
      if (!classWeights) return each;
      const table = constant(Float32Array.from(classWeights), [classes]);
      const weights = labels ? gather(table, flat) : reshape(matmul(flat, reshape(table, [classes, 1])), [n]);
      return { each, weights };
    },
    true,
  );
}
