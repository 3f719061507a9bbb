import type { Model, RecipeOptions, Tensor } from '../../../src/index.js';
import { input } from '../../../src/graph/leaves.js';
import { built } from '../../../src/nn/model.js';
import { rateAt } from '../../../src/optim/schedule.js';
import { recipeOf } from '../../../src/train/recipe.js';
import { type Numbers, restored, saved } from '../../../src/train/rollback.js';
import { type StepProgram, Updater } from '../../../src/train/updater.js';

/** The shapes of an example and of its target. */
export interface Shapes {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** One parameter in one update. */
export interface Looked {
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  readonly gradient: number;
  readonly norm: number;
  readonly rate: number;
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
  /** What update k will make of the parameter at a place of θ: its value before and after, the gradient as the optimizer gets it, the norm of
   *  all gradients before clipping, and the optimizer's own numbers. It is made and taken back, so that nothing has changed. Undefined where it
   *  would not be finite. */
  looked(k: number, rows: number, xs: ArrayLike<number>, ys: ArrayLike<number>, at: number): Looked | undefined {
    const { rule, learningRate } = this.#updater.recipe.optimizer;
    const before = this.save();
    const finite = this.make(k, rows, xs, ys);
    const after = this.save();
    this.load(before);
    if (!finite) return undefined;
    // The optimizer's vectors come last.
    const own = ({ carried }: Numbers) =>
      Object.fromEntries(rule.state.map((name, i) => [name, carried[carried.length - rule.state.length + i][at]]));
    return {
      ...{
        before: { θ: before.parameters[0][at], ...own(before) },
        after: { θ: after.parameters[0][at], ...own(after) },
      },
      gradient: this.#updater.gradientOf(at, 1)[0],
      norm: this.#program(rows).made.norm(0),
      rate: rateAt(learningRate, k),
    };
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
