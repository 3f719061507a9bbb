import type { Target } from '../data/target.js';
import type { Tensor } from '../graph/tensor.js';
import { readable, table } from '../readable.js';
import { add, div, maximum, mul, scale } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { oneHot } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric } from './metric.js';

/** Counts how often each class is taken for each other one. */
function confused(where: string, output: Tensor, target: Tensor): Tensor {
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

/** A confusion matrix as `evaluate` and `fit` return it: nested lists, with the names of the classes where the data set has names. As text,
 *  `String(scores.confusionMatrix)`, it is a table with these names. They are not enumerable. */
export interface ConfusionMatrix extends ReadonlyArray<readonly number[]> {
  readonly classNames?: readonly string[];
}

/** Adds the names of the classes to the confusion matrices among scores; with several heads, by the heads' names. */
export function nameClasses(scores: object | undefined, targets: readonly Pick<Target, 'name' | 'classNames'>[]): void {
  for (const [key, found] of Object.entries(scores ?? {})) {
    const head =
      key === NAME ? targets[0]?.name : key.endsWith(`.${NAME}`) ? key.slice(0, -NAME.length - 1) : undefined;
    if (head === undefined || !Array.isArray(found) || Object.hasOwn(found, 'classNames')) continue;
    const classNames = targets.find(({ name }) => name === head)?.classNames;
    Object.defineProperty(found, 'classNames', { value: classNames });
    readable(found, textOf);
  }
}
/** Does the same for the scores of an epoch's record. */
export function nameClassesOf(
  record: { readonly training?: object; readonly validation?: object } | undefined,
  targets: Parameters<typeof nameClasses>[1],
): void {
  nameClasses(record?.training, targets);
  nameClasses(record?.validation, targets);
}
function textOf(matrix: ConfusionMatrix): string {
  const names = matrix.classNames ?? matrix.map((_, i) => String(i));
  return table([['', ...names], ...matrix.map((row, i) => [names[i] ?? String(i), ...row])]);
}
const NAME = 'confusionMatrix';

/** The confusion matrix [classes, classes]: rows are the true classes, columns the answers. `evaluate` returns it as nested
 *  lists, with the names of the classes as `classNames`.
 *  @example evaluate(model, test, { loss: crossEntropy(), metrics: confusionMatrix() }).confusionMatrix */
export const confusionMatrix = (): ConfiguredMetric =>
  metric(NAME, {}, (output, target) => confused(NAME, output, target));

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
