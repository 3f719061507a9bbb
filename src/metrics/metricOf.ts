import { type Config, configOf, type Configured } from '../config.js';
import { realize } from '../compile/realize.js';
import { OptionError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { inShapeOf } from '../losses/lossOf.js';
import { notMade, uncalled } from '../made.js';
import { shown } from '../options.js';
import { isMade, type Metric } from './metric.js';

/** Calls of all factories, for messages. */
export const METRICS = [
  'accuracy()',
  'r2()',
  'f1()',
  'precision()',
  'recall()',
  'rocAuc()',
  'confusionMatrix()',
  'topK(3)',
];

/** One number, or a table as nested lists. */
export type Score = number | number[][];

/** A metric as evaluation calls it. */
export interface TakenMetric extends Configured {
  /** The score as a description, where it can be part of a program. */
  readonly described?: (output: Tensor, target: Tensor) => Tensor;
  /** The score of outputs and targets that have their numbers. */
  score(output: Tensor, target: Tensor): Score;
}

/** The metric that an option was given. A function of the user's own gets targets in the output's shape. */
export function metricOf(where: string, option: string, given: unknown): TakenMetric {
  if (typeof given !== 'function' || uncalled(given)) throw notMade(where, option, given, METRICS);
  const metric = given as Metric;
  if (isMade(metric)) {
    const score = (output: Tensor, target: Tensor): Score => scoreOf(metric(output, target));
    return { config: metric.config, score, ...(!metric.eager && { described: metric }) };
  }
  const config = configOf(metric, metric.name || 'metric');
  return { config, score: (output, target) => checked(config, metric(output, inShapeOf(output, target))) };
}

/** The numbers of what a metric gives. */
export const scoreOf = (t: Tensor): Score => nested(realize(t), t.shape);

/** One number, or a table as nested lists. */
export const nested = (values: Float32Array, shape: readonly number[]): Score =>
  values.length === 1
    ? values[0]
    : Array.from({ length: shape[0] }, (_, i) => [...values.subarray(i * shape[1], (i + 1) * shape[1])]);

/** What a metric of the user's own gives. */
function checked({ name }: Config, given: unknown): Score {
  if (typeof given === 'number') return given;
  if (!(given instanceof Tensor))
    throw new OptionError(`the metric '${name}' gives ${shown(given)}; it must give one number, or a tensor of one`);
  const isTable = given.shape.length === 2 && given.shape.every((size) => size > 1);
  if (given.size === 1 || isTable) return scoreOf(given);
  throw new ShapeError(
    `the metric '${name}' gives ${show(given.shape)}; it must give one number: end it with .mean(); or a table [rows, columns]`,
  );
}
