import {
  checkKeys,
  DataError,
  type Dataset,
  type Examples,
  isGiven,
  type Model,
  type Pipeline,
  type RawExamples,
  readable,
  refuse,
  refuseSealed,
  ShapeError,
  short,
  type Tensor,
  UnsupportedError,
} from '../index.js';
import { checkPair, type Judged, known, logitsAndLabels, outputsOf, pipelineOf } from './answers.js';
import { type Ends, endsOf, endsAndValues } from './quantiles.js';
import { logitsOf, softmaxOf } from './rows.js';

/** Answers with a guarantee. */
export interface Conformal {
  /** Which answers there are: sets of classes, or intervals of values. */
  readonly kind: 'classes' | 'values';
  /** The largest score that an answer may have: 1 − its probability, its distance from the prediction, or how far it is beyond the
   *  quantiles, negative between them. Infinity where the calibration set is too small for alpha; then every class and every value is possible. */
  readonly threshold: number;
  /** The share of answers that may be wrong. */
  readonly alpha: number;
  /** A list for each row: the possible classes in ascending order, by name where a pipeline's training set had names, or [low, high]. A
   *  set may be empty: then no class is probable enough. */
  predict(x: Examples | RawExamples): (number | string)[][];
}

export interface ConformalOptions {
  /** The share of answers that may be wrong. Default 0.1. */
  alpha?: number;
  /** The outputs that are a low and a high quantile: columns such as [0, 1], or names of heads. Default: the output is the prediction. */
  quantiles?: Ends;
}

/** Answers of a model that hold the truth with a probability of at least 1 − alpha (default alpha = 0.1): a set of classes, or an interval
 *  about a value (split conformal prediction: Vovk et al. 2005; Sadinle, Lei & Wasserman 2019). On average over calibration sets and new
 *  rows, the probability is from 1 − alpha to 1 − alpha + 1/(n + 1) for n calibration rows, whatever the model and the data are, as long
 *  as calibration rows and new ones are drawn alike. A poor model has large sets and wide intervals.
 *
 *  Intervals about a prediction are equally wide everywhere. With `quantiles`, they are wide where values scatter: the model predicts a low and a high
 *  quantile, as it learns by quantile([alpha/2, 1 − alpha/2]), and both ends are moved by one threshold (Romano, Patterson & Candès 2019).
 *
 *  `data` are rows that the model was not trained on and not chosen by. The score of a row is 1 − p[label], |y − prediction|, or
 *  max(low − y, y − high), and the threshold the ⌈(n + 1)(1 − alpha)⌉-th smallest. Rows without a target are left out, weights are not respected. Throws a LeakageError
 *  for a sealed set; predict takes one, and counts it.
 *  @example conformal(model, validation, { alpha: 0.2 }).predict([[1, 2]]).length // 1 */
export function conformal(model: Model | Pipeline, data: Dataset, options: ConformalOptions = {}): Conformal {
  const where = 'conformal';
  checkKeys(where, options, ['alpha', 'quantiles']);
  const { alpha = 0.1, quantiles } = options;
  if (!(typeof alpha === 'number' && alpha > 0 && alpha < 1))
    refuse(where, 'alpha', alpha, 'a number above 0 and below 1, the share of answers that may be wrong');
  refuseSealed(where, data);
  if (isGiven(quantiles)) return betweenQuantiles(model, data, alpha, quantiles as Ends);
  checkPair(where, model, data);
  const { kind } = data;
  const scores = kind === 'classes' ? ofClasses(model, data) : ofValues(model, data);
  const threshold = thresholdOf(scores, alpha);
  const names = pipelineOf(model)?.source.classNames;
  const predict = (x: Examples | RawExamples): (number | string)[][] => {
    const output = outputsOf(where, model, x as Dataset);
    return kind === 'classes' ? sets(output, threshold, names) : intervals(output, threshold);
  };
  return readable({ kind, threshold, alpha, predict }, () =>
    kind === 'classes'
      ? `sets of classes with a probability of at least ${short(1 - threshold)} hold the right one in ${short(100 * (1 - alpha))} % of rows`
      : `values lie within ${short(threshold)} of the prediction in ${short(100 * (1 - alpha))} % of rows`,
  );
}

function betweenQuantiles(model: Judged, data: Dataset, alpha: number, quantiles: Ends): Conformal {
  const found = endsAndValues(model, data, quantiles);
  const scores = found.map(({ low, high, y }) => Math.max(low - y, y - high));
  const threshold = thresholdOf(Float64Array.from(scores), alpha);
  const predict = (x: Examples | RawExamples): number[][] =>
    endsOf(model.predict(x as never), quantiles).map(({ low, high }) => {
      const ends = [low - threshold, high + threshold];
      // Where both ends have passed one another, no value is as close; the middle stands for none.
      return ends[0] <= ends[1] ? ends : [(low + high) / 2, (low + high) / 2];
    });
  return readable({ kind: 'values', threshold, alpha, predict } as const, () =>
    Number.isFinite(threshold)
      ? `between the quantiles, moved ${threshold < 0 ? 'inwards' : 'outwards'} by ${short(Math.abs(threshold))}, lie ${short(100 * (1 - alpha))} % of values`
      : 'the calibration set is too small for alpha: every value is possible',
  );
}

function ofClasses(model: Judged, data: Dataset): Float64Array {
  const { logits, labels } = logitsAndLabels('conformal', model, data);
  const p = softmaxOf(logits).values;
  return Float64Array.from(labels, (label, row) => 1 - p[row * logits.columns + label]);
}

function ofValues(model: Judged, data: Dataset): Float64Array {
  const predictions = singles(outputsOf('conformal', model, data));
  const { y, size } = data;
  if (y.length !== size)
    throw new UnsupportedError(`conformal: intervals are of single values; y has ${y.length / size} for each row`);
  if (predictions.length !== size)
    throw new ShapeError(`conformal: the model predicts ${predictions.length} values for ${size} rows`);
  return Float64Array.from(known(data), (row) => Math.abs(y[row] - predictions[row]));
}

/** One finite value for each row. */
function singles(output: Tensor): Float32Array {
  const values = output.data();
  if (values.length !== output.shape[0])
    throw new UnsupportedError(
      `conformal: intervals are of single values, and the model gives ${values.length / output.shape[0]} for each row; where two of them are quantiles, say which: { quantiles: [0, 1] }`,
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`conformal: the model's prediction for row ${bad} is ${values[bad]}`);
  return values;
}

/** The r-th smallest score, r = ⌈(n + 1)(1 − α)⌉. */
function thresholdOf(scores: Float64Array, alpha: number): number {
  if (!scores.length)
    throw new DataError('conformal: no row of this set has a target; give a set in which some have it');
  // What is a whole number but for rounding is that number.
  const r = Math.ceil((scores.length + 1) * (1 - alpha) - 1e-9);
  return r > scores.length ? Number.POSITIVE_INFINITY : scores.sort()[r - 1];
}

function sets(output: Tensor, threshold: number, names?: readonly string[]): (number | string)[][] {
  const { values: p, rows, columns } = softmaxOf(logitsOf('conformal', output));
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, k) => k)
      .filter((k) => 1 - p[row * columns + k] <= threshold)
      .map((k) => names?.[k] ?? k),
  );
}

const intervals = (output: Tensor, threshold: number): number[][] =>
  Array.from(singles(output), (value) => [value - threshold, value + threshold]);
