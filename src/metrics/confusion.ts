import type { Tensor } from '../graph/tensor.js';
import { add, div, maximum, mul, scale } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { oneHot } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric } from './metric.js';

/** The confusion matrix: how often each class is taken for each other one. */
function table(where: string, output: Tensor, target: Tensor): Tensor {
  const { guess, truth, classes } = labelsOf(where, output, target);
  return matmul(oneHot(truth, classes), oneHot(guess, classes), { transposeA: true });
}
/** The numbers of each class's correct answers, rows, and answers. */
function counts(where: string, output: Tensor, target: Tensor) {
  const { guess, truth, classes } = labelsOf(where, output, target);
  const [isTrue, isGuess] = [oneHot(truth, classes), oneHot(guess, classes)];
  return { right: sum(mul(isTrue, isGuess), 0), rows: sum(isTrue, 0), answers: sum(isGuess, 0) };
}
/** The mean over the classes that occur, among the targets or the answers; 0/0 is 0, as in scikit-learn. */
const macro = (shares: Tensor, { rows, answers }: { rows: Tensor; answers: Tensor }): Tensor =>
  div(sum(shares), sum(greater(add(rows, answers), 0)));
const share = (part: Tensor, whole: Tensor): Tensor => div(part, maximum(whole, 1));

/** The confusion matrix [classes, classes]: rows are the true classes, columns the answers. `evaluate` returns it as
 *  nested lists.
 *  @example evaluate(model, test, { loss: crossEntropy(), metrics: confusionMatrix() }).confusionMatrix */
export const confusionMatrix = (): ConfiguredMetric =>
  metric('confusionMatrix', {}, (output, target) => table('confusionMatrix', output, target));

/** The precision: the share of a class's answers that are correct; the mean over the classes.
 *  @example precision() */
export const precision = (): ConfiguredMetric =>
  metric('precision', {}, (output, target) => {
    const found = counts('precision', output, target);
    return macro(share(found.right, found.answers), found);
  });

/** The recall: the share of a class's rows that are found; the mean over the classes.
 *  @example recall() */
export const recall = (): ConfiguredMetric =>
  metric('recall', {}, (output, target) => {
    const found = counts('recall', output, target);
    return macro(share(found.right, found.rows), found);
  });

/** The F1 score: the harmonic mean of a class's precision and recall; the mean over the classes.
 *  @example f1() */
export const f1 = (): ConfiguredMetric =>
  metric('f1', {}, (output, target) => {
    const found = counts('f1', output, target);
    return macro(share(scale(found.right, 2), add(found.rows, found.answers)), found);
  });
