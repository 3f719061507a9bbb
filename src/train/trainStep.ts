import type { Program } from '../compile/program.js';
import { type Profile, profiled } from '../compile/profile.js';
import { Programs } from '../compile/programs.js';
import { OptionError } from '../errors.js';
import { checkKeys, flag } from '../options.js';
import { input } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { type ByHead, isByName, matched, sideBySide, widthOf } from '../graph/heads.js';
import { type AnyModel, built, checkModel, inside, type State } from '../nn/model.js';
import { Carried, type States } from '../nn/carry.js';
import { lengthsOf } from '../nn/lengths.js';
import { lookupsOf, type Predictor } from '../nn/predictor.js';
import type { Values } from '../tensor/create.js';
import { type Owner, disposeWhenCollected, disposedByHand } from '../wasm/owned.js';
import { type Batch, batchOf, checkLabels, checkRows } from './batch.js';
import { divergence } from './divergence.js';
import type { Models } from './objective.js';
import { type ObjectiveOptions, type ObjectiveStep, objectiveStep, type TensorTree } from './objectiveStep.js';
import { RECIPE, type RecipeOptions, recipeOf } from './recipe.js';
import { augmentedRows, augmentedShape } from './augmented.js';
import { checkPadding } from './tasks.js';
import { type Recipe, type StepProgram, Updater } from './updater.js';

/** A step's examples: for one input, or by name. */
export type StepInputs = Tensor | Values | ByHead<Tensor | Values>;
/** A step's targets: for one output, or by head. */
export type StepTargets = Tensor | Values | ByHead<Tensor | Values>;

/** Options of one step. */
export interface StepOptions {
  /** The number of steps of each row of x [n, t, …] that are no padding: layers and losses leave out what is behind. */
  lengths?: ArrayLike<number>;
}
/** Options of a step with a loss. */
export interface StepRecipe extends RecipeOptions {
  /** Whether batches are windows of streams, one stream in each row: recurrent layers begin in the state in which the batch before left them, and
   *  gradients stop at the beginning of the window (truncated backpropagation through time). Default false. */
  carry?: boolean;
}

/** Makes one update with a batch, and returns the batch's loss before it, penalties included. With `accumulate: n` every n-th call makes
 *  the update, with the mean gradient of the n batches, and returns their mean loss; other calls return their batch's loss. */
export interface TrainStep {
  (x: StepInputs, y: StepTargets, options?: StepOptions): number;
  /** With `carry`, begins new streams. */
  reset(): void;
  /** Describes the programs made so far, instruction by instruction. */
  describe(): string;
  /** Measures the time of each instruction for a batch of this shape; nothing is updated. */
  profile(x: StepInputs, y: StepTargets, options?: StepOptions): Profile;
  /** Returns the average that `average` keeps, with the current running statistics, for model.load; without `average`, the parameters themselves. */
  averaged(): State;
  /** Releases the memory of the gradient, the optimizer's state and the programs. */
  dispose(): void;
}

/** Makes a step for an objective of your own: any scalar of one or several models, a batch (any arrays, in objects and lists) and drawn numbers.
 *  It is differentiated and compiled like any other step. Several steps, each with its own optimizer and `train`, may share models. Gradients are
 *  clipped, and penalized, model by model. Nothing changes where the objective or a gradient is not finite.
 *  @example
 *  const [generator, critic] = [nn.sequential([nn.dense(2)]).build([4]), nn.sequential([nn.dense(1)]).build([2])]
 *  const step = trainStep({ generator, critic }, {
 *    objective: ({ generator, critic }, { z }) => critic(generator(z)).softplus().mean(),
 *    optimizer: adam(),
 *    train: ['generator'],
 *  })
 *  step({ z: randomGenerator(1).normal([8, 4]) }) */
export function trainStep<M extends Models, B extends TensorTree>(
  models: M,
  options: ObjectiveOptions<M, B>,
): ObjectiveStep;
/** Makes a step for a training loop of your own. Each call is one update and one call into WASM; a program is kept for every
 *  shape of batch. Throws a DivergenceError, and changes nothing, where the loss or the gradient is not finite.
 *  @example
 *  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) })
 *  for (const { x, y } of batches) console.log(step(x, y)) */
