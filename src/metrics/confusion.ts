import type { Target } from '../data/target.js';
import type { Tensor } from '../graph/tensor.js';
import { readable, table } from '../readable.js';
import { mul } from '../ops/arithmetic.js';
import { oneHot } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric, weightsOf } from './metric.js';

/** Counts how often each class is taken for each other one. */
function confused(where: string, output: Tensor, target: Tensor, weights?: Tensor): Tensor {
  const { guess, truth, classes } = labelsOf(where, output, target);
  return matmul(weighed(where, oneHot(truth, classes), weights), oneHot(guess, classes), { transposeA: true });
}
/** Rows [n, classes] times their weights. */
export function weighed(where: string, rows: Tensor, given?: Tensor): Tensor {
  const weights = weightsOf(where, given, rows.shape[0]);
  return weights ? mul(rows, reshape(weights, [weights.size, 1])) : rows;
}

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
  metric(NAME, {}, (output, target, weights) => confused(NAME, output, target, weights));
