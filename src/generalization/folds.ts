import {
  DataError,
  type Dataset,
  engineFor,
  type FitOptions,
  foldsOf,
  type Found,
  integer,
  OptionError,
  seedKey,
  type Tensor,
  tensor,
  type TrainingEngine,
} from '../index.js';
import type { CrossValidateOptions, CrossValidation } from './crossValidate.js';
import { resampledMean } from './student.js';
import { type Build, oneTarget, type Recipe, trained } from './trained.js';

/** How rows are dealt, and models trained on them. */
export interface Plan {
  readonly where: string;
  readonly build: Build | string;
  readonly engine?: TrainingEngine;
  readonly folds: number;
  readonly repeats: number;
  readonly seeds: number;
  readonly seed: number;
  readonly dealing: Pick<CrossValidateOptions, 'groups' | 'order' | 'gap' | 'stratify'>;
  readonly training: Partial<FitOptions>;
}
/** Rows that train, and rows that judge. */
export interface Rows {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}
/** A training: its rows, those that `stop` or `monitors` watch, its seed, and what `build` is called with. */
export interface Fold extends Rows {
  readonly watched?: readonly number[];
  readonly seed: number;
  readonly argument?: unknown;
}

/** The options of crossValidate that are not fit's. */
export const OWN = ['folds', 'repeats', 'seeds', 'groups', 'order', 'gap', 'stratify', 'engine'] as const;
/** Part of the training rows that `stop` and `monitors` watch: one of so many. */
const WATCHED = 5;

/** Checks the arguments of crossValidate but for the data and what is fit's. */
export function planOf(where: string, build: Build | string, options: CrossValidateOptions): Plan {
  const { folds = 5, repeats = 1, seeds = 1, groups, order, gap, stratify, engine: given, ...training } = options;
  const engine = engineFor(where, build, given, 'a function that makes a model');
  integer(where, 'folds', folds, 2);
  integer(where, 'repeats', repeats, 1);
  integer(where, 'seeds', seeds, 1);
  if (order && repeats > 1)
    throw new OptionError(`${where}: repeats is ${repeats}; in the order of time the rows are dealt in one way only`);
  const seed = training.seed ?? 0;
  seedKey(seed, where);
  const dealing = { groups, order, gap, ...(stratify !== undefined && { stratify }) };
  return { where, build, ...(engine && { engine }), folds, repeats, seeds, seed, dealing, training };
}

/** Deals the rows of a set: a fold for each part of each repetition. */
export function dealt({ where, folds, repeats, seed, dealing }: Plan, data: Dataset): Rows[] {
  const found = Array.from({ length: repeats }, (_, r) =>
    foldsOf(where, data, folds, { ...dealing, seed: seed + r }),
  ).flat();
  oneTarget(where, data);
  return found;
}

/** Deals some of the rows of a set, in one way. */
export function dealtAmong(plan: Plan, data: Dataset, rows: readonly number[], folds: number): Rows[] {
  const { where, seed, dealing } = plan;
  const { groups } = dealing;
  const own = groups === undefined || typeof groups === 'string' ? groups : rows.map((row) => groups[row]);
  const placed = (list: readonly number[]): number[] => list.map((i) => rows[i]);
  return foldsOf(where, data.rows(rows), folds, { ...dealing, groups: own, seed }).map(({ train, validation }) => ({
    train: placed(train),
    validation: placed(validation),
  }));
}

/** The trainings of a fold, one for each seed. Where something watches, part of the training rows is held back for it. */
export function trainingsOf(plan: Plan, data: Dataset, { train, validation }: Rows, argument?: unknown): Fold[] {
  const { stop, monitors } = plan.training;
  const watches = Boolean(stop) || monitors !== undefined;
  const inner = watches ? dealtAmong(plan, data, train, plan.dealing.order ? 2 : WATCHED).at(-1) : undefined;
  const rows = inner ? { train: inner.train, watched: inner.validation } : { train };
  const more = argument === undefined ? {} : { argument };
  return Array.from({ length: plan.seeds }, (_, s) => ({ ...rows, validation, seed: plan.seed + s, ...more }));
}

/** Makes trainings, here or in the engine. */
export async function made({ where, build, engine, training }: Plan, data: Dataset, jobs: Fold[]): Promise<Found[]> {
  if (engine) return engine.trainings({ where, build, train: data, options: training, jobs });
  const recipe = { build: build as Build, options: training };
  return oneByOne(jobs, (job) => foldOf(where, recipe, data, job));
}

/** Trains on some rows, and judges by others. */
export async function foldOf(where: string, recipe: Recipe, data: Dataset, fold: Fold): Promise<Found> {
  const { train, watched, validation, seed, argument } = fold;
  const judging = data.rows(validation);
  const options = { ...recipe.options, seed };
  const model = await trained(where, { ...recipe, argument, options }, data.rows(train), watched && data.rows(watched));
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

/** The score of each fold, the mean over its seeds. */
export function scoresOf({ where, seeds }: Plan, found: readonly Found[]): number[] {
  const scores = Array.from({ length: found.length / seeds }, (_, i) =>
    meanOf(found.slice(i * seeds, (i + 1) * seeds).map(({ numbers }) => numbers[0])),
  );
  if (scores.every(Number.isFinite)) return scores;
  const { score } = found[0];
  throw new DataError(`${where}: the ${score} of a fold is not finite; use a smaller learning rate, or larger folds`);
}
export const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** What the trainings of all folds say together. */
export function summed(plan: Plan, data: Dataset, folds: readonly Rows[], found: readonly Found[]): CrossValidation {
  const answers = new Answers(data.size);
  found.forEach(({ answers: own }, i) => own && answers.add(folds[Math.floor(i / plan.seeds)].validation, own));
  const scores = scoresOf(plan, found);
  const testOverTrain = meanOf(folds.map(({ train, validation }) => validation.length / train.length));
  const { mean, interval } = resampledMean(scores, testOverTrain);
  const { score = '' } = found[0];
  const { folds: parts, repeats } = plan;
  const result = { scores, mean, interval, outOfFold: answers.mean() };
  return { ...result, score, folds: parts, repeats, testOverTrain, dealt: nameOf(folds) };
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
function nameOf(dealt: readonly Rows[]): string {
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
