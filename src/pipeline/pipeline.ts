import { checkDataset, Dataset } from '../data/columns.js';
import type { Row } from '../data/fromRows.js';
import { cellOf } from '../data/encoding.js';
import { OptionError } from '../errors.js';
import { Tensor } from '../graph/tensor.js';
import { checkKeys, oneOf, shown } from '../options.js';
import { asTensor, type Operand } from '../ops/operand.js';
import type { Classification } from '../nn/classify.js';
import type { Examples } from '../nn/examples.js';
import { type ForEach, isModel, type Model, type Output, type Parameter, type State } from '../nn/model.js';
import { FITTED, type Fitted, RAW, type Raw, TOLD } from './raw.js';
import { inUnits, intoUnits, outOfUnits, type TargetOption, type Units, unitsOf } from './units.js';

/** A step that is fitted: a scaling, an encoding, polynomial features. */
export interface Step {
  /** Whether `apply` takes rows of a table, as an encoding's does, rather than tensors. */
  readonly takesRows?: boolean;
  apply(data: Dataset): Dataset;
  apply(x: never): Tensor;
}
/** A step that is fitted to the training set: `standardize`, `minMax`, `encode`, `encode.with({ … })`. */
export interface Unfitted {
  fit(data: Dataset): Step;
}

/** The names and the kind of target of the training set. */
export interface PipelineSource {
  /** The names of its features, in order. */
  readonly features?: readonly string[];
  readonly target?: string;
  readonly kind?: 'classes' | 'values';
  readonly classNames?: readonly string[];
}

/** The answer of `classify`: classes by name where the training set had names. */
export interface NamedClassification extends Omit<Classification, 'labels'> {
  /** The names of the most probable classes, or their numbers where classes have no names. */
  readonly labels: readonly string[] | Int32Array;
}

/** Rows as the training set had them: objects or lists, a tensor or nested numbers, or a data set. */
export type RawExamples = Examples | readonly Row[];

const isStep = (x: unknown): x is Step => isObject(x) && 'apply' in x && typeof x.apply === 'function';
const isUnfitted = (x: unknown): x is Unfitted =>
  isObject(x) && 'fit' in x && typeof x.fit === 'function' && !isStep(x);
const isObject = (x: unknown): x is object => typeof x === 'object' && x !== null;

export interface PipelineOptions {
  /** How a target of values is scaled for the model: to mean 0 and deviation 1 ('standardize'), to 0 … 1 ('minMax'), or not
   *  at all ('asis'). Answers, and the losses and metrics of evaluation, are in the target's own units all the same. Default 'asis'. */
  target?: TargetOption;
}

/** A model of raw data: steps that change features, and the model that takes their result. */
export class Pipeline<O extends Output = Tensor> implements Raw {
  #steps: readonly (Step | Unfitted)[];
  #source: PipelineSource;
  #target: TargetOption | Units;
  constructor(
    steps: readonly (Step | Unfitted)[],
    readonly model: Model<O>,
    source: PipelineSource = {},
    target: TargetOption | Units = 'asis',
  ) {
    this.#steps = steps;
    this.#target = target;
    this.#source = source;
  }

  /** The steps; a step that `fit` fitted is replaced by its fitted form. */
  get steps(): readonly (Step | Unfitted)[] {
    return this.#steps;
  }
  /** Whether every step is fitted, and the scaling of the target too. */
  get fitted(): boolean {
    return this.#steps.every(isStep) && (this.#target === 'asis' || this.units !== undefined);
  }
  /** The scaling that turns the model's output y into the target's units, y·spread + shift; undefined where there is none. */
  get units(): Units | undefined {
    return typeof this.#target === 'object' ? this.#target : undefined;
  }
  /** What it was fitted to: the names of the features, of the target and of its classes. */
  get source(): PipelineSource {
    return this.#source;
  }

