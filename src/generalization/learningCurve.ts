import {
  checkDataset,
  DataError,
  engineFor,
  type FitOptions,
  type Found,
  hostExp,
  hostLog,
  integer,
  OptionError,
  readable,
  refuseSealed,
  refuseShared,
  seedKey,
  short,
  shown,
  studentQuantile,
  table,
  type TrainAndValidation,
  type TrainingEngine,
} from '../index.js';
import { checkOptions } from './crossValidate.js';
import { oneByOne } from './folds.js';
import { type Build, oneTarget, type Recipe, trained } from './trained.js';

/** Those of fit, but for `validation` and `checkpoint`, and the numbers of rows. */
export interface LearningCurveOptions extends Partial<Omit<FitOptions, 'validation' | 'checkpoint'>> {
  /** The numbers of training rows, three at least. */
  sizes: readonly number[];
  /** How many trainings each point is the mean of, each on other rows. Default 3. */
  repeats?: number;
  /** threads({ module }) or redis(…) of regulus/sweep: each training runs in a worker, and the curve has the same bits. Default: here, one after
   *  another. */
  engine?: TrainingEngine;
}

/** Errors of models trained on so many rows: 1 − accuracy for classes, else the loss; the mean over repetitions. */
export interface LearningPoint {
  readonly size: number;
  readonly trainError: number;
  readonly validationError: number;
}

/** error(n) = a + b·n^−c: a is what no number of rows takes away. */
export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface LearningCurve {
  readonly points: readonly LearningPoint[];
  readonly fit: PowerLaw;
  /** The validation error to be expected of n rows. */
  at(n: number): number;
  /** In which the error at n rows lies with probability 95 % as far as the choice of the training rows goes, by the curves of the
   *  repetitions; NaN where there is one repetition. */
  interval(n: number): readonly [low: number, high: number];
  /** What twice the rows would bring. */
  readonly sentence: string;
}

/** Trains on growing numbers of rows, and says what more rows would bring. `points` has the errors, `fit` the curve a + b·n^−c through the
 *  validation errors (least squares, a, b, c ≥ 0), `at(n)` the error that it expects of n rows, `interval(n)` how sure that is, and
 *  `sentence` what twice the rows would bring. Each repetition takes the first rows in an order of its own, so that its smaller sets are parts
 *  of its larger ones. `build()` returns a new model as for crossValidate; other options are those of fit, where `validation` is
 *  data.validation, for `stop` to watch. With an `engine`, `build` is a function that the engine's module exports, or its name.
 *
 *  Rejects with a LeakageError for a sealed set, an OptionError for fewer than three sizes or ones beyond the training set.
 *  @example
 *  const build = () => nn.sequential([nn.dense(2)])
 *  const curve = await learningCurve(build, { train, validation }, { ...options, sizes: [10, 20, 40], repeats: 2 })
 *  curve.points.map(({ size }) => size) // [10, 20, 40] */
export async function learningCurve(
  build: Build | string,
  data: TrainAndValidation,
  options: LearningCurveOptions,
): Promise<LearningCurve> {
  const where = 'learningCurve';
  for (const set of [data, data?.train, data?.validation]) refuseSealed(where, set);
  if (typeof data !== 'object' || !data?.train || !data.validation)
    throw new DataError(`${where}: the data are ${shown(data)}; give { train, validation }, as split and kFold do`);
  const { train, validation } = data;
  for (const set of [train, validation]) {
    checkDataset(where, set, true);
    oneTarget(where, set);
  }
  refuseShared(where, train, validation);
  if (options === undefined)
    throw new OptionError(`${where}: options are missing; give the sizes and the options of fit`);
  checkOptions(where, options, ['sizes', 'repeats', 'groups', 'engine']);
  const { sizes: given, repeats = 3, engine: elsewhere, ...training } = options;
  integer(where, 'repeats', repeats, 1);
  const sizes = sizesOf(where, given, train.size);
  const engine = engineFor(where, build, elsewhere, 'a function that makes a model');
  const seed = training.seed ?? 0;
  seedKey(seed, where);

  const jobs = Array.from({ length: repeats }, (_, r) => sizes.map((size) => ({ size, seed: seed + r }))).flat();
  const recipe = { build: build as Build, options: training };
  const found = engine
    ? await engine.trainings({ where, build, train, validation, options: training, jobs })
    : await oneByOne(jobs, (job) => pointOf(where, recipe, { train, validation }, job));
  const errors = Array.from({ length: repeats }, (_, r) =>
    found.slice(r * sizes.length, (r + 1) * sizes.length).map(({ numbers }) => numbers),
  );
  const mean = (i: number, which: 0 | 1): number => errors.reduce((sum, own) => sum + own[i][which], 0) / repeats;
  const points = sizes.map((size, i) => ({ size, trainError: mean(i, 0), validationError: mean(i, 1) }));
  if (!points.every(({ validationError }) => Number.isFinite(validationError)))
    throw new DataError(`${where}: a validation error is not finite; use a smaller learning rate`);
  return curveOf(
    points,
    errors.map((own) => own.map(([, error]) => error)),
  );
}

/** How many rows train, and the seed of their choice and of the training. */
export interface Point {
  readonly size: number;
  readonly seed: number;
}

