import { DisposedError } from '../errors.js';
import { type Block, type Kind, allocate, release } from '../wasm/memory.js';
import { floats, words } from '../wasm/engine.js';
import { type Shape, sizeOf } from './shape.js';
import { attributesOf, type Op, type Tensor, node } from './tensor.js';

/** Linear memory that outlives a program: a model's vectors, a data set, a table of a stream. Its owner disposes of it.
 *
 *  A program reads the contents of the moment when it runs. A description outside programs belongs to a moment: read
 *  later, it still gives the values of that moment, whatever was written meanwhile. So a storage that a description
 *  refers to is copied before it changes. */
export class Storage {
  #block?: Block;
  /** The current contents, where a description refers to them. */
  #moment?: Tensor;
  constructor(
    readonly name: string,
    bytes: number,
    kind: Kind,
  ) {
    this.#block = allocate(bytes, kind);
    words().fill(0, this.at >>> 2, (this.at + this.#block.bytes) >>> 2);
  }
  /** Its address in bytes. */
  get at(): number {
    if (!this.#block) throw new DisposedError(`${this.name} has been disposed of: build or load a new one`);
    return this.#block.at;
  }
  get bytes(): number {
    return this.#block?.bytes ?? 0;
  }
  get disposed(): boolean {
    return !this.#block;
  }
  /** The current contents, as a vector that keeps these values. */
  moment(): Tensor {
    this.#moment ??= stored(this, [this.bytes >>> 2]);
    return this.#moment;
  }
  /** Whether the leaf stands for the contents of this moment, and not for what a program will find. */
  isMoment(leaf: Tensor): boolean {
    return leaf === this.#moment;
  }
  /** Must be called before the contents change: descriptions of this moment get a copy of them. */
  leave(): void {
    if (!this.#moment) return;
    const at = this.at >>> 2;
    this.#moment.value ??= floats().slice(at, at + this.#moment.size);
    this.#moment = undefined;
  }
  /** Writes floats, from the one at `offset` on. */
  write(values: ArrayLike<number>, offset = 0): void {
    this.leave();
    floats().set(values, (this.at >>> 2) + offset);
  }
  dispose(): void {
    if (!this.#block) return;
    this.leave();
    release(this.#block);
    this.#block = undefined;
  }
}

/** Values that are known when the graph is described. Their array belongs to the tensor and is never changed. */
export const constantOp: Op<{ values: Float32Array | Int32Array; shape: Shape }> = {
  name: 'constant',
  shape: (_, { shape }) => shape,
};
export const constant = (values: Float32Array | Int32Array, shape: Shape): Tensor => {
  const t = node(constantOp, [], { values, shape });
  if (values instanceof Float32Array) t.value = values;
  return t;
};

/** A constant whose values are a function of their index. They are computed when a program is written, so that
 *  describing them takes no memory. */
export const table = (shape: Shape, at: (i: number) => number): Tensor =>
  node(constantOp, [], {
    shape,
    get values() {
      const values = new Float32Array(sizeOf(shape));
      for (let i = 0; i < values.length; i++) values[i] = at(i);
      return values;
    },
  });

/** A tensor whose elements are all `value`. */
export const fullOp: Op<{ shape: Shape; value: number }> = {
  name: 'full',
  shape: (_, { shape }) => shape,
  lower: (y, _, { value }) => ({ kernel: 'fill', rows: y.size, s: value, parts: Math.ceil(y.size / 4096) }),
};
export const full = (shape: Shape, value: number): Tensor => node(fullOp, [], { shape, value });

/** A program's argument: its numbers are written before each run. */
export const inputOp: Op<{ shape: Shape }> = { name: 'input', shape: (_, { shape }) => shape };
export const input = (shape: Shape): Tensor => node(inputOp, [], { shape });

/** A whole storage, in its first version. */
export const storageOp: Op<{ storage: Storage; shape: Shape }> = { name: 'storage', shape: (_, { shape }) => shape };
export const stored = (storage: Storage, shape: Shape): Tensor => node(storageOp, [], { storage, shape });
/** The storage that a leaf stands for; undefined where the leaf has its own copy from before the storage changed. */
export const storageOf = (t: Tensor): Storage | undefined =>
  t.value ? undefined : attributesOf(storageOp, t)?.storage;

/** A piece of a tensor of one axis, `offset` floats from its start, seen with a shape of its own. */
export const viewOp: Op<{ offset: number; shape: Shape }> = {
  name: 'view',
  shape: (_, { shape }) => shape,
  offset: ({ offset }) => offset,
};
export const view = (of: Tensor, offset: number, shape: Shape): Tensor => node(viewOp, [of], { offset, shape });

export const isLeaf = (t: Tensor): boolean => !t.inputs.length && !t.op.lower;
