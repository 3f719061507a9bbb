import { type Config, made } from '../config.js';
import { DisposedError, OptionError, ShapeError, UnsupportedError } from '../errors.js';
import { checkKeys, flag, integer, record, shown } from '../options.js';
import type { Parametric } from '../differentiate/grad.js';
import { type Shape, sameShape, show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { counter, differentiates, replay, watch } from '../graph/trace.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { seedKey } from '../random/keys.js';
import { disposeWhenCollected, disposedByHand } from '../wasm/owned.js';
import { type ByHead, type Head, matched } from '../graph/heads.js';
import { bindingOf, seedOfBuild } from './bound.js';
import { type Examples, examplesOf } from './examples.js';
import { unpacked } from './heads.js';
import { exampleShape, inputOf } from './inputs.js';
import type { Composite, Part } from './layer.js';
import { applied, type GraphNode, type NodeInputs, nodesOf } from './node.js';
import { type LoadOptions, loadInto, NUMBERS } from './loadInto.js';
import { partUpTo } from './upTo.js';
import { folded } from './fold.js';
import { Parameters, type Segment } from './parameters.js';
import { Predictor } from './predictor.js';
import { summaryOf } from './summary.js';
import { refuseOccupied } from './occupied.js';
import { type Blueprint, callPart, join, survey, unfold } from './walk.js';
import { classesOf, type Classification } from './classify.js';

/** A parameter of a built model. */
export interface Parameter {
  /** The path: '0.weight', 'hidden.bias'. */
  readonly name: string;
  readonly shape: Shape;
  /** false for running statistics. */
  readonly trainable: boolean;
  /** A copy of the numbers. */
  get(): Float32Array;
  set(values: ArrayLike<number>): void;
}
/** A model with any output. */
export type AnyModel = Model<Output>;
/** Parameters by name. */
export type State = Readonly<Record<string, Float32Array>>;

/** The output of a model: a tensor, or several by name. */
export type Output = Tensor | ByHead<Tensor>;
/** The type with T in place of each tensor of the output. */
export type ForEach<O extends Output, T> = O extends Tensor ? T : { readonly [N in keyof O]: T };

/** A function of a tensor with parameters that can be trained. */
export interface Model<O extends Output = Tensor> extends Composite, Parametric {
  /** Returns the output for x, as a tensor that can be differentiated; inputs of nn.graph go by name. Normalizations and
   *  random layers behave as in training unless `training` is false; running statistics are never written. `lengths` [n]
   *  says how many steps of each row are no padding; rows may then have another number of steps than the model was
   *  built for. */
  (x: Operand | ByHead<Operand>, options?: { training?: boolean; lengths?: Operand }): O;
  /** Calls the model as a part of nn.graph. */
  (x: NodeInputs): ForEach<O, GraphNode>;
  readonly config: Config;
  /** Creates the parameters for examples of this shape, which nn.graph knows: from `state` where it has them, else from a
   *  part that is a built model, else at random. fit, trainStep and predict do this for an unbuilt model. */
  build(shape?: Shape | ByHead<Shape>, options?: { seed?: number; state?: State }): Model<O>;
  /** Computes raw outputs [n, …] in evaluation mode, `batchSize` (default 1024) rows at a time. Throws a ShapeError
   *  where the model returns more or fewer rows than it was given, a DataError where an embedding has no row for an
   *  id. */
  predict(x: Examples, options?: { batchSize?: number }): O;
  /** Finds the most probable class of each row, and the probabilities: the softmax of the outputs, or the logistic
   *  function of a single one. Outputs that give no probabilities, such as NaN, are a DataError that names the row. */
  classify(x: Examples, options?: { batchSize?: number }): ForEach<O, Classification>;
  /** The parameters in the order of the layers, running statistics included. */
  parameters(): Parameter[];
  /** A table of the layers with output shapes and parameter counts. With a batch size, also the memory of a training
   *  step. */
  summary(options?: { batchSize?: number }): string;
  /** A copy of the model, with parameters of its own. */
  clone(): Model<O>;
  /** Copies of all parameters by name, which `load` writes back. */
  state(): State;
  /** Writes parameters by name. With `partial` the model takes those that it has, and keeps the others; `rename` maps
   *  names in the state to names here. */
  load(state: State, options?: LoadOptions): Model<O>;
  /** The model up to the part with this path, whose output it gives; its parameters are those of this model. For
   *  training, put it into another model, which takes a copy of them.
   *  @example const features = nn.graph([4], (x) => nn.dense(2)(nn.dense(8, { name: 'body' })(x))).upTo('body') */
  upTo(path: string): Model;
  /** Makes a model for prediction with the same outputs, in which batch normalizations are merged into the dense and
   *  convolutional layers directly before them, where there is no activation in between. This model is not changed. */
  fold(): Model<O>;
  /** Returns the memory of the model, which cannot be used any more. */
  dispose(): void;
}

/** The internals of a model, for the library itself. */
export interface Inside {
  readonly part: Composite;
  readonly parameters?: Parameters;
  readonly blueprint?: Blueprint;
  /** The shape of one example. */
  readonly shape?: Shape;
  readonly seed: number;
  /** Set where the parameters belong to another model. */
  readonly shared: AnyModel | undefined;
}
const INSIDE = Symbol('inside');
type Opened = AnyModel & { [INSIDE]: () => Inside };

/** The internals of a model, as they are now. */
export const inside = (model: AnyModel): Inside => (model as Opened)[INSIDE]();
export const isModel = (x: unknown): x is AnyModel => typeof x === 'function' && INSIDE in x;

/** Refuses what is not a model. */
export function checkModel(where: string, model: unknown): asserts model is AnyModel {
  if (!isModel(model))
    throw new OptionError(
      `${where}: ${shown(model)} is not a model; models are made by nn.sequential([…]) or nn.defineModel(…)`,
    );
}

/** The internals of a model with parameters. An unbuilt model is built first, where a shape is given. */
export function built(model: AnyModel, shape?: Shape, seed = 0): Required<Inside> {
  const { parameters, part } = inside(model);
  if (!parameters && (shape ?? part.shape)) model.build(shape, { seed });
  const now = inside(model);
  if (!now.parameters)
    throw new ShapeError('the model has no parameters yet; call build(shape) with the shape of one example');
  if (shape && part.anyShape) return { ...(now as Required<Inside>), shape };
  if (shape && now.shape && !sameShape(shape, now.shape))
    throw new ShapeError(`the model was built for examples of ${show(now.shape)}, but these are ${show(shape)}`);
  return now as Required<Inside>;
}
/** The same for these rows, whose inputs must be those of the model. */
export function builtFor(
  model: AnyModel,
  rows: { shape: Shape; inputs?: readonly Head[] },
  seed = 0,
): Required<Inside> {
  const { inputs } = inside(model).part;
  if (rows.inputs && !inputs)
    throw new OptionError(
      `the data has the inputs ${rows.inputs.map(({ name }) => name).join(', ')}, but the model has one; describe it by nn.graph({ name: shape, … }, …)`,
    );
  if (rows.inputs && inputs)
    matched('the model', inputs, Object.fromEntries(rows.inputs.map((own) => [own.name, own.shape])), (own) => own);
  return built(model, rows.shape, seed);
}

const dispose: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

/** The parameters of the models within a part that are built. */
function kept(whole: Part): State {
  const found: Record<string, Float32Array> = {};
  const isBuilt = (part: Part): part is AnyModel => isModel(part) && inside(part).parameters !== undefined;
  unfold(
    whole,
    '',
    (part) => !isBuilt(part),
    (part, path) => {
      if (isBuilt(part)) for (const { name, get } of part.parameters()) found[join(path, name)] = get();
    },
  );
  return found;
}

/** A composite as a callable model. With `shared`, its parameters are those of this model, which has the same paths. */
export function modelOf(part: Composite, shared?: AnyModel): Model {
  let parameters: Parameters | undefined;
  let blueprint: Blueprint | undefined;
  let shape: Shape | undefined;
  let predictor: Predictor | undefined;
  let seed = 0;
  let calls = 0;
  let disposed = false;

  const alive = (): void => {
    if (disposed) throw new DisposedError('this model has been disposed of; build or load a new one');
  };
  /** The parameters as tensors: with their current values, or inside a program with the values that it finds. They
   *  remain the same tensors as long as nothing changes, because a function that is differentiated with respect to them
   *  must use these tensors. */
  let cached: { readonly of: readonly unknown[]; readonly named: Record<string, Tensor> } | undefined;
  const tensors = (): Readonly<Record<string, Tensor>> => {
    const bound = bindingOf(model)?.tensors;
    if (bound) {
      watch(model, Object.values(bound));
      return bound;
    }
    const numbers = parameters as Parameters;
    const program = replay();
    const [theta, buffers] = program ? [numbers.theta, numbers.buffers] : numbers.moment();
    const of = [program, theta, buffers];
    if (!cached || of.some((x, i) => x !== cached?.of[i])) cached = { of, named: numbers.tensors(theta, buffers) };
    watch(model, Object.values(cached.named));
    return cached.named;
  };

  const outputs = (all: Tensor): Output => (blueprint?.heads ? unpacked(all, blueprint.heads) : all);
  const model = ((
    given: Operand | ByHead<Operand> | NodeInputs,
    options: { training?: boolean; lengths?: Operand } = {},
  ): unknown => {
    alive();
    if (nodesOf(given)) return applied(model, given);
    checkKeys('model', options, ['training', 'lengths']);
    const training = flag('model', 'training', options.training ?? true);
    const x = inputOf('model', part, given as Operand | ByHead<Operand>);
    if (!x.shape.length) throw new ShapeError('model: x is a single number; give rows [n, …]');
    const own = x.shape.slice(1);
    const isOther = options.lengths !== undefined && shape && sameShape(own.slice(1), shape.slice(1));
    built(model, isOther ? shape : own, seedOfBuild());
    const binding = bindingOf(model);
    const named = tensors();
    const call = calls++;
    const how = binding?.call(training) ?? {
      training,
      key: seedKey(seed),
      counter: () => counter(() => call),
      updates: new Map(),
      penalties: [],
    };
    const lengths = options.lengths === undefined ? undefined : asTensor('model', options.lengths, 'lengths', '[n]');
    let apart: ByHead<Tensor> | undefined;
    const all = callPart(part, x, named, {
      ...how,
      lengths,
      heads(own) {
        if (isOther) apart = own;
      },
    });
    return apart ?? outputs(all);
  }) as Model;

  const predicted = (where: string, x: Examples, options: { batchSize?: number } = {}): Output => {
    alive();
    checkKeys(where, options, ['batchSize']);
    if (differentiates(model))
      throw new UnsupportedError(
        `${where}: returns values, which have no gradient; call the model itself, model(x), or stopGradient(model(x)) where no gradient is meant to flow`,
      );
    if (part.anyShape)
      throw new UnsupportedError(`${where}: the model is parameters only, and predicts nothing; read them by name`);
    const batchSize = integer(where, 'batchSize', options.batchSize ?? 1024, 1);
    const examples = examplesOf(where, x, part.inputs);
    builtFor(model, examples);
    return outputs((predictor as Predictor).run(examples, batchSize));
  };

  const of = (segment: Segment): Parameter => {
    const { name, shape: own, trainable } = segment;
    const numbers = parameters as Parameters;
    return {
      name,
      shape: own,
      trainable,
      get: () => numbers.get(segment),
      set: (values) => numbers.set(segment, values),
    };
  };

  const methods: Omit<Model, keyof Composite> & ThisType<Model> = {
    build(given, options = {}) {
      alive();
      checkKeys('build', options, ['seed', 'state']);
      const sizes = exampleShape(part, given);
      const key = seedKey(options.seed ?? 0, 'build');
      const { state = {} } = options;
      record('build', 'state', state, NUMBERS);
      if (parameters)
        throw new OptionError('build: this model has its parameters already; make a new one, or load(state) into it');
      const plan = survey(part, [2, ...sizes]);
      seed = options.seed ?? 0;
      parameters = shared
        ? built(shared).parameters.only(Object.keys(plan.specs))
        : new Parameters(plan.specs, key, { ...kept(part), ...state });
      predictor = new Predictor(part, parameters);
      [blueprint, shape] = [plan, Object.freeze([...sizes])];
      disposeWhenCollected(model, [predictor, parameters]);
      return model;
    },
    predict: (x, options) => predicted('predict', x, options) as Tensor,
    classify(x, options) {
      const all = predicted('classify', x, options);
      if (all instanceof Tensor) return classesOf(all);
      const each = Object.entries(all as ByHead<Tensor>).map(([name, t]) => [name, classesOf(t)]);
      return Object.fromEntries(each) as unknown as Classification;
    },
    parameters() {
      alive();
      return built(model).parameters.segments.map(of);
    },
    tensors() {
      alive();
      built(model);
      const named = tensors();
      const trainable = (parameters as Parameters).segments.filter((s) => s.trainable);
      return Object.fromEntries(trainable.map(({ name }) => [name, named[name]]));
    },
    summary(options = {}) {
      alive();
      checkKeys('summary', options, ['batchSize']);
      const { batchSize } = options;
      if (batchSize !== undefined) integer('summary', 'batchSize', batchSize, 1);
      return summaryOf(built(model), batchSize);
    },
    clone() {
      alive();
      const copy = modelOf(part);
      if (parameters && shape) copy.build(shape, { seed }).load(model.state());
      return copy;
    },
    state() {
      return Object.fromEntries(model.parameters().map(({ name, get }) => [name, get()]));
    },
    load(state, options = {}) {
      alive();
      loadInto(built(model).parameters, state, options);
      return model;
    },
    fold() {
      const { segments } = built(model).parameters;
      const numbers = Object.fromEntries(
        segments.map((segment) => [
          segment.name,
          { shape: segment.shape, values: (parameters as Parameters).get(segment) },
        ]),
      );
      const { part: slim, state } = folded(part, numbers);
      const whole = modelOf(slim as Composite).build(shape as Shape, { seed });
      return whole.load(Object.fromEntries(Object.entries(state).map(([name, { values }]) => [name, values])));
    },
    upTo(path) {
      const { shape: own } = built(model);
      return modelOf(partUpTo(model, path), model).build(own);
    },
    dispose() {
      if (disposed) return;
      refuseOccupied(model, 'dispose');
      disposed = true;
      disposedByHand(model);
      predictor?.dispose();
      parameters?.dispose();
    },
  };
  const opened = {
    [INSIDE](): Inside {
      alive();
      // A model that others belong to may have been disposed of.
      if (shared) inside(shared);
      return { part, parameters, blueprint, shape, seed, shared };
    },
    [dispose]: methods.dispose,
  };
  return made(Object.assign(model, { ...part, ...methods, ...opened }));
}