/** Trains on some rows, and gives the errors on them and on the validation set. */
export async function pointOf(where: string, recipe: Recipe, data: TrainAndValidation, point: Point): Promise<Found> {
  const { seed, size } = point;
  const part = data.train.shuffle(seed).take(size);
  const options = { ...recipe.options, seed };
  const model = await trained(where, { ...recipe, options }, part, data.validation);
  try {
    options.signal?.throwIfAborted();
    return { numbers: [model.errorOn(part), model.errorOn(data.validation)] };
  } finally {
    model.dispose();
  }
}

function sizesOf(where: string, sizes: readonly number[], most: number): number[] {
  if (!Array.isArray(sizes) || sizes.length < 3)
    throw new OptionError(
      `${where}: sizes is ${shown(sizes)}; give three numbers of rows at least, such as [50, 100, 200]`,
    );
  const sorted = Array.from(sizes, (size, i) => integer(where, `sizes[${i}]`, size, 1, most)).sort((a, b) => a - b);
  if (new Set(sorted).size < 3) throw new OptionError(`${where}: sizes has fewer than three different numbers of rows`);
  return sorted;
}

function curveOf(points: readonly LearningPoint[], errors: readonly (readonly number[])[]): LearningCurve {
  const sizes = points.map(({ size }) => size);
  const fit = powerLaw(
    sizes,
    points.map(({ validationError }) => validationError),
  );
  const each = errors.map((own) => powerLaw(sizes, own));
  const at = (n: number): number => errorAt(fit, integer('at', 'n', n, 1));
  const interval = (n: number): readonly [number, number] => {
    const middle = at(n);
    const count = each.length;
    if (count < 2) return [Number.NaN, Number.NaN];
    const values = each.map((law) => errorAt(law, n));
    const mean = values.reduce((a, b) => a + b) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (count - 1);
    const reach = Math.sqrt(variance / count) * studentQuantile(0.05, count - 1);
    return [Math.max(0, middle - reach), middle + reach];
  };
  const { size, validationError } = points[points.length - 1];
  const [low, high] = interval(2 * size);
  // Beside the errors that were seen, less is nothing.
  const largest = Math.max(...points.map((point) => point.validationError));
  const said = (error: number): string => short(error < 1e-9 * largest ? 0 : error);
  const sure = Number.isNaN(low) ? '' : ` (95 % interval ${said(low)} to ${said(high)})`;
  const sentence = `${size} rows have an error of ${said(validationError)}; of twice as many, ${said(at(2 * size))} is to be expected${sure}, and no number of rows goes below ${said(fit.a)}`;
  return readable({ points, fit, at, interval, sentence }, (curve) =>
    [
      table([
        ['rows', 'training error', 'validation error'],
        ...curve.points.map((point) => [point.size, point.trainError, point.validationError]),
      ]),
      curve.sentence,
    ].join('\n'),
  );
}

const errorAt = ({ a, b, c }: PowerLaw, n: number): number => a + b * hostExp(Math.max(-700, -c * hostLog(n)));

/** Powers that are tried: from LEAST, each so much larger than the one before. */
const [LEAST, GROWTH, STEPS] = [0.01, 1.05, 150];
const SHARES = (Math.sqrt(5) - 1) / 2;

/** The least squares of a + b·n^−c with a, b, c ≥ 0: for each c the best a and b are known, and c is searched. */
export function powerLaw(sizes: readonly number[], errors: readonly number[]): PowerLaw {
  const logs = sizes.map((size) => hostLog(size / sizes[0]));
  const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
  /** With powers of n / n₀, which are no smaller than they must be. */
  const solved = (c: number): PowerLaw & { squares: number } => {
    const u = logs.map((log) => hostExp(Math.max(-700, -c * log)));
    const middle = u.reduce((sum, x) => sum + x, 0) / u.length;
    let [uu, ue, all, cross] = [0, 0, 0, 0];
    u.forEach((x, i) => {
      uu += (x - middle) * (x - middle);
      ue += (x - middle) * (errors[i] - mean);
      all += x * x;
      cross += x * errors[i];
    });
    let b = ue / uu;
    let a = mean - b * middle;
    if (!(b > 0)) [a, b] = [mean, 0];
    else if (a < 0) [a, b] = [0, cross / all];
    const squares = u.reduce((sum, x, i) => sum + (a + b * x - errors[i]) * (a + b * x - errors[i]), 0);
    return { a, b, c, squares };
  };
  const grid = Array.from({ length: STEPS }, (_, i) => hostExp(hostLog(LEAST) + i * hostLog(GROWTH)));
  const found = grid.map(solved);
  const best = found.reduce((least, one, i) => (one.squares < found[least].squares ? i : least), 0);
  if (found[best].b === 0) return { a: mean, b: 0, c: 0 };
  let [low, high] = [grid[best] / GROWTH, grid[best] * GROWTH];
  for (let i = 0; i < 80; i++) {
    const [left, right] = [high - SHARES * (high - low), low + SHARES * (high - low)];
    if (solved(left).squares <= solved(right).squares) high = right;
    else low = left;
  }
  const { a, b, c } = solved((low + high) / 2);
  return { a, b: b * hostExp(c * hostLog(sizes[0])), c };
}
