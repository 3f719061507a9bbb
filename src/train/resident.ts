import type { Dataset } from '../data/columns.js';
import { Storage, stored, view } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import type { Carried } from '../nn/carry.js';
import type { Tensor } from '../graph/tensor.js';
import { slice } from '../ops/arrange.js';
import { feed, gatherRows } from '../ops/storage.js';
import type { Key } from '../random/keys.js';
import { streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { bytes, words } from '../wasm/engine.js';
import { Owned } from '../wasm/owned.js';
import { type Targeted, type TargetTable, targetsIn } from './tasks.js';

/** The tensors of one batch of a data set. */
export interface Batches {
  readonly x: Tensor;
  readonly y: Targeted;
  /** The weights of rows, [rows, tasks]. */
  readonly weights?: Tensor;
  /** The steps of each row, [rows], where sequences are padded. */
  readonly lengths?: Tensor;
  /** Set where the rows are windows of streams. */
  readonly carry?: Carried;
  readonly rows: number;
}

/** A data set in linear memory, and the order of its rows in the epoch; for a stream, one window of rows after another. */
export class Resident {
  readonly #owned = new Owned();
  readonly #x: Storage;
  readonly #y: Storage;
  readonly #weights?: Storage;
  readonly #lengths?: Storage;
  readonly #order: Storage;

  constructor(
    readonly data: Dataset,
    readonly targets: TargetTable,
    /** The number of rows for which there is room. */
    readonly capacity = data.size,
  ) {
    const { x, size, lengths } = data;
    const { values: y, weights } = targets;
    const table = (bytes: number): Storage =>
      this.#owned.add(new Storage('this data set', (bytes / size) * capacity, 'datasets'));
    [this.#x, this.#y, this.#order, this.#weights, this.#lengths] = this.#owned.whole(
      () =>
        [
          table(x.byteLength),
          table(4 * y.length),
          table(4 * size),
          weights && table(4 * weights.length),
          lengths && table(4 * size),
        ] as const,
    );
    if (lengths) this.#lengths?.write(lengths);
    if (weights) this.#weights?.write(weights);
    this.#write(x, y);
    words().set(
      Int32Array.from({ length: size }, (_, i) => i),
      this.#order.at >>> 2,
    );
  }
  #write(x: Dataset['x'], y: TargetTable['values']): void {
    if (x instanceof Uint8Array) bytes().set(x, this.#x.at);
    else this.#x.write(x);
    this.#y.write(y);
  }

  /** Replaces the rows and their order; the last `rest` entries of the order are placed at the end of the room. */
  refill({ x, size }: Dataset, { values }: TargetTable, order: Int32Array, rest: number): void {
    this.#write(x, values);
    const at = this.#order.at >>> 2;
    words().set(order.subarray(0, size - rest), at);
    words().set(order.subarray(size - rest), at + this.capacity - rest);
  }

  /** Shuffles the rows; the order depends on the number of rows, the key and the epoch only. */
  shuffle(key: Key, epoch: number): void {
    this.arrange(permutation(this.data.size, key, streams.order, epoch));
  }

  /** Puts the rows into a given order. */
  arrange(order: Int32Array): void {
    words().set(order, this.#order.at >>> 2);
  }

  /** Describes the batches of a program: step i takes rows i·rows … of the order, for the first `count` batches. Of sequences only the first
   *  `steps` are taken. */
  whole(rows: number, count: number, steps?: number): Batches {
    return this.#batch(feed(view(stored(this.#order, [this.capacity]), 0, [count, rows]), [rows]), rows, steps);
  }
  /** Describes the batch of the last rows of the order, which is the same in all steps. */
  rest(rows: number, steps?: number): Batches {
    return this.#batch(view(stored(this.#order, [this.capacity]), this.capacity - rows, [rows]), rows, steps);
  }
  #batch(order: Tensor, rows: number, steps?: number): Batches {
    const { x, shape, scale } = this.data;
    const size = this.capacity;
    const { shape: targetShape, heads, tasks } = this.targets;
    const asBytes = x instanceof Uint8Array;
    const table = stored(this.#x, asBytes ? [Math.ceil((size * sizeOf(shape)) / 4)] : [size, ...shape]);
    const targets = stored(this.#y, [size, ...targetShape]);
    const cut = (t: Tensor): Tensor =>
      steps !== undefined && t.shape[1] === shape[0] ? slice(t, [0, 0], [rows, steps]) : t;
    const y = targetsIn(gatherRows(targets, order, { shape: targetShape }), heads);
    return {
      x: cut(gatherRows(table, order, { shape, scale: asBytes ? scale : undefined })),
      y: heads ? Object.fromEntries(Object.entries(y).map(([name, own]) => [name, cut(own)])) : cut(y as Tensor),
      ...(this.#weights && { weights: gatherRows(stored(this.#weights, [size, tasks]), order, { shape: [tasks] }) }),
      ...(this.#lengths && { lengths: gatherRows(stored(this.#lengths, [size]), order, { shape: [] }) }),
      rows,
    };
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
