import { type Profile, profiled } from '../compile/profile.js';
import { checkKeys } from '../options.js';
import { input } from '../graph/leaves.js';
import { type Shape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { built, type Model } from '../nn/model.js';
import type { Values } from '../tensor/create.js';
import { returned, returnWhenForgotten } from '../wasm/forgotten.js';
import { type Batch, batchOf, checkLabels, checkRows } from './batch.js';
import { divergence } from './divergence.js';
import { RECIPE, type RecipeOptions, recipeOf } from './recipe.js';
import { seenShape } from './seen.js';
import { type Recipe, type StepProgram, Updater } from './updater.js';

/** One update for a batch: gives the loss of the batch before it, penalties included. With `accumulate: n` every n-th call makes
 *  the update, with the mean gradient of the n batches, and gives their mean loss; the others give their batch's. */
export interface TrainStep {
  (x: Tensor | Values, y: Tensor | Values): number;
  /** The programs made so far, instruction by instruction. */
  describe(): string;
  /** Where the time of a step goes for a batch of this shape; nothing is updated. */
  profile(x: Tensor | Values, y: Tensor | Values): Profile;
  /** Returns the memory of the gradient, the optimizer's state and the programs. */
  dispose(): void;
}

/** A step for a training loop of your own. Each call is one update and one call into WASM; a program is kept for every
 *  shape of batch. Throws a DivergenceError, and changes nothing, where the loss or the gradient is not finite.
 *  @example
 *  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) })
 *  for (const { x, y } of batches) console.log(step(x, y)) */
export function trainStep(model: Model, options: RecipeOptions): TrainStep {
  checkKeys('trainStep', options, RECIPE);
  const steps = new Steps(recipeOf('trainStep', options));
  const step: TrainStep = Object.assign(
    (x: Tensor | Values, y: Tensor | Values): number => steps.make(model, batchOf(x), batchOf(y)),
    {
      describe: () => steps.describe(),
      profile: (x: Tensor | Values, y: Tensor | Values) => steps.profile(model, batchOf(x), batchOf(y)),
      dispose() {
        returned(step);
        steps.dispose();
      },
    },
  );
  returnWhenForgotten(step, [steps]);
  return step;
}

interface Entry {
  made: StepProgram;
  x: Tensor;
  y: Tensor;
}

/** The programs of a loop, by shape of batch. */
class Steps {
  readonly #programs = new Map<string, Entry>();
  #updater?: Updater;
  #count = 0;
  /** Of the update that comes: batches and rows that it has already. */
  #batches = 0;
  #rows = 0;
  constructor(readonly recipe: Recipe) {}

  make(model: Model, x: Batch, y: Batch): number {
    const { loss, optimizer, accumulate } = this.recipe;
    const completes = this.#batches + 1 === accumulate;
    const { made, x: xs, y: ys } = this.#prepared(model, x.shape, y.shape, completes);
    const updater = this.#updater as Updater;
    checkLabels('trainStep', loss, y.values, y.shape, updater.inside.blueprint.output);
    made.program.write(xs, x.values);
    made.program.write(ys, y.values);
    const rows = x.shape[0];
    const place = accumulate > 1 ? { i: this.#batches, before: this.#rows, rows } : undefined;
    made.prepare(0, this.#count, optimizer.learningRate, place);
    const halted = made.run(0, 1) < 1;
    if (halted) throw divergence(updater, this.#count, made.loss(0));
    if (completes) {
      this.#count++;
      [this.#batches, this.#rows] = [0, 0];
    } else {
      this.#batches++;
      this.#rows += rows;
    }
    return made.loss(0);
  }

  #prepared(model: Model, x: Shape, y: Shape, completes: boolean): Entry {
    const key = `x ${show(x)}, y ${show(y)}${completes ? '' : ', kept for the update'}`;
    const known = this.#programs.get(key);
    if (known) return known;
    checkRows('trainStep', x, y);
    this.#updater ??= new Updater(
      built(model, seenShape(x.slice(1), this.recipe.augment), this.recipe.seed),
      this.recipe,
    );
    const [xs, ys] = [input(x), input(y)];
    const made = completes ? this.#updater.program(xs, ys, 1) : this.#updater.gatherer(xs, ys, 1);
    const entry = { made, x: xs, y: ys };
    this.#programs.set(key, entry);
    return entry;
  }

  profile(model: Model, x: Batch, y: Batch): Profile {
    const { made, x: xs, y: ys } = this.#prepared(model, x.shape, y.shape, true);
    return made.program.undone(() => {
      made.program.write(xs, x.values);
      made.program.write(ys, y.values);
      const place = this.recipe.accumulate > 1 ? { i: 0, before: 0, rows: x.shape[0] } : undefined;
      made.prepare(0, this.#count, this.recipe.optimizer.learningRate, place);
      made.run(0, 1);
      return profiled(made.program);
    });
  }

  describe(): string {
    return [...this.#programs].map(([shapes, { made }]) => `${shapes}\n${made.program.describe()}`).join('\n\n');
  }

  dispose(): void {
    for (const { made } of this.#programs.values()) made.dispose();
    this.#programs.clear();
    this.#updater?.dispose();
    this.#updater = undefined;
  }
}
