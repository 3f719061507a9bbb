import { DataError, OptionError } from '../errors.js';
import { checkKeys, flag, integer } from '../options.js';
import type { Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { sameShape, show } from '../graph/shape.js';
import type { Metric } from '../metrics/accuracy.js';
import { built, type Model } from '../nn/model.js';
import type { EarlyStopping } from '../regularize/earlyStopping.js';
import { checkLabels } from './batch.js';
import { checkDataset, remember } from './evaluate.js';
import type { EpochRecord } from './history.js';
import { listOf, RECIPE, type RecipeOptions, recipeOf, type Some } from './recipe.js';
import type { Run } from './run.js';
import { Training } from './training.js';

/** What `onStep` is told about an update. */
export interface StepRecord {
  /** From 0. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** Of the batch before its update, penalties included. */
  readonly loss: number;
  readonly learningRate: number;
  /** The 2-norm of the gradient, before clipping. */
  readonly gradNorm: number;
}
/** How far training has come. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  /** Updates made, and how many there will be if nothing stops it. */
  readonly step: number;
  readonly steps: number;
}

export interface FitOptions extends RecipeOptions {
  /** How often all rows are seen. */
  epochs: number;
  /** Rows of an update: 1 is online, 'full' all of them. Default 32. */
  batchSize?: number | 'full';
  /** A set that is not trained on, for `stop` and the history. */
  validation?: Dataset;
  /** What else is computed for the history. */
  metrics?: Some<Metric>;
  /** earlyStopping({ patience }). */
  stop?: EarlyStopping;
  /** A new order of the rows in each epoch. Default true. */
  shuffle?: boolean;
  /** How many training rows the history's `training` looks at. Default: as many as the validation set has, else 1024. */
  trainSample?: number;
  /** Called after every update; each is one call into WASM then. */
  onStep?: (record: StepRecord) => void;
  onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Called about every 30 ms. */
  progress?: (progress: Progress) => void;
  /** Ends training after the slice of steps that runs; what was best is kept. */
  signal?: AbortSignal;
}
const KEYS = [
  ...RECIPE,
  ...['epochs', 'batchSize', 'validation', 'metrics', 'stop', 'shuffle', 'trainSample'],
  ...['onStep', 'onEpoch', 'progress', 'signal'],
];

/** Options that were looked at. */
export type Checked = FitOptions & Required<Pick<FitOptions, 'batchSize' | 'shuffle' | 'seed' | 'trainSample'>>;

function checked(data: Dataset, options: FitOptions): Checked {
  checkKeys('fit', options, KEYS);
  checkDataset('fit', data);
  refuseSealed('fit', data);
  const { validation, stop, batchSize = 32 } = options;
  if (validation !== undefined) {
    checkDataset('fit: validation', validation);
    refuseSealed('fit: validation', validation);
    if (!sameShape(validation.shape, data.shape))
      throw new DataError(
        `fit: examples of the validation set are ${show(validation.shape)}, those of the training set ${show(data.shape)}`,
      );
  }
  if (stop && (typeof stop !== 'object' || !('update' in stop)))
    throw new OptionError('fit: stop is made by calling earlyStopping({ patience: 5 })');
  if (stop?.monitor.startsWith('validation') && !validation)
    throw new DataError(
      'fit: stop watches the validation set, and there is none; give { validation } or leave stop out',
    );
  const metrics = listOf(options.metrics);
  for (const metric of metrics)
    if (typeof metric !== 'function' || !('config' in metric))
      throw new OptionError('fit: metrics are made by calling accuracy()');
  integer('fit', 'epochs', options.epochs, 1);
  return {
    ...options,
    metrics,
    batchSize: batchSize === 'full' ? data.size : Math.min(data.size, integer('fit', 'batchSize', batchSize, 1)),
    shuffle: flag('fit', 'shuffle', options.shuffle ?? true),
    seed: options.seed ?? 0,
    trainSample: Math.min(data.size, integer('fit', 'trainSample', options.trainSample ?? validation?.size ?? 1024, 1)),
  };
}

/** `fit`, epoch by epoch; the generator returns the run. Where the loop is left early, memory is returned and the best
 *  parameters are restored as at any other end.
 *  @example for await (const epoch of fitEpochs(model, train, options)) console.log(epoch.training.loss) */
export async function* fitEpochs(
  model: Model,
  data: Dataset,
  options: FitOptions,
): AsyncGenerator<EpochRecord, Run, void> {
  const given = checked(data, options);
  const recipe = recipeOf('fit', given);
  const fresh = built(model, data.shape, given.seed);
  checkLabels('fit', given.loss, data.y, [data.size, ...data.targetShape], fresh.blueprint.output);
  const training = new Training(fresh, data, given, recipe);
  remember(model, training.judgement);
  try {
    yield* training.epochs();
  } finally {
    training.finish();
  }
  return training.run();
}

/** Trains a model on a data set, in place, and tells how it went.
 *
 *  Every epoch shuffles the rows and makes one update for each batch; a last, smaller batch is used as it is. Gradients are
 *  means over the batch. Steps run in slices of about 30 ms within one call into WASM, with the event loop between them;
 *  slicing never changes a bit. With `stop`, the best parameters are restored however training ends.
 *
 *  Throws, before anything is changed: LeakageError for a sealed set, DataError for data that does not fit, OptionError. A loss
 *  or gradient that is not finite ends it with a DivergenceError; the parameters are those of the last finite step, or the best.
 *  @example
 *  const run = await fit(model, train, { validation, loss: crossEntropy(), optimizer: adam(), epochs: 20, stop: earlyStopping() }) */
export async function fit(model: Model, data: Dataset, options: FitOptions): Promise<Run> {
  const epochs = fitEpochs(model, data, options);
  while (true) {
    const next = await epochs.next();
    if (next.done) return next.value;
    await options.onEpoch?.(next.value);
  }
}
