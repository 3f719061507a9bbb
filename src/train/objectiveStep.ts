import { Program } from '../compile/program.js';
import { type Profile, profiled } from '../compile/profile.js';
import { Programs } from '../compile/programs.js';
import { OptionError } from '../errors.js';
import { type ByHead, isByName } from '../graph/heads.js';
import { input, Storage, stored } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { type AnyModel, built, isModel, type State } from '../nn/model.js';
import { sumSquares } from '../ops/reduce.js';
import { feed, record } from '../ops/storage.js';
import { callable, checkKeys, names as listOfNames, refuse } from '../options.js';
import type { Values } from '../tensor/create.js';
import { floats } from '../wasm/engine.js';
import { Owned, type Owner, disposeWhenCollected, disposedByHand } from '../wasm/owned.js';
import { type Batch, batchOf } from './batch.js';
import { divergence } from './divergence.js';
import { type Bound, boundTo, buildBy, type Models, namedModels, type ObjectiveContext } from './objective.js';
import { RECIPE, type RecipeOptions, recipeOf } from './recipe.js';
import { type Recipe, Updater } from './updater.js';

/** Arrays, alone or in objects and lists. */
export type BatchTree = Tensor | Values | readonly BatchTree[] | { readonly [name: string]: BatchTree };
/** A batch as an objective gets it: with a tensor in place of each array. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/** The options of a training step with an objective. */
export interface ObjectiveOptions<M extends Models, B extends TensorTree>
  extends Omit<RecipeOptions, 'loss' | 'lossWeights' | 'augment' | 'adversarial' | 'accumulate'> {
  /** The number to be made small: any scalar of the models, the batch and drawn numbers. It is called once for every shape of
   *  batch, and what it describes runs as a program. */
  objective: (models: M, batch: B, context: ObjectiveContext) => Tensor;
  /** The names of the models that are trained; the others are constants, read as they are in every step. Default all. */
  train?: readonly string[];
}
/** Makes one update with a batch, and returns the objective before it, penalties included. */
export interface ObjectiveStep {
  (batch: BatchTree): number;
  /** Describes the programs made so far, instruction by instruction. */
  describe(): string;
  /** Measures the time of each instruction for a batch of this shape; nothing is updated. */
  profile(batch: BatchTree): Profile;
  /** The averages that `average` keeps, by the models' names; of one model alone its state. */
  averaged(): State | ByHead<State>;
  /** Releases the memory of gradients, optimizers' states and programs. */
  dispose(): void;
}

const WHERE = 'trainStep';
/** Options of a step with a loss that have no meaning with an objective. */
const WITHOUT = ['loss', 'lossWeights', 'augment', 'adversarial', 'accumulate'];

/** Does the work of trainStep where an objective is given. */
export function objectiveStep<M extends Models, B extends TensorTree>(
  models: M,
  options: ObjectiveOptions<M, B>,
): ObjectiveStep {
  checkKeys(WHERE, options, [...RECIPE, 'objective', 'train'], true);
  for (const key of WITHOUT)
    if ((options as unknown as Record<string, unknown>)[key] !== undefined)
      throw new OptionError(`${WHERE}: ${key} is for a loss, and objective is given; write it into the objective`);
  callable(WHERE, 'objective', options.objective, 'a function of the models and a batch that gives one number');
  const steps = new ObjectiveSteps(models, options as unknown as ObjectiveOptions<Models, TensorTree>);
  const step: ObjectiveStep = Object.assign((batch: BatchTree): number => steps.make(batch), {
    describe: () => steps.describe(),
    averaged: () => steps.averaged(),
    profile: (batch: BatchTree) => steps.profile(batch),
    dispose() {
      disposedByHand(step);
      steps.dispose();
    },
  });
  disposeWhenCollected(step, [steps]);
  return step;
}

/** The arrays of a batch, in their order, each with its path. */
function leavesOf(batch: unknown, path = 'batch'): [path: string, Batch][] {
  if (isByName(batch)) return Object.entries(batch).flatMap(([name, inner]) => leavesOf(inner, `${path}.${name}`));
  if (isList(batch)) return batch.flatMap((inner, i) => leavesOf(inner, `${path}[${i}]`));
  return [[path, batchOf(WHERE, batch as Tensor | Values, path)]];
}
/** Whether a list is one of arrays, rather than an array itself. */
const isList = (x: unknown): x is readonly unknown[] =>
  Array.isArray(x) && x.some((inner) => typeof inner === 'object' && inner !== null && !Array.isArray(inner));
/** The batch with these tensors in place of its arrays. */
function placed(batch: unknown, next: () => Tensor): TensorTree {
  if (isByName(batch))
    return Object.fromEntries(Object.entries(batch).map(([name, inner]) => [name, placed(inner, next)]));
  return isList(batch) ? batch.map((inner) => placed(inner, next)) : next();
}

interface Entry extends Owner {
  readonly program: Program;
  readonly inputs: readonly Tensor[];
  /** For each updater its scalars, and where its loss is written. */
  readonly tables: readonly { readonly scalars: Storage; readonly loss: Storage }[];
  readonly aim: Storage;
}

/** Keeps the programs of a loop, by shapes of batch. */
class ObjectiveSteps {
  readonly #programs = new Programs<Entry>();
  readonly #owned = new Owned();
  readonly #models: ByHead<AnyModel>;
  readonly #trained: readonly string[];
  readonly #recipe: Recipe;
  readonly #objective: Bound;
  readonly #options: ObjectiveOptions<Models, TensorTree>;
  /** One for each model that is trained, from the first batch on, which may build models. */
  #updaters: readonly (readonly [name: string, Updater])[] = [];
  #count = 0;

