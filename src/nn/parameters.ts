import { DataError, OptionError } from '../errors.js';
import { nearest } from '../options.js';
import { Storage, stored, view } from '../graph/leaves.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { elements } from '../graph/values.js';
import { realize } from '../compile/realize.js';
import { fansOf } from '../init/initializer.js';
import type { Key } from '../random/keys.js';
import { floats } from '../wasm/engine.js';
import type { ParameterSpec } from './layer.js';

/** A named piece of one of a model's two vectors: θ for what is trained, buffers for running statistics. */
export interface Segment {
  readonly name: string;
  readonly shape: Shape;
  readonly size: number;
  /** Floats from the vector's start: a multiple of 16, so that every piece begins on a cache line. */
  readonly offset: number;
  readonly trainable: boolean;
  readonly kind: ParameterSpec['kind'];
}

const LINE = 16;

/** A model's numbers: two flat vectors with equal tables. Padding between pieces is zero. */
export class Parameters {
  readonly segments: readonly Segment[];
  /** θ and the buffers, in their first version. */
  readonly theta: Tensor;
  readonly buffers: Tensor;
  readonly #storages: readonly [Storage, Storage];

  /** Parameters that `given` does not have are drawn. */
  constructor(
    specs: Readonly<Record<string, ParameterSpec>>,
    key: Key,
    given: Readonly<Record<string, Float32Array>> = {},
  ) {
    const lengths = { theta: 0, buffers: 0 };
    this.segments = Object.entries(specs).map(([name, { shape, kind, trainable = true }]) => {
      const vector = trainable ? 'theta' : 'buffers';
      const offset = lengths[vector];
      const size = sizeOf(shape);
      lengths[vector] += Math.ceil(size / LINE) * LINE;
      return { name, shape: Object.freeze([...shape]), size, offset, trainable, kind };
    });
    const [theta, buffers] = [Math.max(LINE, lengths.theta), Math.max(LINE, lengths.buffers)];
    for (const [name, values] of Object.entries(given)) filling(this.find(name), values);
    const values = Object.entries(specs).map(
      ([name, { shape, init }], stream) => given[name] ?? realize(init.create(shape, fansOf(shape), { key, stream })),
    );
    this.#storages = [new Storage('the model', 4 * theta, 'models'), new Storage('the model', 4 * buffers, 'models')];
    this.theta = stored(this.#storages[0], [theta]);
    this.buffers = stored(this.#storages[1], [buffers]);
    this.segments.forEach((segment, i) => this.set(segment, values[i]));
  }

  /** The parameters as tensors by name, read from these versions of the two vectors. */
  tensors(theta: Tensor = this.theta, buffers: Tensor = this.buffers): Record<string, Tensor> {
    return Object.fromEntries(
      this.segments.map(({ name, shape, offset, trainable }) => [
        name,
        view(trainable ? theta : buffers, offset, shape),
      ]),
    );
  }

  get(segment: Segment): Float32Array {
    const at = this.#address(segment);
    return floats().slice(at, at + segment.size);
  }

  set(segment: Segment, values: ArrayLike<number>): void {
    floats().set(filling(segment, values), this.#address(segment));
  }

  find(name: string): Segment {
    const segment = this.segments.find((s) => s.name === name);
    if (segment) return segment;
    const names = this.segments.map((s) => s.name);
    throw new OptionError(`no parameter '${name}'; did you mean '${nearest(name, names)}'? Known: ${names.join(', ')}`);
  }

  /** θ itself, padding included: a window on linear memory, to be read at once. */
  vector(): Float32Array {
    const at = this.#storages[0].at >>> 2;
    return floats().subarray(at, at + this.theta.size);
  }

  /** Copies of both vectors, and their return. */
  save(into?: Float32Array[]): Float32Array[] {
    return [this.theta, this.buffers].map((vector, i) => {
      const at = this.#storages[i].at >>> 2;
      const copy = into?.[i] ?? new Float32Array(vector.size);
      copy.set(floats().subarray(at, at + vector.size));
      return copy;
    });
  }
  restore(copies: readonly Float32Array[]): void {
    copies.forEach((copy, i) => {
      floats().set(copy, this.#storages[i].at >>> 2);
    });
  }

  dispose(): void {
    for (const storage of this.#storages) storage.dispose();
  }

  #address({ trainable, offset }: Segment): number {
    return (this.#storages[trainable ? 0 : 1].at >>> 2) + offset;
  }
}

function filling({ name, shape, size }: Segment, values: ArrayLike<number>): ArrayLike<number> {
  const numbers = elements(name, values);
  if (numbers.length === size) return numbers;
  throw new DataError(`${name}: ${numbers.length} numbers do not fill ${show(shape)}, which has ${size}`);
}
