import { DataError, OptionError } from '../errors.js';
import { meant } from '../options.js';
import { Storage, stored, view } from '../graph/leaves.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { elements } from '../graph/values.js';
import { realize } from '../compile/realize.js';
import { fansOf } from '../init/initializer.js';
import type { Key } from '../random/keys.js';
import { floats } from '../wasm/engine.js';
import { Owned } from '../wasm/owned.js';
import type { ParameterSpec } from './layer.js';

/** A named piece of one of a model's two vectors: θ holds the trainable parameters, the buffers hold running
 *  statistics. */
export interface Segment {
  readonly name: string;
  readonly shape: Shape;
  readonly size: number;
  /** The offset in floats from the start of the vector: a multiple of 16, so that every piece begins on a cache
   *  line. */
  readonly offset: number;
  readonly trainable: boolean;
  readonly kind: ParameterSpec['kind'];
}

const LINE = 16;

/** The parameters of a model: two flat vectors and the table of their segments. Padding between segments is zero. */
export class Parameters {
  readonly segments: readonly Segment[];
  /** θ and the buffers, in their first version. */
  readonly theta: Tensor;
  readonly buffers: Tensor;
  private readonly storages: readonly [Storage, Storage];
  private readonly owned = new Owned();

  /** Parameters that are missing in `given` are drawn. */
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
    const vector = (size: number): Storage => this.owned.add(new Storage('the model', 4 * size, 'models'));
    this.storages = this.owned.whole(() => [vector(theta), vector(buffers)]);
    this.theta = stored(this.storages[0], [theta]);
    this.buffers = stored(this.storages[1], [buffers]);
    this.segments.forEach((segment, i) => this.set(segment, values[i]));
  }

  /** The parameters as tensors by name, read from these versions of the two vectors; by default from those that a
   *  program finds when it runs. */
  tensors(theta: Tensor = this.theta, buffers: Tensor = this.buffers): Record<string, Tensor> {
    return Object.fromEntries(
      this.segments.map(({ name, shape, offset, trainable }) => [
        name,
        view(trainable ? theta : buffers, offset, shape),
      ]),
    );
  }

  /** The same vectors, of which only some segments are seen. Who made the vectors returns their memory. */
  only(names: readonly string[]): Parameters {
    const segments = this.segments.filter(({ name }) => names.includes(name));
    return Object.create(this, { segments: { value: segments }, dispose: { value: () => undefined } }) as Parameters;
  }

  /** The two vectors as they are now, for descriptions that may be read after they have changed. */
  moment(): [theta: Tensor, buffers: Tensor] {
    return [this.storages[0].moment(), this.storages[1].moment()];
  }

  get(segment: Segment): Float32Array {
    const at = this.address(segment);
    return floats().slice(at, at + segment.size);
  }

  set(segment: Segment, values: ArrayLike<number>): void {
    this.storages[segment.trainable ? 0 : 1].write(filling(segment, values), segment.offset);
  }

  find(name: string): Segment {
    const segment = this.segments.find((s) => s.name === name);
    if (segment) return segment;
    const names = this.segments.map((s) => s.name);
    throw new OptionError(`no parameter '${name}'${meant(name, names) || '.'} Known: ${names.join(', ')}`);
  }

  /** θ itself, padding included: a view of linear memory, to be read at once and never written to. */
  vector(): Float32Array {
    const at = this.storages[0].at >>> 2;
    return floats().subarray(at, at + this.theta.size);
  }

  /** Writes all of θ, padding included. */
  overwrite(theta: Float32Array): void {
    this.storages[0].write(theta);
  }

  /** Copies both vectors, into arrays that `restore` takes. */
  save(into?: Float32Array[]): Float32Array[] {
    return [this.theta, this.buffers].map((vector, i) => {
      const at = this.storages[i].at >>> 2;
      const copy = into?.[i] ?? new Float32Array(vector.size);
      copy.set(floats().subarray(at, at + vector.size));
      return copy;
    });
  }
  restore(copies: readonly Float32Array[]): void {
    copies.forEach((copy, i) => {
      this.storages[i].write(copy);
    });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private address({ trainable, offset }: Segment): number {
    return (this.storages[trainable ? 0 : 1].at >>> 2) + offset;
  }
}

function filling({ name, shape, size }: Segment, values: ArrayLike<number>): ArrayLike<number> {
  const numbers = elements(name, values);
  if (numbers.length === size) return numbers;
  throw new DataError(`${name}: ${numbers.length} numbers do not fill ${show(shape)}, which has ${size}`);
}
