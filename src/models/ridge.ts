import type { PolynomialOptions } from '../data/polynomialFeatures.js';
import { sizeOf } from '../graph/shape.js';
import { checkKeys, inRange } from '../options.js';
import { centre } from './design.js';
import { leastSquares } from './leastSquares.js';
import { LinearModel, type Solver, withBias } from './linear.js';

export interface RidgeOptions {
  /** λ of (λ/2)‖w‖², from 0. */
  lambda: number;
  /** Fits a polynomial of the features: the options of polynomialFeatures. */
  polynomial?: PolynomialOptions;
}

/** Ridge regression: finds the w and b that minimize mse + (λ/2)‖w‖², by least squares in float64. The bias is not
 *  penalized, so a constant feature gets the weight 0. The mean is over rows and outputs, as in `mse`, and weighted
 *  where rows have weights. scikit-learn's Ridge(alpha) for n rows is λ = 2·alpha/n. With λ = 0 features that depend on
 *  others before them get the weight 0.
 *  @example ridge({ lambda: 0.1 }).fit(train).weights.shape // [2,1] */
export function ridge(options: RidgeOptions): LinearModel {
  checkKeys('ridge', options, ['lambda', 'polynomial'], true);
  const lambda = inRange('ridge', 'lambda', options.lambda, 0);
  const solver: Solver = (design, data) => {
    const { rows, inputs, x, shares } = design;
    const outputs = sizeOf(data.targetShape);
    const y = Float64Array.from(data.y);
    const targetMeans = centre(y, outputs, shares);
    // λ/2 ‖w‖² is the squared error of additional rows, √(λ/2) times the identity, with targets 0.
    const pull = Math.sqrt((lambda * outputs) / 2);
    const length = rows + (lambda > 0 ? inputs : 0);
    const columnsOf = (values: Float64Array, columns: number): Float64Array[] =>
      Array.from({ length: columns }, (_, j) => {
        const column = new Float64Array(length);
        for (let row = 0; row < rows; row++) column[row] = Math.sqrt(shares[row]) * values[row * columns + j];
        return column;
      });
    const columns = columnsOf(x, inputs);
    if (lambda > 0)
      columns.forEach((column, j) => {
        if (column.some((v) => v !== 0)) column[rows + j] = pull;
      });
    const solutions = leastSquares(columns, columnsOf(y, outputs));
    const weights = Float64Array.from(
      { length: inputs * outputs },
      (_, i) => solutions[i % outputs][Math.floor(i / outputs)],
    );
    return withBias(weights, design, targetMeans);
  };
  return new LinearModel({ name: 'ridge', options: { ...options } }, solver, options.polynomial);
}