export function trainStep(model: AnyModel, options: StepRecipe): TrainStep;
export function trainStep(
  model: Models,
  options: StepRecipe | ObjectiveOptions<never, never>,
): TrainStep | ObjectiveStep {
  if (typeof options === 'object' && options !== null && 'objective' in options)
    return objectiveStep(model, options as ObjectiveOptions<Models, TensorTree>);
  return lossStep(model as AnyModel, options as StepRecipe);
}

function lossStep(model: AnyModel, options: StepRecipe): TrainStep {
  checkKeys('trainStep', options, [...RECIPE, 'carry'], true);
  checkModel('trainStep', model);
  const carries = flag('trainStep', 'carry', options.carry ?? false);
  const steps = new Steps(model, recipeOf('trainStep', options), carries);
  const given = (x: StepInputs, y: StepTargets, own: StepOptions = {}): Examples => {
    checkKeys('trainStep', own, ['lengths']);
    const batch = inputsOf(model, x);
    return { x: batch, y: targetsOf(y), lengths: lengthsOf('trainStep', own.lengths, batch.shape) };
  };
  const step: TrainStep = Object.assign(
    (x: StepInputs, y: StepTargets, own?: StepOptions): number => steps.make(given(x, y, own)),
    {
      reset: () => steps.states.clear(),
      describe: () => steps.describe(),
      averaged: () => steps.averaged(),
      profile: (x: StepInputs, y: StepTargets, own?: StepOptions) => steps.profile(given(x, y, own)),
      dispose() {
        disposedByHand(step);
        steps.dispose();
      },
    },
  );
  disposeWhenCollected(step, [steps]);
  return step;
}

/** Collects targets by head; the target of a single output has the name ''. */
type Targets = ByHead<Batch>;
const eachOf = (given: ByHead<Tensor | Values>, what: string): Targets =>
  Object.fromEntries(
    Object.entries(given).map(([name, values]) => [name, batchOf('trainStep', values, `${what}.${name}`)]),
  );
const targetsOf = (y: StepTargets): Targets =>
  isByName(y) ? eachOf(y, 'y') : { '': batchOf('trainStep', y as Tensor | Values, 'y') };

/** The examples as one batch; several inputs side by side. */
function inputsOf(model: AnyModel, x: StepInputs): Batch {
  const { inputs } = inside(model).part;
  if (!inputs || !isByName(x)) return batchOf('trainStep', x as Tensor | Values);
  const list = matched('trainStep', inputs, eachOf(x, 'x'), ({ shape }) => shape.slice(1));
  const numbers = list.map(({ values }) => values);
  return { values: sideBySide('trainStep', inputs, numbers), shape: [list[0].shape[0], widthOf(inputs)] };
}

/** The arrays of a batch. */
interface Examples {
  readonly x: Batch;
  readonly y: Targets;
  readonly lengths?: Float32Array;
}
interface Entry extends Owner {
  readonly program: Program;
  made: StepProgram;
  x: Tensor;
  y: ByHead<Tensor>;
  lengths?: Tensor;
  carry?: Carried;
}

/** Keeps the programs of a loop, by shape of batch. */
class Steps {
  readonly #programs = new Programs<Entry>();
  readonly states: States = new Map();
  #updater?: Updater;
  #lookups?: Predictor;
  #count = 0;
  /** The numbers of batches and rows that the next update has so far. */
  #batches = 0;
  #rows = 0;
  constructor(
    readonly model: AnyModel,
    readonly recipe: Recipe,
    readonly carries: boolean,
  ) {}

