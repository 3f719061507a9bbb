import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import { gradient } from '../differentiate/gradient.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { constant, full, view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { sizeOf } from '../graph/shape.js';
import type { Loss } from '../losses/loss.js';
import { built, type Inside, type Model } from '../nn/model.js';
import type { Segment } from '../nn/parameters.js';
import { callPart } from '../nn/walk.js';
import { add, mul } from '../ops/arithmetic.js';
import { concat } from '../ops/arrange.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { lossFor } from '../train/evaluate.js';

/** The number of rows that are computed at once. */
const ROWS = 1024;
interface Chunk {
  readonly x: Tensor;
  readonly y: Tensor;
  /** The share of all rows. */
  readonly share: number;
}

/** The loss of a model on a data set, in evaluation mode unless `training` is set, as a function of all its trainable
 *  parameters, with derivatives. */
export class OnData {
  readonly inside: Required<Inside>;
  readonly loss: Loss;
  readonly #value: ((theta: Tensor, x: Tensor, y: Tensor) => Tensor) & { dispose(): void };
  readonly #slope: ((theta: Tensor, x: Tensor, y: Tensor) => Tensor) & { dispose(): void };
  readonly #curve: ((theta: Tensor, v: Tensor, x: Tensor, y: Tensor) => Tensor) & { dispose(): void };
  readonly #chunks: readonly Chunk[];
  readonly trained: readonly Segment[];
  readonly #training: boolean;

  constructor(where: string, model: Model, data: Dataset, loss?: Loss, training = false) {
    checkDataset(where, data);
    this.loss = lossFor(where, model, data, loss);
    this.inside = built(model, data.shape);
    this.trained = this.inside.parameters.segments.filter(({ trainable }) => trainable);
    this.#training = training;
    this.#value = compile((theta: Tensor, x: Tensor, y: Tensor) => this.#described(theta, x, y).value);
    this.#slope = compile((theta: Tensor, x: Tensor, y: Tensor) => {
      const { value, pieces } = this.#described(theta, x, y);
      return this.#flat(gradient(value, pieces));
    });
    // The gradient of ⟨∇J, v⟩.
    this.#curve = compile((theta: Tensor, v: Tensor, x: Tensor, y: Tensor) => {
      const { value, pieces } = this.#described(theta, x, y);
      const along = gradient(value, pieces).map((g, i) => sum(mul(g, view(v, this.trained[i].offset, g.shape))));
      return this.#flat(gradient(along.reduce(add), pieces));
    });
    this.#chunks = Array.from({ length: Math.ceil(data.size / ROWS) }, (_, i) => {
      const rows = data.slice(i * ROWS, (i + 1) * ROWS);
      return { ...numbersOf(rows), share: rows.size / data.size };
    });
  }

  #described(theta: Tensor, x: Tensor, y: Tensor): { value: Tensor; pieces: Tensor[] } {
    const { part, parameters } = this.inside;
    const tensors = parameters.tensors(theta);
    const output = callPart(part, x, tensors, {
      training: this.#training,
      key: [0, 0],
      counter: () => constant(new Int32Array(1), [1]),
      updates: new Map(),
      penalties: [],
    });
    return { value: this.loss(output, y), pieces: this.trained.map(({ name }) => tensors[name]) };
  }

  /** Joins the pieces of the parameters into one vector like θ. */
  #flat(pieces: readonly Tensor[]): Tensor {
    const list: Tensor[] = [];
    let at = 0;
    this.trained.forEach(({ offset, size }, i) => {
      if (offset > at) list.push(full([offset - at], 0));
      list.push(reshape(pieces[i], [size]));
      at = offset + size;
    });
    const rest = this.inside.parameters.theta.size - at;
    return concat(rest ? [...list, full([rest], 0)] : list);
  }

  /** The current parameters; padding between them is 0, and so is its gradient. */
  theta(): Tensor {
    return vector(this.inside.parameters.vector().slice());
  }
  /** The mean loss on all rows. */
  value(theta: Tensor): number {
    return this.#chunks.reduce((sum, { x, y, share }) => sum + share * realize(this.#value(theta, x, y))[0], 0);
  }
  /** The gradient of the mean loss on all rows, or on those of a batch. */
  gradient(theta: Tensor, batch?: Dataset): Float64Array {
    if (!batch) return this.#mean(({ x, y }) => this.#slope(theta, x, y));
    const { x, y } = numbersOf(batch);
    return Float64Array.from(realize(this.#slope(theta, x, y)));
  }
  /** The Hessian of the mean loss on all rows, times v. */
  curvature(theta: Tensor, v: Tensor): Float64Array {
    return this.#mean(({ x, y }) => this.#curve(theta, v, x, y));
  }
  #mean(f: (chunk: Chunk) => Tensor): Float64Array {
    const total = new Float64Array(this.inside.parameters.theta.size);
    for (const chunk of this.#chunks)
      realize(f(chunk)).forEach((value, i) => {
        total[i] += chunk.share * value;
      });
    return total;
  }

  dispose(): void {
    this.#value.dispose();
    this.#slope.dispose();
    this.#curve.dispose();
  }
}

export const vector = (values: ArrayLike<number>): Tensor => constant(Float32Array.from(values), [values.length]);
/** The square root of the sum of squares. */
export const lengthOf = (values: ArrayLike<number>): number => {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
};

/** The inputs and targets of a data set as tensors. */
export function numbersOf({ x, y, scale, shape, size, targetShape }: Dataset): { x: Tensor; y: Tensor } {
  const count = size * sizeOf(shape);
  const values = Float32Array.from({ length: count }, (_, i) => x[i] * Math.fround(scale));
  return { x: constant(values, [size, ...shape]), y: constant(Float32Array.from(y), [size, ...targetShape]) };
}
