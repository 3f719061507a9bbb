import type { PolynomialOptions } from '../data/polynomialFeatures.js';
import { sizeOf } from '../graph/shape.js';
import { checkKeys, inRange } from '../options.js';
import { coordinateDescent } from './coordinateDescent.js';
import { centre, crossProducts, gram } from './design.js';
import { LinearModel, type Solver, withBias } from './linear.js';

export interface LassoOptions {
  /** λ of λ‖w‖₁, from 0. */
  lambda: number;
  /** Fits a polynomial of the features: the options of polynomialFeatures. */
  polynomial?: PolynomialOptions;
}

/** As precise as float64 allows. */
const EXACTLY = { most: 10_000, still: 1e-13 };

/** The lasso (Tibshirani 1996): finds the w and b that minimize mse + λ‖w‖₁, by coordinate descent in float64. Useless
 *  weights are exactly 0; the bias is not penalized. The mean is that of `ridge`. scikit-learn's Lasso(alpha) is λ =
 *  2·alpha.
 *  @example lasso({ lambda: 10 }).fit(train).weights.toArray() // [[0],[0]] */
export function lasso(options: LassoOptions): LinearModel {
  checkKeys('lasso', options, ['lambda', 'polynomial'], true);
  const lambda = inRange('lasso', 'lambda', options.lambda, 0);
  const solver: Solver = (design, data) => {
    const { inputs, shares } = design;
    const outputs = sizeOf(data.targetShape);
    const y = Float64Array.from(data.y);
    const targetMeans = centre(y, outputs, shares);
    // mse = wᵀGw − 2cᵀw + …; with several outputs, each has the factor of the mean over them.
    const h = gram(design).map((g) => (2 * g) / outputs);
    const c = crossProducts(design, y, outputs).map((v) => (2 * v) / outputs);
    const weights = new Float64Array(inputs * outputs);
    const l = new Float64Array(inputs).fill(lambda);
    for (let j = 0; j < outputs; j++) {
      const w = new Float64Array(inputs);
      const pull = Float64Array.from(w, (_, i) => c[i * outputs + j]);
      coordinateDescent(h, pull, l, w, EXACTLY);
      for (let i = 0; i < inputs; i++) weights[i * outputs + j] = w[i];
    }
    return withBias(weights, design, targetMeans);
  };
  return new LinearModel({ name: 'lasso', options: { ...options } }, solver, options.polynomial);
}