  make(examples: Examples): number {
    const { x, y } = examples;
    const { optimizer, accumulate } = this.recipe;
    const completes = this.#batches + 1 === accumulate;
    const entry = this.#prepared(examples, completes);
    const { made } = entry;
    const updater = this.#updater as Updater;
    for (const { name, loss, output } of updater.tasks.list)
      checkLabels('trainStep', loss, y[name].values, y[name].shape, output);
    // Indices for embeddings are checked on rows as in evaluation, because random changes differ from step to step.
    this.#lookups?.check(
      augmentedRows({ x: x.values, shape: x.shape.slice(1), size: x.shape[0] }, this.recipe.augment),
      x.shape[0],
    );
    this.#write(entry, examples);
    const rows = x.shape[0];
    const place = accumulate > 1 ? { i: this.#batches, before: this.#rows, rows } : undefined;
    made.prepare(0, this.#count, optimizer.learningRate, place);
    const halted = made.run(0, 1) < 1;
    if (halted) throw divergence(updater, this.#count, made.loss(0));
    entry.carry?.read(made.program, this.states);
    if (completes) {
      this.#count++;
      [this.#batches, this.#rows] = [0, 0];
    } else {
      this.#batches++;
      this.#rows += rows;
    }
    return made.loss(0);
  }

  #prepared({ x, y, lengths }: Examples, completes: boolean): Entry {
    const targets = Object.entries(y).map(([name, { shape }]) => `y${name && ` ${name}`} ${show(shape)}`);
    const key = `x ${show(x.shape)}, ${targets.join(', ')}${lengths ? ', padded' : ''}${completes ? '' : ', kept for the update'}`;
    const known = this.#programs.get(key);
    if (known) return known;
    for (const { shape } of Object.values(y)) checkRows('trainStep', x.shape, shape);
    const shape = augmentedShape(x.shape.slice(1), this.recipe.augment);
    if (!this.#updater) {
      const inside = built(this.model, shape, this.recipe.seed);
      this.#updater = new Updater(inside, this.recipe);
      this.#lookups = lookupsOf('trainStep', inside);
    }
    const { heads, list } = this.#updater.tasks;
    const missing = list.find(({ name }) => !(name in y));
    if (missing || Object.keys(y).length !== list.length)
      throw new OptionError(
        heads
          ? `trainStep: y must have the targets of the heads: { ${list.map(({ name }) => `${name}: …`).join(', ')} }`
          : 'trainStep: the model has one output; y is one tensor',
      );
    const xs = input(x.shape);
    const ys = Object.fromEntries(Object.entries(y).map(([name, target]) => [name, input(target.shape)]));
    const padding = lengths && input([x.shape[0]]);
    if (padding) for (const { name, loss } of list) checkPadding('trainStep', loss, y[name].shape, x.shape[1]);
    const carry = this.carries ? new Carried() : undefined;
    const batch = { x: xs, y: heads ? ys : ys[''], lengths: padding, carry };
    const made = completes ? this.#updater.program(batch, 1) : this.#updater.gatherer(batch, 1);
    const dispose = (): void => made.dispose();
    return this.#programs.add(key, { program: made.program, made, x: xs, y: ys, lengths: padding, carry, dispose });
  }

  #write(
    { made: { program }, x: into, y: targets, lengths: padding, carry }: Entry,
    { x, y, lengths }: Examples,
  ): void {
    carry?.write(program, this.states);
    program.write(into, x.values);
    for (const [name, target] of Object.entries(targets)) program.write(target, y[name].values);
    if (padding && lengths) program.write(padding, lengths);
  }

  profile(examples: Examples): Profile {
    const entry = this.#prepared(examples, true);
    const { made } = entry;
    return made.program.undone(() => {
      this.#write(entry, examples);
      const place = this.recipe.accumulate > 1 ? { i: 0, before: 0, rows: examples.x.shape[0] } : undefined;
      made.prepare(0, this.#count, this.recipe.optimizer.learningRate, place);
      made.run(0, 1);
      return profiled(made.program);
    });
  }

  averaged(): State {
    return this.#updater?.averaged() ?? this.model.state();
  }

  describe(): string {
    return this.#programs.all.map(([shapes, { program }]) => `${shapes}\n${program.describe()}`).join('\n\n');
  }

  dispose(): void {
    this.#programs.dispose();
    this.#updater?.dispose();
    this.#lookups?.dispose();
    this.#updater = undefined;
  }
}
