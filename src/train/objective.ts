import { OptionError, ShapeError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { traceProgram } from '../graph/trace.js';
import type { ByHead } from '../graph/heads.js';
import { type Binding, buildingWith, withBound } from '../nn/bound.js';
import { type AnyModel, checkModel, inside, isModel } from '../nn/model.js';
import { add } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';
import { record, refuse, shown } from '../options.js';
import { type Key, seedKey } from '../random/keys.js';
import { type Drawing, drawings } from './drawings.js';

/** A model, or several by name. */
export type Models = AnyModel | Readonly<Record<string, AnyModel>>;
/** What an objective gets besides models and batch. */
export interface ObjectiveContext {
  /** The number of the update, from 0: a tensor [1], which is another number in every step. */
  readonly step: Tensor;
  /** Random numbers of the step, which are drawn anew in each and depend on the seed alone. */
  readonly random: Drawing;
}
/** The number to be made small: any scalar that can be computed from models, a batch and drawn numbers. It is called once for
 *  every shape of batch, and what it describes runs as a program. */
export type Objective<M = AnyModel, B = never> = (models: M, batch: B, context: ObjectiveContext) => Tensor;

/** How models are called while an objective is described. */
export interface Occasion {
  readonly training: boolean;
  readonly key: Key;
  /** The counter of random draws, and the number of the update. */
  readonly counter: Tensor;
  readonly step: Tensor;
  /** The parameters of a model, and where its running statistics go. */
  tensors(model: AnyModel): Record<string, Tensor>;
  updates(model: AnyModel): Map<string, Tensor>;
  readonly penalties: Tensor[];
}
/** An objective with its models. */
export type Bound = (batch: unknown, occasion: Occasion) => Tensor;

/** Odd, so that products with different numbers differ: 2³² divided by the golden ratio. */
const ODD = 0x9e3779b1;

/** Binds an objective to its models. */
export function boundTo(
  where: string,
  objective: (models: never, batch: never, context: ObjectiveContext) => Tensor,
  models: Models,
): Bound {
  const list = Object.values(namedModels(where, models));
  return (batch, { training, key, counter, step, tensors, updates, penalties }) => {
    let calls = 0;
    const bound = new Map(
      list.map((model): [AnyModel, Binding] => {
        const own = tensors(model);
        const next = updates(model);
        return [
          model,
          {
            // A second call goes on from the running statistics of the first.
            get tensors() {
              return { ...own, ...Object.fromEntries(next) };
            },
            call: (asked) => ({
              training: asked && training,
              noisy: asked && training,
              // Every call draws numbers of its own.
              key: [key[0], (key[1] ^ Math.imul(calls++, ODD)) >>> 0],
              counter: () => counter,
              updates: asked && training ? next : new Map(),
              penalties: asked && training ? penalties : [],
            }),
          },
        ];
      }),
    );
    const context = { step, random: drawings(key, counter) };
    const { result, counter: asked } = traceProgram((): unknown =>
      withBound(bound, () => objective(models as never, batch as never, context)),
    );
    if (asked)
      throw new OptionError(
        `${where}: the objective calls a model that draws random numbers and was not given; put it among the models, or call it with { training: false }`,
      );
    const value = scalarOf(where, result);
    return penalties.reduce((sum, term) => add(sum, reshape(term, [])), value);
  };
}

/** Builds the models that are not built yet, with the shapes with which the objective calls them. */
export function buildBy(
  where: string,
  objective: (context: ObjectiveContext) => unknown,
  models: Models,
  seed: number,
): void {
  const unbuilt = (): string[] =>
    Object.entries(namedModels(where, models)).flatMap(([name, model]) => {
      const { parameters, part } = inside(model);
      return parameters || part.shape ? [] : [name];
    });
  if (!unbuilt().length) return;
  const nought = constant(new Float32Array(1), [1]);
  const context = { step: nought, random: drawings(seedKey(seed), constant(new Int32Array(1), [1])) };
  buildingWith(seed, () => traceProgram(() => objective(context)));
  const [left] = unbuilt();
  if (left !== undefined)
    throw new OptionError(
      `${where}: the objective does not call the model${left && ` '${left}'`}, which is not built; build it, or leave it out`,
    );
}

/** The models by name; one alone has the name ''. */
export function namedModels(where: string, models: Models): ByHead<AnyModel> {
  const given = 'a model, or models by name: { generator, critic }';
  const named = isModel(models) ? { '': models } : record(where, 'models', models, given);
  if (!Object.keys(named).length) refuse(where, 'models', models, given);
  for (const model of Object.values(named)) checkModel(where, model);
  return named as ByHead<AnyModel>;
}

function scalarOf(where: string, value: unknown): Tensor {
  if (!(value instanceof Tensor))
    throw new OptionError(`${where}: the objective gives ${shown(value)}; it must give a tensor of one number`);
  if (value.size !== 1)
    throw new ShapeError(
      `${where}: the objective gives ${show(value.shape)}; it must give one number, such as the mean`,
    );
  return reshape(value, []);
}
