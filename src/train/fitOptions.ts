import type { Configured } from '../config.js';
import { DataError, OptionError } from '../errors.js';
import { callable, checkKeys, flag, integer, isGiven, oneOf, refuse, shown } from '../options.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { refuseSealed, refuseShared } from '../data/leakage.js';
import { sameShape, show } from '../graph/shape.js';
import type { Inside } from '../nn/model.js';
import type { AnyRaw } from '../pipeline/raw.js';
import type { Logger } from '../loggers/logger.js';
import type { Monitor } from '../optim/reduceOnPlateau.js';
import type { EarlyStopping } from '../regularize/earlyStopping.js';
import type { EpochRecord } from './history.js';
import type { Resumed } from './run.js';
import type { Snapshot, SnapshotWriter } from './snapshot.js';
import type { Tensor } from '../graph/tensor.js';
import type { Model } from '../nn/model.js';
import type { ObjectiveContext } from './objective.js';
import { checkMetrics, type Losses, lossesFor, type Metrics, NO_LOSS } from './tasks.js';
import { RECIPE, type RecipeOptions } from './recipe.js';
import { listOf, type OneOrMany } from './lists.js';

/** The argument of `onStep`: facts about an update. */
export interface StepRecord {
  /** The number of the update, from 0. */
  readonly step: number;
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The loss of the batch before its update, penalties included. */
  readonly loss: number;
  readonly learningRate: number;
  /** The 2-norm of the gradient, before clipping. */
  readonly gradNorm: number;
}
/** How far training has come. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  /** The number of updates made, and of all updates if nothing stops the training: infinite for a stream without `size`. */
  readonly step: number;
  readonly steps: number;
}

/** A training that is ready to begin, as `checkpoint` and `resume` see it. */
export interface Prepared {
  /** The given pipeline or model, and the internals of the model. */
  readonly whole: AnyRaw;
  readonly inside: Required<Inside>;
  /** The training data as the model takes them; of a stream, the first rows. */
  readonly data: Dataset;
  /** How a stream is read. */
  readonly stream?: { readonly buffer: number; readonly size?: number };
  readonly options: Checked;
}
/** The start of a resumed training: the snapshot, the stored training it belongs to, and a note for the report. */
export interface Started {
  readonly from: Snapshot;
  readonly stored: { readonly store: string; readonly run: string };
  readonly resumed: Resumed;
}
/** The option `checkpoint`, as the function of that name makes it. */
export interface Checkpoint extends Configured {
  /** @internal */
  start(prepared: Prepared): Promise<Started | undefined>;
  /** @internal */
  begin(prepared: Prepared, stored?: Started['stored']): Promise<SnapshotWriter>;
}

export interface FitOptions extends RecipeOptions {
  /** What is made small, instead of a loss of outputs and targets: any scalar of the model, the batch { x, y } and drawn numbers. It is called
   *  once for each size of batch, and runs as a program; in evaluation the model is in evaluation mode. Inputs and targets by name come by
   *  name; of padded sequences the batch has `lengths`, which model(x, { lengths }) takes. */
  objective?(model: Model, batch: { x: Tensor; y: Tensor; lengths?: Tensor }, context: ObjectiveContext): Tensor;
  /** The number of passes over all rows. */
  epochs: number;
  /** The number of rows per update: 1 is online learning, 'full' uses all rows. Default 32. */
  batchSize?: number | 'full';
  /** Whether batches of `dataset.sequences` have rows of similar length, and are padded to one of at most eight lengths instead of the longest of
   *  all. Every row is still trained on once in an epoch, and batches come in random order. The model must take sequences of any length. Default
   *  false. */
  bucket?: boolean;
  /** A set that is not trained on, for `stop` and the history. A set that shares memory with the training set is refused. */
  validation?: Dataset;
  /** Metrics for the history, such as accuracy(), or functions of outputs and targets that return a number, listed under their
   *  names; with several heads, metrics by head: { digit: accuracy() }. */
  metrics?: Metrics;
  /** Early stopping: earlyStopping({ patience }). */
  stop?: EarlyStopping;
  /** Monitors such as reduceOnPlateau({ patience }), which look at the scores after each epoch and change the learning rate. */
  monitors?: OneOrMany<Monitor>;
  /** Whether the rows are shuffled anew in each epoch. Default true. */
  shuffle?: boolean;
  /** The number of training rows on which the history's `training` is computed. Default: 2048, or the size of the validation set if that is larger.
   *  At the end, the final parameters are evaluated on the whole training set (`run.kept`). */
  trainSample?: number;
  /** The reaction to a loss or gradient that is not finite. 'throw' ends training with a DivergenceError, which carries the parameters from before
   *  the step. 'rollback' goes back to the beginning of the epoch, or to the last evaluation of `stop` since, halves all learning rates and
   *  continues; the history records it. The steps since then are repeated, and callbacks hear of them again. Before each evaluation one more
   *  update is tried, so that training never goes back to a place from which it cannot continue. After ten halvings at one place it throws.
   *  Default 'throw'. */
  onDivergence?: 'throw' | 'rollback';
  /** Checkpoints: checkpoint({ to }) stores everything that `resume` needs to reach the same bits. */
  checkpoint?: Checkpoint;
  /** Called after every update; every update is then a separate call into WASM. */
  onStep?: (record: StepRecord) => void;
  onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** Loggers, such as loggers.console() and loggers.csv({ to }). They receive every epoch, every update where they ask for it, and the end,
   *  however training ends. */
  logger?: OneOrMany<Logger>;
  /** Called about every 30 ms. */
  progress?: (progress: Progress) => void;
  /** Ends training after the current slice of steps; the best parameters are kept. */
  signal?: AbortSignal;
}
/** The options of `fit` beside the recipe's. */
const KEYS = [
  'epochs',
  'batchSize',
  'bucket',
  'validation',
  'metrics',
  'stop',
  'monitors',
  'shuffle',
  'trainSample',
  'checkpoint',
  'onDivergence',
  'onStep',
  'onEpoch',
  'logger',
  'progress',
  'signal',
  'objective',
];

