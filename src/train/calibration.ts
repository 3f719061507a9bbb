import { type Augmentation, drawing } from '../augment/augmentation.js';
import { Program } from '../compile/program.js';
import { Storage, stored, view } from '../graph/leaves.js';
import type { Inside } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { assign, feed } from '../ops/storage.js';
import type { Tensor } from '../graph/tensor.js';
import { seedKey } from '../random/keys.js';
import { floats, words } from '../wasm/engine.js';
import { Owned } from '../wasm/owned.js';
import type { Batches, Resident } from './resident.js';
import type { Plan } from '../data/plan.js';

/** The scalars of a batch: the counter of random draws (a word), and the weight of the batch in the statistics. */
const WIDTH = 2;

/** Recomputes running statistics in one pass over the training data in training mode, in which nothing else is learned. They are the
 *  mean over the batches, and nothing of what they were before remains, as with PyTorch's update_bn. */
export class Calibration {
  readonly #passes: { program: Program; count: number }[] = [];
  readonly #owned = new Owned();
  constructor(
    readonly inside: Required<Inside>,
    resident: Resident,
    { rows, count, rest }: Plan,
    readonly recipe: { augment?: Augmentation; seed: number },
  ) {
    this.#owned.whole(() => {
      if (count) this.#add(resident.whole(rows, count), 0, count);
      if (rest) this.#add(resident.rest(rest), count, 1);
    });
  }

  /** Continues the pass with `count` batches, after `before` others. */
  #add(batch: Omit<Batches, 'rows'>, before: number, count: number): void {
    const numbers = this.#owned.add(new Storage('this training', 4 * WIDTH * count, 'programs'));
    for (let i = 0; i < count; i++) {
      const at = (numbers.at >>> 2) + WIDTH * i;
      words()[at] = before + i;
      floats()[at + 1] = 1 / (before + i + 1);
    }
    const buffers = this.#collected(batch, feed(stored(numbers, [count, WIDTH]), [WIDTH]));
    if (buffers) this.#passes.push({ program: this.#owned.add(new Program([buffers], { kept: true })), count });
  }

  /** Describes the statistics after a batch; undefined where no layer has any. */
  #collected({ x, lengths }: Omit<Batches, 'rows'>, row: Tensor): Tensor | undefined {
    const { part, parameters } = this.inside;
    const [step, share] = [view(row, 0, [1]), view(row, 1, [1])];
    const key = seedKey(this.recipe.seed);
    const batch = this.recipe.augment?.apply({ x }, drawing(key, step)) ?? { x };
    const updates = new Map<string, Tensor>();
    const call = { training: true, key, counter: () => step, updates, penalties: [], share, lengths };
    callPart(part, batch.x, parameters.tensors(), call);
    if (!updates.size) return undefined;
    return [...updates].reduce(
      (vector, [name, value]) => assign(vector, value, parameters.find(name).offset),
      parameters.buffers,
    );
  }

  run(): void {
    for (const { program, count } of this.#passes) program.run(0, count);
  }
  dispose(): void {
    this.#owned.dispose();
  }
}
