import type { Dataset } from '../data/columns.js';
import { sizeOf } from '../graph/shape.js';
import { dot } from './dot.js';
import { numbersOf } from './rows.js';

/** The training set of a linear model, in float64 and centred, so that the bias can be solved for separately from the
 *  weights. */
export interface Design {
  readonly rows: number;
  readonly inputs: number;
  /** [rows, inputs], each column minus its mean: exactly 0 where the column is constant. */
  readonly x: Float64Array;
  readonly means: Float64Array;
  /** The weights of the rows, which sum to 1. */
  readonly shares: Float64Array;
}

/** A deviation from the mean of at most this share of it is rounding: different float32 numbers are further apart. */
const CONSTANT = 1e-10;

export function designOf(data: Dataset): Design {
  const [rows, inputs] = [data.size, sizeOf(data.shape)];
  const x = Float64Array.from(numbersOf(data));
  const weights = data.weights ?? new Float32Array(rows).fill(1);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const shares = Float64Array.from(weights, (w) => w / total);
  const means = centre(x, inputs, shares);
  const largest = new Float64Array(inputs);
  x.forEach((v, i) => {
    largest[i % inputs] = Math.max(largest[i % inputs], Math.abs(v));
  });
  for (let i = 0; i < x.length; i++) if (largest[i % inputs] <= CONSTANT * Math.abs(means[i % inputs])) x[i] = 0;
  return { rows, inputs, x, means, shares };
}

/** Subtracts the mean of each column of x [rows, columns], in place, and returns the means. */
export function centre(x: Float64Array, columns: number, shares: Float64Array): Float64Array {
  const means = new Float64Array(columns);
  x.forEach((v, i) => {
    means[i % columns] += shares[Math.floor(i / columns)] * v;
  });
  for (let i = 0; i < x.length; i++) x[i] -= means[i % columns];
  return means;
}

/** Xᵀ diag(shares) Y for x [rows, n] and y [rows, m]: [n, m], row after row. */
export function crossProducts(
  { rows, inputs, x, shares }: Design,
  y: ArrayLike<number>,
  columns: number,
): Float64Array {
  const products = new Float64Array(inputs * columns);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < inputs; i++) {
      const v = shares[row] * x[row * inputs + i];
      if (v === 0) continue;
      for (let j = 0; j < columns; j++) products[i * columns + j] += v * y[row * columns + j];
    }
  return products;
}

/** The number of rows whose columns fit into a cache. */
const BLOCK = 64;

/** Xᵀ diag(shares) X: [inputs, inputs]. */
export function gram({ rows, inputs, x, shares }: Design): Float64Array {
  const products = new Float64Array(inputs * inputs);
  const columns = new Float64Array(inputs * BLOCK);
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from);
    for (let row = 0; row < count; row++) {
      const root = Math.sqrt(shares[from + row]);
      for (let i = 0; i < inputs; i++) columns[i * BLOCK + row] = root * x[(from + row) * inputs + i];
    }
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j <= i; j++) products[i * inputs + j] += dot(columns, i * BLOCK, columns, j * BLOCK, count);
  }
  for (let i = 0; i < inputs; i++) for (let j = 0; j < i; j++) products[j * inputs + i] = products[i * inputs + j];
  return products;
}
