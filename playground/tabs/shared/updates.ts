import type { Model, RecipeOptions, Tensor } from '../../../src/index.js';
import { input } from '../../../src/graph/leaves.js';
import { built } from '../../../src/nn/model.js';
import { recipeOf } from '../../../src/train/recipe.js';
import { type Numbers, restored, saved } from '../../../src/train/rollback.js';
import { type StepProgram, Updater } from '../../../src/train/updater.js';

/** The shapes of an example and of its target. */
export interface Shapes {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The updates of one stretch of a run, in which the options stay as they are. They have the bits of `trainStep`, and can be saved. */
export class Updates {
  readonly #updater: Updater;
  /** By the number of rows of a batch. */
  readonly #programs = new Map<number, { readonly made: StepProgram; readonly x: Tensor; readonly y: Tensor }>();
  constructor(
    model: Model,
    options: RecipeOptions,
    readonly shapes: Shapes,
  ) {
    this.#updater = new Updater(built(model), recipeOf('playground', options));
  }

  /** Makes update k; false where the loss or the gradient is not finite, and then nothing has changed. */
  make(k: number, rows: number, xs: ArrayLike<number>, ys: ArrayLike<number>): boolean {
    const { made, x, y } = this.#program(rows);
    made.program.write(x, xs);
    made.program.write(y, ys);
    made.prepare(0, k, this.#updater.recipe.optimizer.learningRate);
    return made.run(0, 1) === 1;
  }
  #program(rows: number) {
    const known = this.#programs.get(rows);
    if (known) return known;
    const [x, y] = [input([rows, ...this.shapes.x]), input([rows, ...this.shapes.y])];
    const entry = { made: this.#updater.program({ x, y }, 1), x, y };
    this.#programs.set(rows, entry);
    return entry;
  }

  /** A copy of the parameters and of the optimizer's averages. */
  save(): Numbers {
    return saved(this.#updater);
  }
  load(numbers: Numbers): void {
    restored(this.#updater, numbers);
  }
  dispose(): void {
    this.#programs.forEach(({ made }) => made.dispose());
    this.#updater.dispose();
  }
}
