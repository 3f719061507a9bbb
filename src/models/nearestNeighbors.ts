import type { Configured } from '../config.js';
import type { Dataset } from '../data/columns.js';
import { DataError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Examples } from '../nn/examples.js';
import { checkKeys, integer } from '../options.js';
import { neighbours } from './neighbours.js';
import { fitted, learnable, numbersOf, predictable } from './rows.js';

/** A model that predicts from the training rows themselves. */
export interface NearestNeighbors extends Configured {
  /** The rows that it keeps; undefined before `fit`. */
  readonly data?: Dataset;
  /** Keeps the rows, and returns this model. Throws a LeakageError for a sealed set, a DataError where there are fewer than k rows. */
  fit(data: Dataset): NearestNeighbors;
  /** Labels [n], or values in the shape of the targets. */
  predict(x: Examples): Tensor;
}

/** The k nearest neighbours (Cover & Hart 1967): each row gets the class that most of the k nearest training rows have,
 *  or the mean of their values. Distances are Euclidean and exact. Of equally near rows those with the lower index
 *  count, of equally frequent classes the lowest wins. With k = 1, the largest capacity possible, the training error is
 *  0 (unless equal rows have different labels), whatever the test error is. Weights of rows are respected.
 *  @example nearestNeighbors({ k: 3 }).fit(train).predict(validation).shape // [9] */
export function nearestNeighbors(options: { k?: number } = {}): NearestNeighbors {
  const name = 'nearestNeighbors';
  checkKeys(name, options, ['k']);
  const k = integer(name, 'k', options.k ?? 1, 1);
  let learned: Dataset | undefined;
  const model: NearestNeighbors = {
    config: { name, options: { ...options } },
    get data() {
      return learned;
    },
    fit(data) {
      const rows = learnable(`${name}.fit`, data);
      if (rows.size < k)
        throw new DataError(`${name}.fit: ${rows.size} rows have no ${k} nearest; give more rows or a smaller k`);
      learned = rows;
      return model;
    },
    predict(x) {
      const known = fitted(name, learned);
      const rows = predictable(name, x, known.shape);
      const answer = known.kind === 'classes' ? majority(known) : meanOf(known);
      const width = sizeOf(known.targetShape);
      const values = new Float32Array(rows.size * width);
      let row = 0;
      for (const near of neighbours(numbersOf(known), numbersOf(rows), sizeOf(known.shape), k))
        values.set(answer(near), width * row++);
      return constant(values, [rows.size, ...known.targetShape]);
    },
  };
  return model;
}

/** The joint answer of the rows `near`. */
type Answer = (near: readonly number[]) => ArrayLike<number>;

const majority =
  ({ y, classes, weights }: Dataset): Answer =>
  (near) => {
    const votes = new Float64Array(classes);
    for (const row of near) votes[y[row]] += weights?.[row] ?? 1;
    let most = 0;
    for (let label = 1; label < classes; label++) if (votes[label] > votes[most]) most = label;
    return [most];
  };

const meanOf =
  ({ y, targetShape, weights }: Dataset): Answer =>
  (near) => {
    const mean = new Float64Array(sizeOf(targetShape));
    const total = near.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0);
    for (const row of near)
      for (let i = 0; i < mean.length; i++) mean[i] += ((weights?.[row] ?? 1) / total) * y[row * mean.length + i];
    return mean;
  };