  /** Fits the steps that are not fitted yet to a training set, each to the output of the steps before it. `fit` calls this with its training rows.
   *  Throws a LeakageError for a sealed set, and then leaves the steps as they were. */
  fit(train: Dataset): this {
    this[FITTED]('pipeline.fit', train).keep();
    return this;
  }
  [FITTED](where: string, train: Dataset): Fitted {
    checkDataset(where, train, true);
    let data = train;
    const steps = this.#steps.map((step) => {
      const known = isStep(step) ? step : step.fit(data);
      data = known.apply(data);
      return known;
    });
    const [target] = train.targets;
    const source: PipelineSource = {
      features: train.featureNames,
      ...(train.targets.length === 1 && { target: train.targetName, kind: target.kind, classNames: target.classNames }),
    };
    const known = this.#target;
    const learned = known === 'standardize' || known === 'minMax' ? unitsOf(where, known, train) : known;
    const fitted = new Pipeline(steps, this.model, source, learned);
    const { units } = fitted;
    const keep = (): void => {
      this.#steps = steps;
      this.#source = source;
      this.#target = learned;
    };
    return {
      data: units ? intoUnits(where, units, data) : data,
      units,
      told: (who, aims) => fitted[TOLD](who, aims),
      apply: (set, who) => fitted[RAW](who, set),
      keep,
    };
  }
  [TOLD]<T extends { loss?: object; metrics?: object }>(where: string, aims: T): T {
    return this.units ? inUnits(where, this.units, aims) : aims;
  }
  [RAW](where: string, data: Dataset): Dataset {
    checkDataset(where, data, true);
    const seen = this.#known(where).reduce((changed, step) => step.apply(changed), data);
    return this.units ? intoUnits(where, this.units, seen) : seen;
  }
  /** The steps, all of which must be fitted. */
  #known(where: string): readonly Step[] {
    const unfitted = this.#steps.findIndex((step) => !isStep(step));
    if (this.fitted) return this.#steps as readonly Step[];
    throw new OptionError(
      `${where}: ${unfitted < 0 ? 'the target' : `step ${unfitted}`} of the pipeline is not fitted yet; fit(pipeline, train, …) fits it, and so does pipeline.fit(train)`,
    );
  }

  /** A set after all steps, as the model takes it. */
  apply(data: Dataset): Dataset {
    return this[RAW]('pipeline.apply', data);
  }

  #examples(where: string, x: RawExamples): Examples {
    if (x instanceof Dataset) return this[RAW](where, x);
    let changed: unknown = x;
    for (const step of this.#known(where)) {
      const input = step.takesRows && !(changed instanceof Tensor) ? changed : this.#numbers(where, changed);
      changed = step.apply(input as never);
    }
    return this.#numbers(where, changed);
  }
  /** Rows as a tensor: objects in the order of the training set's features. */
  #numbers(where: string, x: unknown): Tensor {
    const { features } = this.#source;
    const named = Array.isArray(x) && isObject(x[0]) && !Array.isArray(x[0]) && !ArrayBuffer.isView(x[0]);
    const rows = named && features ? x.map((row, i) => features.map((name, at) => cellOf(where, row, i, name, at))) : x;
    return asTensor(where, rows as Operand);
  }

  /** Predicts as the model does. Rows may be objects with keys in any order (others are ignored), lists, or a data set. */
  predict(x: RawExamples, options?: { batchSize?: number }): O {
    const output = this.model.predict(this.#examples('predict', x), options);
    return this.units && output instanceof Tensor ? (outOfUnits(this.units, output) as O) : output;
  }
  /** Classifies as the model does, with the names of the classes where the training set had names. */
  classify(x: RawExamples, options?: { batchSize?: number }): ForEach<O, NamedClassification> {
    const found = this.model.classify(this.#examples('classify', x), options) as Classification;
    const names = this.#source.classNames;
    if (!names || !(found.labels instanceof Int32Array)) return found as ForEach<O, NamedClassification>;
    return { ...found, labels: Array.from(found.labels, (label) => names[label]) } as unknown as ForEach<
      O,
      NamedClassification
    >;
  }
  parameters(): Parameter[] {
    return this.model.parameters();
  }
  state(): State {
    return this.model.state();
  }
  load(state: State): this {
    this.model.load(state);
    return this;
  }
  summary(options?: { batchSize?: number }): string {
    return this.model.summary(options);
  }
  /** Copies the pipeline: the parameters are copied, and the steps, which never change, are shared. */
  clone(): Pipeline<O> {
    return new Pipeline(this.#steps, this.model.clone(), this.#source, this.#target);
  }
  dispose(): void {
    this.model.dispose();
  }
}

/** Joins steps that change features and a model into one model of raw data: `fit`, `evaluate`, `trainInWorker`, `saveSafetensors` and the
 *  instruments take it where they take a model, and `predict` and `classify` take rows as the training set had them. Steps that
 *  are not fitted yet are fitted by `fit`, to its training rows alone. Targets are answered in their own units, classes by their names.
 *  With `target: 'standardize'` the model learns a target of values, such as prices or years, with mean 0 and deviation 1.
 *
 *  Throws an OptionError where a part is not a step, or the last is not a model.
 *  @example
 *  const people = dataset.fromCsv('age,plan,churned\n41,pro,no\n29,free,yes\n,free,no\n33,pro,yes\n', { target: 'churned' })
 *  const churn = pipeline([encode, nn.sequential([nn.dense(2)])])
 *  await fit(churn, people, { loss: crossEntropy(), optimizer: adam(), epochs: 5 })
 *  churn.classify([{ plan: 'pro', age: 41 }]).labels // the names of classes: 'no' or 'yes' */
export function pipeline<O extends Output>(
  parts: readonly [...(Step | Unfitted)[], Model<O>],
  options: PipelineOptions = {},
): Pipeline<O> {
  checkKeys('pipeline', options, ['target']);
  const target = oneOf('pipeline', 'target', options.target ?? 'asis', ['standardize', 'minMax', 'asis']);
  const list: readonly unknown[] = Array.isArray(parts) ? parts : [];
  const model = list.at(-1);
  if (!isModel(model))
    throw new OptionError(
      `pipeline: ${list.length ? `the last of parts is ${shown(model)}` : `parts is ${shown(parts)}`}; give [encode, model]`,
    );
  const steps = list.slice(0, -1);
  steps.forEach((step, i) => {
    if (isStep(step) || isUnfitted(step)) return;
    throw new OptionError(
      `pipeline: parts[${i}] is ${isModel(step) ? 'a model' : shown(step)}; give encode, standardize, minMax, or what their fit makes, before one model`,
    );
  });
  return new Pipeline(steps as (Step | Unfitted)[], model as Model<O>, {}, target);
}
