import {
  checkKeys,
  DataError,
  type Dataset,
  engineFor,
  type FitOptions,
  foldsOf,
  type Found,
  type GroupOptions,
  integer,
  OptionError,
  readable,
  seedKey,
  short,
  table,
  type Tensor,
  tensor,
  type TrainingEngine,
} from '../index.js';
import type { Scored } from './compare.js';
import { resampledMean } from './student.js';
import { type Build, oneTarget, type Recipe, trained } from './trained.js';

/** Those of fit, but for `validation` and `checkpoint`, and how the rows are dealt. Here `groups` are groups of rows; those of parameters, fit's, are given
 *  by `build`: { model, options: { groups } }. */
export interface CrossValidateOptions
  extends Partial<Omit<FitOptions, 'validation' | 'checkpoint' | 'groups'>>,
    GroupOptions {
  /** The parts, each of which judges once. Default 5. */
  folds?: number;
  /** How often the rows are dealt anew. Default 1. */
  repeats?: number;
  /** How many trainings, with other initial weights and orders, a score is the mean of. Default 1. */
  seeds?: number;
  /** Classes are dealt evenly. Default true. */
  stratify?: boolean;
  /** threads({ module }) or redis(…) of regulus/sweep: each training runs in a worker, and the result has the same bits. Default: here, one after
   *  another. */
  engine?: TrainingEngine;
}

/** What crossValidate gives. */
export interface CrossValidation extends Required<Scored> {
  /** One for each fold of each repetition: the accuracy for classes, else the loss, or the first of `metrics`. */
  readonly scores: readonly number[];
  readonly mean: number;
  /** In which the mean lies with probability 95 %, by the corrected resampled t (see `compare`). */
  readonly interval: readonly [low: number, high: number];
  /** The answer to each row of models that were not trained on it: probabilities [n, classes] of classes, else predictions; the mean where there
   *  are several, NaN where there is none, as for the first rows in the order of time. */
  readonly outOfFold: Tensor;
}

/** Part of the training rows that `stop` and `monitors` watch: one of so many. */
const WATCHED = 5;

/** Trains a new model on each fold's training rows, and judges it on the rows that are left: the mean tells how good such a model will be on new
 *  rows, and the interval how sure that is. What `build` returns is trained anew each time: a model, a pipeline, whose steps are
 *  fitted to the training rows of the fold alone, a ready model such as ridge({ lambda }), or { model, options }. Options are those of fit, and
 *  `folds`, `repeats`, `seeds`, `groups`, `order` and `gap` (see kFold). Repetition r deals with seed + r, training s has seed + s: one seed,
 *  the same bits. Where `stop` or `monitors` watch a validation set, a fifth of the training rows is held back for them: the
 *  fold's own rows have no part in any choice. With an `engine`, `build` is a function that the engine's module exports, or its name;
 *  data and options are sent to the workers.
 *
 *  Rejects with the reason of `signal` where that ends it, a LeakageError for a sealed set, an OptionError for a model that comes a second time or for unknown options.
 *  @example
 *  const build = () => pipeline([standardize, nn.sequential([nn.dense(4), nn.relu(), nn.dense(2)])])
 *  const { mean, interval, outOfFold } = await crossValidate(build, data, { ...options, folds: 3 })
 *  outOfFold.shape // [60, 2] */
export async function crossValidate(
  build: Build | string,
  data: Dataset,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const where = 'crossValidate';
  checkOptions(where, options, [...DEALING, 'engine']);
  const { folds = 5, repeats = 1, seeds = 1, groups, order, gap, stratify, engine: given, ...training } = options;
  const engine = engineFor(where, build, given, 'a function that makes a model');
  integer(where, 'folds', folds, 2);
  integer(where, 'repeats', repeats, 1);
  integer(where, 'seeds', seeds, 1);
  if (order && repeats > 1)
    throw new OptionError(`${where}: repeats is ${repeats}; in the order of time the rows are dealt in one way only`);
  const seed = training.seed ?? 0;
  seedKey(seed, where);
  const dealing = { order, gap, groups, ...(stratify !== undefined && { stratify }) };
  const dealt = Array.from({ length: repeats }, (_, r) =>
    foldsOf(where, data, folds, { ...dealing, seed: seed + r }),
  ).flat();
  oneTarget(where, data);
  const watches = Boolean(training.stop) || training.monitors !== undefined;
  const parts = dealt.map((fold) => (watches ? watched(where, data, fold, dealing, seed) : fold));
  const jobs = parts.flatMap((fold) => Array.from({ length: seeds }, (_, s) => ({ ...fold, seed: seed + s })));

  const recipe = { build: build as Build, options: training };
  const found = engine
    ? await engine.trainings({ where, build, train: data, options: training, jobs })
    : await oneByOne(jobs, (job) => foldOf(where, recipe, data, job));
  const answers = new Answers(data.size);
  found.forEach(({ answers: own }, i) => own && answers.add(jobs[i].validation, own));
  const scores = dealt.map((_, i) => meanOf(found.slice(i * seeds, (i + 1) * seeds).map(({ numbers }) => numbers[0])));
  const { score = '' } = found[found.length - 1];
  if (!scores.every(Number.isFinite))
    throw new DataError(`${where}: the ${score} of a fold is not finite; use a smaller learning rate, or larger folds`);
  const testOverTrain = dealt.reduce((sum, fold) => sum + fold.validation.length / fold.train.length, 0) / dealt.length;
  const { mean, interval } = resampledMean(scores, testOverTrain);
  const result = { scores, mean, interval, outOfFold: answers.mean() };
  return readable({ ...result, score, folds, repeats, testOverTrain, dealt: nameOf(dealt) }, textOf);
}