  constructor(
    readonly models: Models,
    options: ObjectiveOptions<Models, TensorTree>,
  ) {
    this.#models = namedModels(WHERE, models);
    this.#options = options;
    const all = Object.keys(this.#models);
    const { objective, train = all, ...rest } = options;
    for (const name of listOfNames(WHERE, 'train', train))
      if (!all.includes(name)) refuse(WHERE, 'train', name, `one of the models: ${all.join(', ')}`);
    if (!train.length) refuse(WHERE, 'train', train, 'the names of the models that are trained');
    this.#trained = [...new Set(train)];
    this.#recipe = recipeOf(WHERE, rest as RecipeOptions, true);
    const bound = boundTo(WHERE, objective as never, models);
    this.#objective = (batch, how) => bound((batch as { x: unknown }).x, how);
  }

  #begin(tree: TensorTree): void {
    const { objective } = this.#options;
    buildBy(WHERE, (context) => objective(this.models, tree, context), this.models, this.#recipe.seed);
    this.#updaters = this.#owned.whole(() =>
      this.#trained.map((name) => {
        const model = this.#models[name];
        const recipe = { ...this.#recipe, model, objective: this.#objective };
        return [name, this.#owned.add(new Updater(built(model), recipe))] as const;
      }),
    );
  }

  make(batch: unknown): number {
    const leaves = leavesOf(batch);
    const entry = this.#prepared(batch, leaves);
    this.#write(entry, leaves);
    const halted = entry.program.run(0, 1) < 1;
    const loss = this.#loss(entry);
    if (halted) throw this.#diverged(loss);
    this.#count++;
    return loss;
  }

  /** The objective, and the penalties of each trained model, whose totals contain the objective once each. */
  #loss({ tables, aim }: Entry): number {
    const memory = floats();
    const own = memory[aim.at >>> 2];
    return tables.reduce((sum, { loss }) => sum + (memory[loss.at >>> 2] - own), own);
  }
  #diverged(loss: number): Error {
    const finite = (updater: Updater): boolean => {
      const { theta } = updater.inside.parameters;
      return updater.gradientOf(0, theta.size).every(Number.isFinite);
    };
    const [, updater] = this.#updaters.find(([, own]) => !finite(own)) ?? this.#updaters[0];
    return divergence(updater, this.#count, loss);
  }

  #write({ program, inputs, tables }: Entry, leaves: readonly [string, Batch][]): void {
    leaves.forEach(([, { values }], i) => {
      if (program.reads(inputs[i])) program.write(inputs[i], values);
    });
    tables.forEach(({ scalars }, i) =>
      this.#updaters[i][1].scalars.write(scalars.at, this.#count, this.#recipe.optimizer.learningRate),
    );
  }

  #prepared(batch: unknown, leaves: readonly [string, Batch][]): Entry {
    const key = leaves.map(([path, { shape }]) => `${path} ${show(shape)}`).join(', ');
    return this.#programs.get(key) ?? this.#programs.add(key, this.#described(batch, leaves));
  }

  /** Describes the updates of all models that are trained. None happens unless all of them are finite. */
  #described(batch: unknown, leaves: readonly [string, Batch][]): Entry {
    const inputs = leaves.map(([, { shape }]) => input(shape));
    let at = 0;
    const x = placed(batch, () => inputs[at++]);
    if (!this.#updaters.length) this.#begin(x);
    const tree = { x } as never;
    const owned = new Owned();
    const table = (n: number): Storage => owned.add(new Storage('this training', 4 * n, 'programs'));
    return owned.whole(() => {
      const aim = table(1);
      const tables = this.#updaters.map(([, { scalars }]) => ({ scalars: table(scalars.width), loss: table(1) }));
      const rows = tables.map(({ scalars }, i) => {
        const { width } = this.#updaters[i][1].scalars;
        return feed(stored(scalars, [1, width]), [width]);
      });
      const counter = this.#updaters[0][1].counter(rows[0]);
      const firsts = this.#updaters.map(([, updater], i) => updater.differentiated(tree, rows[i], counter));
      const squares = firsts.map(({ grad }) => sumSquares(grad));
      const roots = this.#updaters.flatMap(([, updater], i) => {
        const others = squares.filter((_, j) => j !== i);
        return updater.updated(firsts[i], rows[i], stored(tables[i].loss, [1]), stored(table(1), [1]), others);
      });
      const program = owned.add(new Program([record(firsts[0].objective, stored(aim, [1])), ...roots], { kept: true }));
      return { program, inputs, tables, aim, dispose: () => owned.dispose() };
    });
  }

  profile(batch: unknown): Profile {
    const leaves = leavesOf(batch);
    const entry = this.#prepared(batch, leaves);
    return entry.program.undone(() => {
      this.#write(entry, leaves);
      entry.program.run(0, 1);
      return profiled(entry.program);
    });
  }

  averaged(): State | ByHead<State> {
    const updaters = new Map(this.#updaters);
    const states = this.#trained.map(
      (name) => [name, updaters.get(name)?.averaged() ?? this.#models[name].state()] as const,
    );
    return isModel(this.models) ? states[0][1] : Object.fromEntries(states);
  }

  describe(): string {
    return this.#programs.all.map(([shapes, { program }]) => `${shapes}\n${program.describe()}`).join('\n\n');
  }

  dispose(): void {
    this.#programs.dispose();
    this.#owned.dispose();
  }
}
