import { checkDataset, type Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { DataError, OptionError } from '../errors.js';
import { checkKeys, integer, positive } from '../options.js';
import { readable, short, table } from '../readable.js';
import { power } from '../optim/power.js';
import { sizeOf } from '../graph/shape.js';
import { eigenvalues } from './eigenvalues.js';

/** What is left of the least-squares solution along one eigenvector of the Hessian. */
export interface ShrunkDirection {
  /** The eigenvalue h of the Hessian. */
  readonly curvature: number;
  /** The share that τ steps of gradient descent from 0 have reached: 1 − (1 − εh)^τ. */
  readonly early: number;
  /** The share that the penalty (λ/2)‖w‖² leaves: h / (h + λ). */
  readonly l2: number;
}
export interface EarlyStoppingAsL2 {
  /** The λ of L2 that corresponds to the stop: 1/(ετ). */
  readonly lambda: number;
  /** All directions, the flattest first. */
  readonly directions: ShrunkDirection[];
}
export interface EarlyStoppingAsL2Options {
  /** ε, a number below 2 divided by the largest curvature. */
  learningRate: number;
  /** τ, the number of steps after which training stops. */
  steps: number;
}

/** Compares early stopping with L2 for a linear model, direction by direction (Goodfellow et al. 2016, section 7.8).
 *  Gradient descent on the mean squared error, from weights 0 on features whose means are subtracted, approaches the
 *  least-squares solution first where the curvature is large; L2 with λ = 1/(ετ) keeps the solution where the curvature
 *  is large. Both shares agree to first order where ε and h/λ are small. Only the features x [n, …] of the set are
 *  used. Throws an OptionError for a rate with which descent diverges, and a LeakageError for a sealed set.
 *  @example earlyStoppingAsL2(train, { learningRate: 0.001, steps: 20 }).directions */
export function earlyStoppingAsL2(data: Dataset, options: EarlyStoppingAsL2Options): EarlyStoppingAsL2 {
  const where = 'earlyStoppingAsL2';
  refuseSealed(where, data);
  checkDataset(where, data);
  checkKeys(where, options, ['learningRate', 'steps'], true);
  const rate = positive(where, 'learningRate', options.learningRate);
  const steps = integer(where, 'steps', options.steps, 1);
  const n = sizeOf(data.shape);
  if (n > 256) throw new DataError(`${where}: the rows have ${n} features; at most 256 are taken`);
  const curvatures = eigenvalues(hessianOf(data, n), n).map((h) => Math.max(0, h));
  const largest = curvatures[n - 1];
  if (rate * largest >= 2)
    throw new OptionError(
      `${where}: learningRate is ${rate}; it must be below ${short(2 / largest)}, because descent diverges from 2 divided by the largest curvature on`,
    );
  const lambda = 1 / (rate * steps);
  const directions = Array.from(curvatures, (h) => {
    const left = power(Math.abs(1 - rate * h), steps) * (rate * h > 1 && steps % 2 ? -1 : 1);
    return { curvature: h, early: 1 - left, l2: h / (h + lambda) };
  });
  return readable({ lambda, directions }, (found) => {
    const rows = found.directions.map(({ curvature, early, l2 }) => [curvature, early, l2]);
    return `λ = ${short(found.lambda)}\n${table([['curvature', 'early stopping', 'L2'], ...rows])}`;
  });
}

/** The Hessian of the mean squared error of a linear model: 2/rows · XᵀX with centred columns. */
function hessianOf({ x, size, scale }: Dataset, n: number): Float64Array {
  const means = new Float64Array(n);
  for (let i = 0; i < size; i++) for (let j = 0; j < n; j++) means[j] += (scale * x[i * n + j]) / size;
  const hessian = new Float64Array(n * n);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < n; j++) {
      const a = (2 / size) * (scale * x[i * n + j] - means[j]);
      for (let k = 0; k < n; k++) hessian[j * n + k] += a * (scale * x[i * n + k] - means[k]);
    }
  return hessian;
}
