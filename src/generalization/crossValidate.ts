import {
  checkKeys,
  type Dataset,
  type FitOptions,
  type GroupOptions,
  readable,
  short,
  table,
  type Tensor,
  type TrainingEngine,
} from '../index.js';
import type { Scored } from './compare.js';
import { dealt, made, OWN, planOf, summed, trainingsOf } from './folds.js';
import type { Build } from './trained.js';

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
  checkOptions(where, options, OWN);
  const plan = planOf(where, build, options);
  const folds = dealt(plan, data);
  const jobs = folds.flatMap((fold) => trainingsOf(plan, data, fold));
  return readable(summed(plan, data, folds, await made(plan, data, jobs)), textOf);
}

/** Refuses what is neither an option of fit nor one of these; fit checks its own. */
export function checkOptions(where: string, options: object, own: readonly string[]): void {
  checkKeys(where, options, [...own, ...OF_FIT]);
}
const OF_FIT: readonly (keyof FitOptions)[] = [
  ...(['loss', 'optimizer', 'batchSize', 'epochs', 'metrics', 'lossWeights', 'penalties', 'augment', 'clip'] as const),
  ...(['noise', 'constrain', 'average', 'rules', 'stop', 'monitors', 'adversarial', 'accumulate', 'bucket'] as const),
  ...(['shuffle', 'seed', 'trainSample', 'onDivergence', 'onStep', 'onEpoch', 'progress', 'logger', 'signal'] as const),
];

export function textOf({ scores, mean, interval: [low, high], score, folds, repeats }: CrossValidation): string {
  return [
    table([['fold', score], ...scores.map((value, i) => [`${(i % folds) + 1}`, value])]),
    `mean ${score} ${short(mean)} of ${folds} folds${repeats > 1 ? `, ${repeats} times` : ''}; 95 % interval ${short(low)} to ${short(high)}`,
  ].join('\n');
}
