import { type Configured, made } from '../config.js';
import { OptionError } from '../errors.js';
import { sizeOf } from '../graph/shape.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import { realize } from '../compile/realize.js';
import { checkKeys, flag, integer, oneOf } from '../options.js';
import { checkDataset, type Dataset } from './columns.js';

export interface PolynomialOptions {
  degree: number;
  /** `'grid'` (default): each feature's power is at most the degree; `'total'`: their sum is. */
  powers?: 'grid' | 'total';
  /** Whether a column of ones is included. Default true. */
  bias?: boolean;
}
export interface PolynomialFeatures extends Configured {
  apply(data: Dataset): Dataset;
  /** x [n, features] → [n, columns] */
  apply(x: Tensor): Tensor;
  /** The power of each feature in each column, for this many features. */
  exponents(features: number): number[][];
}
const MOST = 10_000;

/** Computes products of powers of the features, ordered by the first feature's power, then the second's: x₁⁰x₂⁰, x₁⁰x₂¹, … A linear model of
 *  them is a polynomial, whose capacity is the degree.
 *  @example polynomialFeatures({ degree: 3 }).apply(train) */
export const polynomialFeatures = (options: PolynomialOptions): PolynomialFeatures => powersOf(NAME, options);
const NAME = 'polynomialFeatures';

/** Makes such a step for an option of another function, whose name is in messages. */
export function powersOf(name: string, options: PolynomialOptions): PolynomialFeatures {
  checkKeys(name, options, ['degree', 'powers', 'bias'], true);
  const degree = integer(name, 'degree', options.degree, 0, MOST);
  const powers = oneOf(name, 'powers', options.powers ?? 'grid', ['grid', 'total']);
  const bias = flag(name, 'bias', options.bias ?? true);

  const exponents = (features: number): number[][] => {
    integer(name, 'features', features, 1, MOST);
    let rows: number[][] = [[]];
    const left = (row: readonly number[]): number =>
      powers === 'grid' ? degree : degree - row.reduce((a, b) => a + b, 0);
    for (let i = 0; i < features; i++) {
      // Columns are counted before they are listed.
      if (rows.reduce((sum, row) => sum + left(row) + 1, 0) > MOST)
        throw new OptionError(
          `${name}: degree ${degree} of ${features} features gives more than ${MOST} columns; use powers: 'total' or fewer features`,
        );
      rows = rows.flatMap((row) => Array.from({ length: left(row) + 1 }, (_, power) => [...row, power]));
    }
    const kept = rows.filter((row) => bias || row.some((power) => power > 0));
    if (!kept.length)
      throw new OptionError(`${name}: degree ${degree} without bias has no columns; use a degree from 1`);
    return kept;
  };

  const expanded = (
    x: ArrayLike<number>,
    scale: number,
    features: number,
  ): { values: Float32Array; columns: number } => {
    const table = exponents(features);
    const rows = x.length / features;
    const values = new Float32Array(rows * table.length);
    // xᵖ is a repeated product, which is the same in every engine.
    const ladder = Array.from({ length: features }, () => new Float64Array(degree + 1).fill(1));
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < features; i++)
        for (let p = 1; p <= degree; p++) ladder[i][p] = ladder[i][p - 1] * x[row * features + i] * scale;
      table.forEach((powersOf, column) => {
        values[row * table.length + column] = powersOf.reduce((product, p, i) => product * ladder[i][p], 1);
      });
    }
    return { values, columns: table.length };
  };

  function apply(data: Dataset): Dataset;
  function apply(x: Tensor): Tensor;
  function apply(given: Dataset | Tensor): Dataset | Tensor {
    if (given instanceof Tensor) {
      const { values, columns } = expanded(realize(given), 1, sizeOf(given.shape.slice(1)));
      return constant(values, [given.shape[0], columns]);
    }
    checkDataset(`${name}.apply`, given);
    const { values, columns } = expanded(given.x, given.scale, sizeOf(given.shape));
    return given.with({ x: values, scale: 1, shape: [columns], featureNames: undefined, fields: undefined });
  }
  return made({ config: { name: NAME, options: { degree, powers, bias } }, apply, exponents });
}
