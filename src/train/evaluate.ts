import { OptionError, UnsupportedError } from '../errors.js';
import { checkKeys } from '../options.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { binaryCrossEntropy, crossEntropy, mse } from '../losses/index.js';
import { lossOf, type TakenLoss } from '../losses/lossOf.js';
import { type AnyModel, builtFor, checkModel } from '../nn/model.js';
import { type AnyRaw, behind, isRaw, TOLD } from '../pipeline/raw.js';
import { Evaluator, type Judgement } from './evaluator.js';
import type { Scores } from './history.js';
import { isByHead, type Losses, lossesFor, type LossWeights, type Metrics, NO_LOSS } from './tasks.js';
import { augmentedShape } from './augmented.js';

/** The losses and metrics with which each model was last fitted. */
const judgements = new WeakMap<AnyModel, Judgement>();
export const remember = (model: AnyModel, judgement: Judgement): void => {
  judgements.set(model, judgement);
};

/** Returns the given losses, or those of the model's last fit. */
function lossesOf(where: string, model: AnyModel, data: Dataset, given?: Losses): Losses {
  const loss = given === undefined ? judgements.get(model)?.loss : lossesFor(given, data);
  if (!loss)
    throw new OptionError(
      `${where}: loss is missing, and this model was not fitted here; give one such as { loss: crossEntropy() }`,
    );
  return loss;
}

/** Returns the loss of a model with one output: the given one, else that of the last fit, else cross-entropy for classes and mean
 *  squared error for values. */
export function lossFor(where: string, model: AnyModel, data: Dataset, given?: Losses): TakenLoss {
  checkModel(where, model);
  const known = given === undefined ? judgements.get(model)?.loss : lossesFor(given, data);
  if (isByHead(known))
    throw new UnsupportedError(`${where}: looks at models with one output; the loss is of several heads`);
  if (known !== undefined && known !== NO_LOSS) return lossOf(where, 'loss', known);
  if (data.kind === 'values') return mse();
  const { output } = builtFor(model, data).blueprint;
  return output[output.length - 1] === 1 ? binaryCrossEntropy() : crossEntropy();
}

export interface EvaluateOptions {
  /** The loss. Default: that of the last fit. */
  loss?: Losses;
  /** The weights of several heads' losses. Default: those of the last fit. */
  lossWeights?: LossWeights;
  /** The metrics. Default: those of the last fit. */
  metrics?: Metrics;
}

/** Computes the loss, without penalties, and the metrics of a model on a data set, in evaluation mode. A sealed test set is accepted, and
 *  `test.opened` counts the call.
 *  @example evaluate(model, test, { loss: crossEntropy(), metrics: [accuracy()] }).accuracy */
export function evaluate(whole: AnyRaw, rows: Dataset, given: EvaluateOptions = {}): Scores {
  checkKeys('evaluate', given, ['loss', 'lossWeights', 'metrics']);
  const [model, data] = behind('evaluate', whole, rows);
  checkDataset('evaluate', data);
  checkModel('evaluate', model);
  const options = isRaw(whole) ? whole[TOLD]('evaluate', given) : given;
  const known = judgements.get(model);
  const judgement: Judgement = {
    loss: lossesOf('evaluate', model, data, options.loss),
    lossWeights: options.lossWeights ?? known?.lossWeights,
    metrics: options.metrics ?? known?.metrics,
    augment: known?.augment,
    objective: options.loss === undefined ? known?.objective : undefined,
  };
  const evaluator = new Evaluator(
    builtFor(model, { shape: augmentedShape(data.shape, judgement.augment), inputs: data.inputs }),
    data,
    judgement,
  );
  try {
    return evaluator.scores();
  } finally {
    evaluator.dispose();
  }
}
