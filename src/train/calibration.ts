import { type Augmentation, drawing } from '../augment/augmentation.js';
import { Program } from '../compile/program.js';
import { constant } from '../graph/leaves.js';
import type { Inside } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { assign } from '../ops/storage.js';
import type { Tensor } from '../graph/tensor.js';
import { seedKey } from '../random/keys.js';
import type { Batches } from './resident.js';

/** Collects running statistics anew: passes over the training data in training mode, in which nothing else is learned. */
export class Calibration {
  readonly #program?: Program;
  constructor(
    { part, parameters }: Required<Inside>,
    { x }: Batches,
    /** Batches of a pass. */
    readonly count: number,
    { augment, seed }: { augment?: Augmentation; seed: number },
  ) {
    const updates = new Map<string, Tensor>();
    const key = seedKey(seed);
    const step = constant(new Int32Array(1), [1]);
    const batch = augment?.apply({ x }, drawing(key, step)) ?? { x };
    const call = { training: true, key, counter: () => step, updates, penalties: [] };
    callPart(part, batch.x, parameters.tensors(), call);
    if (!updates.size) return;
    let { buffers } = parameters;
    for (const [name, value] of updates) buffers = assign(buffers, value, parameters.find(name).offset);
    this.#program = new Program([buffers], { kept: true });
  }

  run(): void {
    this.#program?.run(0, this.count);
  }
  dispose(): void {
    this.#program?.dispose();
  }
}
