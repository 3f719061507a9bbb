import { configOf, type Configured, isMade } from '../config.js';
import { realize } from '../compile/realize.js';
import type { Target } from '../data/target.js';
import { Tensor } from '../graph/tensor.js';
import { inShapeOf, noNumber } from '../losses/lossOf.js';
import { notMade, uncalled } from '../made.js';
import type { ConfiguredMetric, Metric } from './metric.js';

/** One number, or a table as nested lists. */
export type Score = number | number[][];

/** A metric in the form in which evaluation calls it. */
export interface TakenMetric extends Configured {
  /** The score as a tensor, where it can be part of a program. */
  readonly described?: (output: Tensor, target: Tensor, weights?: Tensor) => Tensor;
  /** The score of outputs and targets whose values are known. */
  score(output: Tensor, target: Tensor, weights?: Tensor): Score;
}

/** Checks a metric that was given as an option. A user's own function gets targets in the shape of the output, and may
 *  read all values. Where the target is known, a class may be called by its name. */
export function metricOf(where: string, option: string, given: unknown, target?: Target): TakenMetric {
  if (typeof given !== 'function' || uncalled(given)) throw notMade(where, option, given, 'accuracy() or r2()');
  if (isMade(given)) {
    const found = given as ConfiguredMetric;
    const metric = target && found.fit ? found.fit(target) : found;
    const score = (...all: [Tensor, Tensor, Tensor?]): Score => scoreOf(metric(...all));
    return { config: metric.config, score, ...(!metric.eager && { described: metric }) };
  }
  const metric = given as Metric;
  const config = configOf(metric, metric.name || 'metric');
  const score = (output: Tensor, target: Tensor): Score => {
    const fitting = inShapeOf(output, target);
    const value: unknown = metric(output, fitting);
    if (typeof value === 'number') return value;
    const { size, shape } = value instanceof Tensor ? value : { size: 0, shape: [] };
    if (size === 1 || (shape.length === 2 && Math.min(...shape) > 1)) return scoreOf(value as Tensor);
    throw noNumber('metric', config, value, output, fitting);
  };
  return { config, score };
}

const scoreOf = (t: Tensor): Score => nested(realize(t), t.shape);

/** Converts values of this shape to a score; a table has two axes. */
export const nested = (values: Float32Array, [rows, columns]: readonly number[]): Score =>
  values.length === 1
    ? decimal(values[0])
    : Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);

/** The shortest decimal that rounds to this float32: 0.74, and not 0.7400000095367432. */
function decimal(x: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return x;
}
