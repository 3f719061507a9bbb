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
import { checkMetrics, lossesFor, type Metrics } from './tasks.js';
import { RECIPE, type RecipeOptions } from './recipe.js';
import { listOf, type OneOrMany } from './lists.js';

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
  /** Updates made, and how many there will be if nothing stops it: infinite where a stream does not say how many rows it has. */
  readonly step: number;
  readonly steps: number;
}

/** A training that is ready to begin, for what keeps it or finds where it was. */
export interface Prepared {
  /** The pipeline or model that was given, and the numbers of the model. */
  readonly whole: AnyRaw;
  readonly inside: Required<Inside>;
  /** What the model sees; of a stream the first rows. */
  readonly data: Dataset;
  /** How a stream is read. */
  readonly stream?: { readonly buffer: number; readonly size?: number };
  readonly options: Checked;
}
/** Where a training goes on from: the snapshot, which stored training it is of, and what is said of it. */
export interface Started {
  readonly from: Snapshot;
  readonly stored: { readonly store: string; readonly run: string };
  readonly resumed: Resumed;
}
/** Where a training's checkpoints go, and how often: what `checkpoint` makes. */
export interface Checkpoint extends Configured {
  /** @internal */
  start(prepared: Prepared): Promise<Started | undefined>;
  /** @internal */
  begin(prepared: Prepared, stored?: Started['stored']): Promise<SnapshotWriter>;
}

export interface FitOptions extends RecipeOptions {
  /** How often all rows are seen. */
  epochs: number;
  /** Rows of an update: 1 is online, 'full' all of them. Default 32. */
  batchSize?: number | 'full';
  /** A set that is not trained on, for `stop` and the history. One that has rows of the training set, in the same memory, is refused. */
  validation?: Dataset;
  /** What else is computed for the history: accuracy() and its like, or functions of outputs and targets that give a number, by their
   *  names; of several heads for each its own: { digit: accuracy() }. */
  metrics?: Metrics;
  /** earlyStopping({ patience }). */
  stop?: EarlyStopping;
  /** reduceOnPlateau({ patience }): what looks at values after each epoch and changes the rate. */
  monitors?: OneOrMany<Monitor>;
  /** A new order of the rows in each epoch. Default true. */
  shuffle?: boolean;
  /** How many training rows the history's `training` looks at. Default: 2048, or as many as the validation set has where these are more. What
   *  is kept at the end is evaluated on the whole training set (`run.kept`). */
  trainSample?: number;
  /** Where a loss or gradient is not finite: 'throw' ends training with a DivergenceError, which carries the parameters from before the
   *  step; 'rollback' goes back to the beginning of the epoch, or to where `stop` looked since, halves all rates and goes on, and the
   *  history says so. Steps are made, and heard of, again then. It goes back only to where one more update is possible: that is
   *  tried before training is evaluated. After ten halvings from one place it throws. Default 'throw'. */
  onDivergence?: 'throw' | 'rollback';
  /** checkpoint({ to }): keeps everything that `resume` needs to go on from there to the same bits. */
  checkpoint?: Checkpoint;
  /** Called after every update; each is one call into WASM then. */
  onStep?: (record: StepRecord) => void;
  onEpoch?: (record: EpochRecord) => void | Promise<void>;
  /** loggers.console(), loggers.csv({ to }) and their like hear of every epoch, of every update where they ask for it, and of the end,
   *  however training ends. */
  logger?: OneOrMany<Logger>;
  /** Called about every 30 ms. */
  progress?: (progress: Progress) => void;
  /** Ends training after the slice of steps that runs; what was best is kept. */
  signal?: AbortSignal;
}
const KEYS = [
  ...RECIPE,
  ...['epochs', 'batchSize', 'validation', 'metrics', 'stop', 'monitors', 'shuffle', 'trainSample', 'checkpoint'],
  ...['onDivergence', 'onStep', 'onEpoch', 'logger', 'progress', 'signal'],
];

/** Training rows that the history looks at: a share of them is known to about 0.01. */
const SAMPLE = 2048;

/** Options that were looked at. */
export type Checked = FitOptions &
  Required<Pick<FitOptions, 'batchSize' | 'shuffle' | 'seed' | 'trainSample' | 'onDivergence'>>;

/** Refuses labels that are of one class by themselves; part of a set may lack the others. */
function refuseOneClass(where: string, { targets }: Dataset): void {
  for (const { name, kind, classes, classNames } of targets)
    if (kind === 'classes' && classes < 2)
      throw new DataError(
        `${where}: y${name && `.${name}`} has one class only: ${shown(classNames?.[0] ?? 0)} in every row; two or more can be told apart`,
      );
}

/** Refuses what cannot be trained on, and fills in the defaults. A `table` may have columns that are no numbers. */
export function checked(data: Dataset, options: FitOptions, where = 'fit', table = false): Checked {
  checkKeys(where, options, KEYS, true);
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
  integer(where, 'epochs', options.epochs, 1);
  return {
    ...options,
    loss: lossesFor(options.loss, data),
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
