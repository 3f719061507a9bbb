import type { Dataset } from '../../src/data/columns.js';
import { dataset, standardize } from '../../src/data/index.js';
import { json, type Numbers, text } from '../fixtures/index.js';

interface Weights {
  readonly coef: readonly number[];
  readonly intercept: number;
}
interface Logistic {
  readonly cases: readonly {
    readonly C: number;
    readonly l2_lambda_mean_form: number;
    readonly objective_mean: number;
    readonly train_acc: number;
    readonly coef: Numbers;
    readonly intercept: readonly number[] | Numbers;
  }[];
}
interface ClosedForms {
  readonly ridge_diabetes: {
    readonly n: number;
    readonly cases: readonly (Weights & { alpha: number; sse: number })[];
  };
  readonly lasso_diabetes: {
    readonly cases: readonly (Weights & { alpha: number; objective: number; n_zero: number })[];
    readonly elastic_net: Weights & { readonly alpha: number; readonly l1_ratio: number };
    readonly path: { readonly alpha_max: number; readonly alphas: readonly number[]; readonly coefs: Numbers };
  };
  readonly logreg_breast_cancer: Logistic;
  readonly logreg_iris: Logistic;
  readonly logreg_wine: Logistic;
  readonly knn_digits: { readonly accuracy: Readonly<Record<string, number>>; readonly errors_1nn: number };
  readonly early_stopping_vs_l2: {
    readonly H: Numbers;
    readonly w_star: Numbers;
    readonly lam: Numbers;
    readonly eps: number;
    readonly cases: readonly {
      readonly tau: number;
      readonly alpha: number;
      readonly w_gd: readonly number[];
      readonly w_ridge: readonly number[];
      readonly rel_distance: number;
    }[];
    readonly exact: readonly { readonly tau: number; readonly per_direction_alpha: readonly number[] }[];
  };
  readonly l1_soft_threshold_diagonal_quadratic: {
    readonly lam: Numbers;
    readonly w_star: Numbers;
    readonly cases: readonly {
      readonly alpha: number;
      readonly w: readonly number[];
      readonly l2_w: readonly number[];
    }[];
  };
  readonly norm_constraint: {
    readonly r: number;
    readonly alpha: number;
    readonly w: readonly number[];
    readonly lam: Numbers;
    readonly w_star: Numbers;
  };
  readonly noise_and_dropout_linear_regression: {
    readonly X: Numbers;
    readonly y: Numbers;
    readonly noise: { readonly sigma2: number; readonly w: readonly number[] };
    readonly input_dropout: {
      readonly keep: number;
      readonly w: readonly number[];
      readonly w_scaled_inference: readonly number[];
    };
  };
  readonly dropout_weight_scaling_softmax: {
    readonly x: Numbers;
    readonly W: Numbers;
    readonly b: Numbers;
    readonly geometric_ensemble: readonly number[];
    readonly scaled_weights: readonly number[];
    readonly arithmetic_ensemble: readonly number[];
  };
  readonly label_smoothing_optimum: Readonly<
    Record<
      'torch_convention' | 'goodfellow_convention',
      { readonly p_correct: number; readonly p_other: number; readonly min_loss: number; readonly logit_gap: number }
    >
  > & { readonly K: number; readonly eps: number };
  readonly polynomial_capacity: {
    readonly x: Numbers;
    readonly y: Numbers;
    readonly cases: readonly {
      readonly degree: number;
      readonly ridge_alpha?: number;
      readonly coef: readonly number[];
      readonly train_mse: number;
      readonly test_mse: number;
    }[];
  };
  readonly finite_difference: {
    readonly points: readonly { readonly x: number; readonly y: number; readonly f: number; readonly df: number[] }[];
  };
}
export const truth = json<ClosedForms>('closed_forms.json');

/** A table whose features have mean 0 and standard deviation 1 over all rows. */
export function table(name: 'breast_cancer' | 'diabetes_raw' | 'iris' | 'wine', target: string): Dataset {
  const data = dataset.fromCsv(text(`tabular/${name}.csv`), { target });
  return standardize.fit(data).apply(data);
}

/** The rows of a matrix. */
export const rowsOf = ({ shape: [n, width], data }: Numbers): number[][] =>
  Array.from({ length: n }, (_, i) => data.slice(i * width, (i + 1) * width));

/** Adds each row a second time with all signs reversed, so that the means and the best bias are 0. Errors and gradients
 *  of w do not change. */
export const mirrored = (x: readonly (readonly number[])[], y: readonly number[]): Dataset =>
  dataset({
    x: [...x, ...x.map((row) => row.map((v) => -v))],
    y: Float32Array.from([...y, ...y.map((v) => -v)]),
    classes: false,
  });

/** Data on which mse is ½ Σ λᵢ(wᵢ − w*ᵢ)². */
export const diagonal = (lam: readonly number[], star: readonly number[]): Dataset => {
  const rows = lam.map((l, i) => lam.map((_, j) => (i === j ? Math.sqrt((l * lam.length) / 2) : 0)));
  return mirrored(
    rows,
    rows.map((row, i) => row[i] * star[i]),
  );
};

/** The largest difference, relative to the truth's size where that is above 1. */
export const difference = (found: ArrayLike<number>, expected: readonly number[]): number =>
  expected.reduce((most, t, i) => Math.max(most, Math.abs(found[i] - t) / Math.max(1, Math.abs(t))), 0);
