import { OptionError, UnsupportedError } from '../errors.js';
import { checkKeys } from '../options.js';
import { Dataset } from '../data/columns.js';
import { binaryCrossEntropy, crossEntropy, mse } from '../losses/index.js';
import type { Loss } from '../losses/loss.js';
import type { Metric } from '../metrics/accuracy.js';
import { built, type Model } from '../nn/model.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { Scores } from './history.js';
import { seenShape } from './seen.js';
import { listOf, type Some } from './recipe.js';

/** What each model was last fitted with. */
const judgements = new WeakMap<Model, Judgement>();
export const remember = (model: Model, judgement: Judgement): void => {
  judgements.set(model, judgement);
};

/** The loss that is given, else that of the model's last fit. */
export function lossOf(where: string, model: Model, given?: Loss): Loss {
  const loss = given ?? judgements.get(model)?.loss;
  if (!loss)
    throw new OptionError(
      `${where}: loss is missing, and this model was not fitted here; give one such as { loss: crossEntropy() }`,
    );
  return loss;
}

/** The same, and where there is none the one that suits the data: cross-entropy for classes, mean squared error for values. */
export function lossFor(model: Model, data: Dataset, given?: Loss): Loss {
  const known = given ?? judgements.get(model)?.loss;
  if (known) return known;
  if (data.kind === 'values') return mse();
  const { output } = built(model, data.shape).blueprint;
  return output[output.length - 1] === 1 ? binaryCrossEntropy() : crossEntropy();
}

export interface EvaluateOptions {
  /** By default that of the last fit. */
  loss?: Loss;
  /** By default those of the last fit. */
  metrics?: Some<Metric>;
}

/** The loss, without penalties, and the metrics of a model on a data set, in evaluation mode. A sealed test set is welcome.
 *  @example evaluate(model, test, { loss: crossEntropy(), metrics: [accuracy()] }).accuracy */
export function evaluate(model: Model, data: Dataset, options: EvaluateOptions = {}): Scores {
  checkKeys('evaluate', options, ['loss', 'metrics']);
  checkDataset('evaluate', data);
  const known = judgements.get(model);
  const loss = lossOf('evaluate', model, options.loss);
  const metrics = options.metrics === undefined ? (known?.metrics ?? []) : listOf(options.metrics);
  const augment = known?.augment;
  const evaluator = new Evaluator(built(model, seenShape(data.shape, augment)), data, { loss, metrics, augment });
  try {
    return evaluator.scores();
  } finally {
    evaluator.dispose();
  }
}

/** Refuses what is not a data set with one target. */
export function checkDataset(where: string, data: unknown): asserts data is Dataset {
  if (!(data instanceof Dataset))
    throw new OptionError(`${where}: the data is not a data set; make one with dataset({ x, y })`);
  if (data.targets.length > 1)
    throw new UnsupportedError(
      `${where}: this set has ${data.targets.length} targets, but the model has one output; choose one target`,
    );
}
