import { isMade } from '../config.js';
import { DataError, OptionError, ShapeError, UnsupportedError } from '../errors.js';
import { realize } from '../compile/realize.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { refuseSealed, refuseShared } from '../data/leakage.js';
import { accuracy } from '../metrics/accuracy.js';
import type { Metric } from '../metrics/metric.js';
import { type AnyModel, built, isModel } from '../nn/model.js';
import { finite, shown } from '../options.js';
import { evaluate } from '../train/evaluate.js';
import { fit } from '../train/fit.js';
import { checked, type FitOptions } from '../train/fitOptions.js';
import { recipeOf } from '../train/recipe.js';
import { augmentedShape } from '../train/augmented.js';
import { Tasks } from '../train/tasks.js';
import { engineFor, type TrainingEngine } from './engine.js';
import { isLearner, type Learner } from './learner.js';

/** The result of `build`: a model that is not fitted yet, alone or with options of its own. */
export type Candidate = AnyModel | Learner | { model: AnyModel | Learner; options?: Partial<FitOptions> };
/** The sets for training and for validation; neither may be sealed. */
export interface TrainAndValidation {
  readonly train: Dataset;
  readonly validation: Dataset;
}
/** The errors of a model after its training: 1 − accuracy for classes, else the loss. */
export interface Errors {
  readonly trainError: number;
  readonly validationError: number;
}
export interface Member extends Errors {
  readonly value: number;
  readonly model: AnyModel | Learner;
}

/** Checks all arguments of a series but the options of fit. Returns the engine if there is one. */
export function checkSeries(
  where: string,
  build: unknown,
  values: readonly number[],
  data: TrainAndValidation,
  given?: unknown,
): TrainingEngine | undefined {
  for (const set of [data, data?.train, data?.validation]) refuseSealed(where, set);
  const engine = engineFor(where, build, given, 'a function of a value that makes a model');
  if (!Array.isArray(values) || !values.length)
    throw new OptionError(
      `${where}: the second argument is ${shown(values)}; give a list of numbers such as [1, 2, 4]`,
    );
  Array.from(values, (value, i) => finite(where, `values[${i}]`, value));
  if (typeof data !== 'object' || !data?.train || !data.validation)
    throw new DataError(`${where}: the data are ${shown(data)}; give { train, validation }, as split and kFold do`);
  for (const set of [data.train, data.validation]) {
    checkDataset(where, set);
    if (set.targets.length !== 1)
      throw new UnsupportedError(`${where}: looks at one error, and this set has ${set.targets.length} targets`);
  }
  return engine;
}

/** Builds and trains a model for each value, one after another. All arguments are checked before anything is
 *  trained. */
export async function* series(
  where: string,
  build: (value: number) => Candidate,
  values: readonly number[],
  data: TrainAndValidation,
  options: Partial<FitOptions>,
): AsyncGenerator<Member, void, void> {
  checkSeries(where, build, values, data);
  for (const value of values) {
    const candidate = build(value);
    const { model, options: ownOptions = {} } = candidateOf(where, candidate);
    // The coefficients of a ready model may be followed along a path on the training set itself.
    if (!isLearner(model)) refuseShared(where, data.train, data.validation);
    const errors = isLearner(model)
      ? learned(where, model, data)
      : await trained(where, model, data, { ...options, ...ownOptions });
    yield { value, model, ...errors };
  }
}

function candidateOf(where: string, returned: Candidate): { model: AnyModel | Learner; options?: Partial<FitOptions> } {
  const candidate = isModel(returned) || isLearner(returned) ? { model: returned } : returned;
  if (isModel(candidate?.model) || isLearner(candidate?.model)) return candidate;
  throw new OptionError(
    `${where}: build returned ${shown(returned)}; it must return a model such as nn.sequential([…]) or ridge({ lambda }), or { model, options }`,
  );
}

function learned(where: string, model: Learner, { train, validation }: TrainAndValidation): Errors {
  model.fit(train);
  const labels = (model.kind ?? train.kind) === 'classes';
  const errorOn = (set: Dataset): number => {
    const answer = realize(model.predict(set));
    const { y, mask, size } = set;
    if (answer.length !== y.length)
      throw new ShapeError(`${where}: the model predicts ${answer.length} numbers for ${y.length} targets`);
    let [sum, count] = [0, 0];
    answer.forEach((value, i) => {
      if (mask?.[Math.floor((i * size) / y.length)] === 0) return;
      sum += labels ? Number(value !== y[i]) : (value - y[i]) * (value - y[i]);
      count++;
    });
    return sum / count;
  };
  return { trainError: errorOn(train), validationError: errorOn(validation) };
}

async function trained(
  where: string,
  model: AnyModel,
  { train, validation }: TrainAndValidation,
  options: Partial<FitOptions>,
): Promise<Errors> {
  const { loss, optimizer, epochs } = options;
  if (!loss || !optimizer || epochs === undefined)
    throw new OptionError(`${where}: a network needs the options of fit: { loss, optimizer, epochs }`);
  const listed: readonly unknown[] = [options.metrics].flat();
  const metrics = train.kind === 'classes' ? [listed.find(isAccuracy) ?? accuracy()] : [];
  const complete = { ...options, loss, optimizer, epochs, validation };
  const recipe = recipeOf(where, checked(train, complete, where));
  void new Tasks(where, built(model, augmentedShape(train.shape, recipe.augment), recipe.seed), recipe);
  await fit(model, train, complete);
  const errorOn = (set: Dataset): number => {
    const scores = evaluate(model, set, { loss, metrics });
    return train.kind === 'classes' ? 1 - scores.accuracy : scores.loss;
  };
  return { trainError: errorOn(train), validationError: errorOn(validation) };
}

/** Recognizes the accuracy among the metrics of fit, which may have a threshold of its own. */
const isAccuracy = (x: unknown): x is Metric =>
  typeof x === 'function' && (x as Metric).config?.name === 'accuracy' && isMade(x);
