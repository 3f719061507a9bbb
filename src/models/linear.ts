import { realize } from '../compile/realize.js';
import type { Config, Configured } from '../config.js';
import type { Dataset } from '../data/columns.js';
import { checkFinite } from '../data/numbers.js';
import { type PolynomialFeatures, type PolynomialOptions, powersOf } from '../data/polynomialFeatures.js';
import { constant } from '../graph/leaves.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Examples } from '../nn/examples.js';
import { type Design, designOf } from './design.js';
import { fitted, learnable, numbersOf, predictable } from './rows.js';

/** The parameters of a linear model, in float64: scores are x·weights + bias. */
export interface Affine {
  /** [inputs, outputs] */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}
/** Finds the parameters for a centred design and the rows that it came from. */
export type Solver = (design: Design, data: Dataset) => Affine;

interface Learned extends Affine {
  readonly inputs: number;
  readonly shape: Shape;
  readonly targetShape: Shape;
}

/** A linear function of the features, or of their polynomials. */
export class LinearModel implements Configured {
  /** Whether it predicts labels or values. */
  readonly kind: 'classes' | 'values' = 'values';
  readonly #solver: Solver;
  readonly #powers?: PolynomialFeatures;
  #learned?: Learned;

  constructor(
    readonly config: Config,
    solver: Solver,
    polynomial?: PolynomialOptions,
  ) {
    this.#solver = solver;
    this.#powers = polynomial === undefined ? undefined : powersOf(`${config.name}: polynomial`, polynomial);
  }

  /** Learns from all rows at once, and returns this model. An earlier fit is forgotten. Throws, before anything is
   *  changed, a LeakageError for a sealed set and a DataError for data without a target of its kind. */
  fit(data: Dataset): this {
    const rows = learnable(`${this.config.name}.fit`, data);
    const seen = this.#powers?.apply(rows) ?? rows;
    checkFinite(`${this.config.name}.fit`, 'a product of powers', seen.x, sizeOf(seen.shape));
    const solved = this.#solver(designOf(seen), seen);
    this.#learned = { ...solved, inputs: sizeOf(seen.shape), shape: data.shape, targetShape: data.targetShape };
    return this;
  }

  /** Computes x·weights + bias for rows, a tensor or a data set: [n, …], in the shape of the targets. Sums are taken in
   *  float64. */
  predict(x: Examples): Tensor {
    const { targetShape } = fitted(this.config.name, this.#learned);
    const { values, rows } = this.#scores(x);
    return constant(values, [rows, ...targetShape]);
  }

  /** [inputs, outputs]: a row for each feature, or for each column of polynomialFeatures. */
  get weights(): Tensor {
    const { weights, inputs, bias } = fitted(this.config.name, this.#learned);
    return constant(Float32Array.from(weights), [inputs, bias.length]);
  }
  /** The bias, [outputs], which is never penalized. */
  get bias(): Tensor {
    const { bias } = fitted(this.config.name, this.#learned);
    return constant(Float32Array.from(bias), [bias.length]);
  }

  /** Raw outputs [n, outputs]. */
  protected scores(x: Examples): Tensor {
    const { values, rows } = this.#scores(x);
    return constant(values, [rows, values.length / rows]);
  }

  #scores(x: Examples): { values: Float32Array; rows: number } {
    const { weights, bias, inputs, shape } = fitted(this.config.name, this.#learned);
    const rows = predictable(this.config.name, x, shape);
    const numbers = numbersOf(rows);
    const seen = this.#powers ? realize(this.#powers.apply(constant(numbers, [rows.size, ...shape]))) : numbers;
    const outputs = bias.length;
    const values = new Float32Array(rows.size * outputs);
    const sums = new Float64Array(outputs);
    for (let row = 0; row < rows.size; row++) {
      sums.set(bias);
      for (let i = 0; i < inputs; i++) {
        const v = seen[row * inputs + i];
        for (let j = 0; j < outputs; j++) sums[j] += v * weights[i * outputs + j];
      }
      values.set(sums, row * outputs);
    }
    return { values, rows: rows.size };
  }
}

/** Adds the bias to the weights of a centred design: the mean of the targets minus that of x·weights. */
export function withBias(weights: Float64Array, { inputs, means }: Design, targetMeans: Float64Array): Affine {
  const outputs = targetMeans.length;
  const bias = targetMeans.slice();
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) bias[j] -= means[i] * weights[i * outputs + j];
  return { weights, bias };
}
