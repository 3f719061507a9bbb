import {
  accuracy,
  type AnyModel,
  type Candidate,
  type Dataset,
  evaluate,
  fit,
  type FitOptions,
  isLearner,
  isModel,
  isRaw,
  type Learner,
  type Metric,
  OptionError,
  type Pipeline,
  realize,
  ShapeError,
  shown,
  UnsupportedError,
} from '../index.js';

/** A new model that is not fitted yet, alone or with options of fit of its own: a network, a pipeline, or a ready model such as ridge(). */
export type Build = () => Candidate | Pipeline | { model: Pipeline; options?: Partial<FitOptions> };
type Trainable = AnyModel | Pipeline | Learner;

/** A model that was trained, and how it is judged. */
export interface Trained {
  /** 'accuracy', 'loss', or the name of the first metric. */
  readonly score: string;
  /** The score on a set. */
  scoreOn(data: Dataset): number;
  /** 1 − accuracy for classes, else the loss. */
  errorOn(data: Dataset): number;
  /** Probabilities [n, classes] of classes, else what the model predicts. */
  answers(data: Dataset): { values: Float32Array; shape: readonly number[] };
  dispose(): void;
}

/** Refuses more than one target: there is one score. */
export function oneTarget(where: string, data: Dataset): void {
  if (data.targets.length !== 1)
    throw new UnsupportedError(`${where}: looks at one target, and this set has ${data.targets.length}`);
}

/** What is trained: a model that `build` makes, and options of fit. */
export interface Recipe {
  readonly build: (argument?: never) => ReturnType<Build>;
  readonly argument?: unknown;
  readonly options: Partial<FitOptions>;
}

/** The models that were trained here, each of which must be a new one. */
const seen = new WeakSet<object>();

/** Trains a model that `build` makes. */
export async function trained(
  where: string,
  { build, argument, options }: Recipe,
  train: Dataset,
  validation?: Dataset,
): Promise<Trained> {
  const { model, options: own } = candidateOf(where, build(argument as never));
  if (seen.has(model))
    throw new OptionError(`${where}: build returned a model that it had returned before; make a new one in each call`);
  seen.add(model);
  if (isNetwork(model)) return network(where, model, train, validation, { ...options, ...own });
  model.fit(train);
  return learner(where, model, train);
}

const isNetwork = (x: unknown): x is AnyModel | Pipeline => isModel(x) || isRaw(x);

function candidateOf(where: string, returned: unknown): { model: Trainable; options?: Partial<FitOptions> } {
  const fits = (x: unknown): x is Trainable => isNetwork(x) || isLearner(x);
  if (fits(returned)) return { model: returned };
  const { model, options } = Object(returned) as { model?: unknown; options?: Partial<FitOptions> };
  if (fits(model)) return { model, options };
  throw new OptionError(
    `${where}: build returned ${shown(returned)}; it must return a model such as nn.sequential([…]), a pipeline or ridge({ lambda }), or { model, options }`,
  );
}

async function network(
  where: string,
  model: AnyModel | Pipeline,
  train: Dataset,
  validation: Dataset | undefined,
  options: Partial<FitOptions>,
): Promise<Trained> {
  const { loss, optimizer, epochs } = options;
  if (!loss || !optimizer || epochs === undefined)
    throw new OptionError(`${where}: a network needs the options of fit: { loss, optimizer, epochs }`);
  await fit(model, train, { ...options, loss, optimizer, epochs, ...(validation && { validation }) });
  const isClasses = train.kind === 'classes';
  const listed = [options.metrics ?? (isClasses ? accuracy() : [])].flat() as readonly Metric[];
  const scoresOn = (data: Dataset): Record<string, unknown> => evaluate(model, data, { loss, metrics: listed });
  const nameIn = (scores: Record<string, unknown>): string =>
    Object.keys(scores).find((name) => name !== 'loss' && typeof scores[name] === 'number') ?? 'loss';
  const score = nameIn(scoresOn(train.take(1)));
  return {
    score,
    scoreOn: (data) => scoresOn(data)[score] as number,
    errorOn: (data) => {
      const scores = evaluate(model, data, { loss, metrics: isClasses ? [accuracy()] : [] });
      return isClasses ? 1 - scores.accuracy : scores.loss;
    },
    answers: (data) => {
      const tensor = isClasses ? model.classify(data).probabilities : model.predict(data);
      if (!('shape' in tensor)) throw new UnsupportedError(`${where}: looks at models with one output`);
      return { values: realize(tensor as Parameters<typeof realize>[0]), shape: tensor.shape as readonly number[] };
    },
    dispose: () => model.dispose(),
  };
}

function learner(where: string, model: Learner, train: Dataset): Trained {
  const isClasses = (model.kind ?? train.kind) === 'classes';
  const predicted = (data: Dataset): Float32Array => {
    const values = realize(model.predict(data));
    if (values.length !== data.y.length)
      throw new ShapeError(`${where}: the model predicts ${values.length} numbers for ${data.y.length} targets`);
    return values;
  };
  const errorOn = (data: Dataset): number => {
    let sum = 0;
    predicted(data).forEach((value, i) => {
      sum += isClasses ? Number(value !== data.y[i]) : (value - data.y[i]) * (value - data.y[i]);
    });
    return sum / data.y.length;
  };
  return {
    score: isClasses ? 'accuracy' : 'loss',
    scoreOn: (data) => (isClasses ? 1 - errorOn(data) : errorOn(data)),
    errorOn,
    answers: (data) => {
      const values = predicted(data);
      if (!isClasses) return { values, shape: [data.size, ...data.targetShape] };
      const { size, classes } = data;
      const chosen = new Float32Array(size * classes);
      values.forEach((label, row) => {
        chosen[row * classes + label] = 1;
      });
      return { values: chosen, shape: [size, classes] };
    },
    dispose: () => undefined,
  };
}