/** The options of crossValidate that say how the rows are dealt. */
export const DEALING = ['folds', 'repeats', 'seeds', 'groups', 'order', 'gap', 'stratify'] as const;
type Dealing = Pick<CrossValidateOptions, 'groups' | 'order' | 'gap' | 'stratify'>;

/** Rows that train, are watched by `stop` or `monitors`, and judge; and the seed of the training. */
export interface Fold {
  readonly train: readonly number[];
  readonly watched?: readonly number[];
  readonly validation: readonly number[];
  readonly seed: number;
  /** What `build` is called with. */
  readonly argument?: unknown;
}
type Rows = Omit<Fold, 'seed' | 'argument'>;

/** A fold of which a fifth of the training rows is held back. */
export function watched(
  where: string,
  data: Dataset,
  { train, validation }: Rows,
  dealing: Dealing,
  seed: number,
): Rows {
  const groups = labelsOf(dealing.groups, train);
  const inner = foldsOf(where, data.rows(train), dealing.order ? 2 : WATCHED, { ...dealing, groups, seed });
  const last = inner[inner.length - 1];
  const rowsOf = (rows: readonly number[]) => rows.map((row) => train[row]);
  return { train: rowsOf(last.train), watched: rowsOf(last.validation), validation };
}

/** Trains on some rows, and judges by others. */
export async function foldOf(where: string, recipe: Recipe, data: Dataset, fold: Fold): Promise<Found> {
  const { train, watched: watches, validation, seed, argument } = fold;
  const judging = data.rows(validation);
  const options = { ...recipe.options, seed };
  const model = await trained(where, { ...recipe, argument, options }, data.rows(train), watches && data.rows(watches));
  try {
    options.signal?.throwIfAborted();
    return { score: model.score, numbers: [model.scoreOn(judging)], answers: model.answers(judging) };
  } finally {
    model.dispose();
  }
}

/** Calls a function for each job, one after another. */
export async function oneByOne<J, R>(jobs: readonly J[], call: (job: J) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  for (const job of jobs) found.push(await call(job));
  return found;
}

export const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Refuses what is neither an option of fit nor one of these; fit checks its own. */
export function checkOptions(where: string, options: object, own: readonly string[]): void {
  checkKeys(where, options, [...own, ...OF_FIT]);
}
const OF_FIT: readonly (keyof FitOptions)[] = [
  ...(['loss', 'optimizer', 'batchSize', 'epochs', 'metrics', 'lossWeights', 'penalties', 'augment', 'clip'] as const),
  ...(['noise', 'constrain', 'average', 'rules', 'stop', 'monitors', 'adversarial', 'accumulate'] as const),
  ...(['shuffle', 'seed', 'trainSample', 'onDivergence', 'onStep', 'onEpoch', 'progress', 'logger', 'signal'] as const),
];

/** The groups of some of the rows. */
function labelsOf(groups: GroupOptions['groups'], rows: readonly number[]): GroupOptions['groups'] | undefined {
  return groups === undefined || typeof groups === 'string' ? groups : rows.map((row) => groups[row]);
}

/** Sums of answers to rows. */
class Answers {
  #sums?: Float64Array;
  #shape: readonly number[] = [];
  readonly #counts: Float64Array;
  constructor(readonly size: number) {
    this.#counts = new Float64Array(size);
  }
  add(rows: readonly number[], { values, shape }: { values: Float32Array; shape: readonly number[] }): void {
    const width = values.length / rows.length;
    this.#sums ??= new Float64Array(this.size * width);
    this.#shape = shape.slice(1);
    rows.forEach((row, i) => {
      this.#counts[row]++;
      for (let j = 0; j < width; j++) (this.#sums as Float64Array)[row * width + j] += values[i * width + j];
    });
  }
  mean(): Tensor {
    const sums = this.#sums as Float64Array;
    const width = sums.length / this.size;
    const values = Float32Array.from(sums, (sum, i) => sum / this.#counts[Math.floor(i / width)]);
    return tensor(values, [this.size, ...this.#shape]);
  }
}

/** Tells folds apart: a checksum of who judges which row (FNV-1a). */
function nameOf(dealt: readonly { train: readonly number[]; validation: readonly number[] }[]): string {
  let hash = 0x811c9dc5;
  const add = (x: number): void => {
    hash = Math.imul(hash ^ x, 0x01000193);
  };
  for (const { train, validation } of dealt) {
    add(train.length);
    for (const row of validation) add(row);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function textOf({ scores, mean, interval: [low, high], score, folds, repeats }: CrossValidation): string {
  return [
    table([['fold', score], ...scores.map((value, i) => [`${(i % folds) + 1}`, value])]),
    `mean ${score} ${short(mean)} of ${folds} folds${repeats > 1 ? `, ${repeats} times` : ''}; 95 % interval ${short(low)} to ${short(high)}`,
  ].join('\n');
}