/** The default number of training rows for the history; the standard error of a share of them is about 0.01. */
const SAMPLE = 2048;

/** Validated options with defaults filled in. */
export type Checked = FitOptions &
  Required<Pick<FitOptions, 'batchSize' | 'shuffle' | 'seed' | 'trainSample' | 'onDivergence'>>;

/** Refuses a target with labels of one class only. */
function refuseOneClass(where: string, { targets }: Dataset): void {
  for (const { name, kind, classes, classNames } of targets)
    if (kind === 'classes' && classes < 2)
      throw new DataError(
        `${where}: y${name && `.${name}`} has one class only: ${shown(classNames?.[0] ?? 0)} in every row; two or more can be told apart`,
      );
}

/** Checks data and options, and fills in the defaults. With `table`, columns need not be numbers. */
export function checked(data: Dataset, options: FitOptions, where = 'fit', table = false): Checked {
  checkKeys(where, options, [...RECIPE, ...KEYS], true);
  checkDataset(where, data, table);
  refuseSealed(where, data);
  refuseOneClass(where, data);
  const { validation, stop, batchSize = 32 } = options;
  if (validation !== undefined) {
    checkDataset(`${where}: validation`, validation, table);
    refuseSealed(`${where}: validation`, validation);
    refuseShared(where, data, validation);
    if (!sameShape(validation.shape, data.shape))
      throw new DataError(
        `${where}: examples of the validation set are ${show(validation.shape)}, those of the training set ${show(data.shape)}`,
      );
  }
  if (isGiven(stop) && !('update' in Object(stop)))
    throw new OptionError(`${where}: stop is made by calling earlyStopping({ patience: 5 })`);
  if (stop?.monitor.startsWith('validation') && !validation)
    throw new DataError(
      `${where}: stop watches the validation set, and there is none; give { validation } or leave stop out`,
    );
  checkMetrics(where, options.metrics);
  if (isGiven(options.objective)) {
    callable(where, 'objective', options.objective as () => unknown, 'a function of the model and a batch');
    for (const key of ['loss', 'lossWeights'] as const)
      if (options[key] !== undefined)
        throw new OptionError(`${where}: ${key} and objective are given; leave one of them out`);
  }
  for (const monitor of listOf(options.monitors)) {
    if (!monitor || typeof monitor !== 'object' || !('monitor' in monitor))
      throw new OptionError(`${where}: monitors are made by calling reduceOnPlateau({ patience: 3 })`);
    if (monitor.monitor.startsWith('validation') && !validation)
      throw new DataError(
        `${where}: a monitor watches '${monitor.monitor}', and there is no validation set; give { validation } or watch 'training.loss'`,
      );
  }
  for (const logger of listOf(options.logger))
    if (typeof logger?.epoch !== 'function')
      throw new OptionError(`${where}: loggers are made by calling loggers.console() or loggers.csv({ to })`);
  if (isGiven(options.checkpoint) && typeof options.checkpoint?.begin !== 'function')
    throw new OptionError(`${where}: checkpoint is made by calling checkpoint({ to: 'runs/first' })`);
  for (const name of ['onStep', 'onEpoch', 'progress'] as const)
    if (isGiven(options[name])) callable(where, name, options[name] as () => void, 'a function');
  if (isGiven(options.signal) && typeof options.signal?.aborted !== 'boolean')
    refuse(where, 'signal', options.signal, 'an AbortSignal');
  if (options.bucket !== undefined && flag(where, 'bucket', options.bucket) && !data.lengths)
    refuse(where, 'bucket', true, 'left out: all rows have one length; those of dataset.sequences may differ');
  integer(where, 'epochs', options.epochs, 1);
  return {
    ...options,
    loss: options.objective ? NO_LOSS : lossesFor(options.loss as Losses, data),
    batchSize: batchSize === 'full' ? data.size : Math.min(data.size, integer(where, 'batchSize', batchSize, 1)),
    shuffle: flag(where, 'shuffle', options.shuffle ?? true),
    seed: options.seed ?? 0,
    onDivergence: oneOf(where, 'onDivergence', options.onDivergence ?? 'throw', ['throw', 'rollback']),
    trainSample: Math.min(
      data.size,
      integer(where, 'trainSample', options.trainSample ?? Math.max(SAMPLE, validation?.size ?? 0), 1),
    ),
  };
}
