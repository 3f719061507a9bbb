import { type Config, type Configured, configured } from '../config.js';
import type { Target } from '../data/target.js';
import { ShapeError } from '../errors.js';
import { isLead } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { div, maximum, mul } from '../ops/arithmetic.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { expand, mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';

/** What fit and evaluate take as a metric: a function of the outputs and targets of a whole set that returns one
 *  number, as a number or as a tensor, or a table [rows, columns]; or the result of accuracy() and its like. A function
 *  of your own may read the values of its arguments: `(outputs, targets) => outputs.data()…`. */
export interface Metric {
  (output: Tensor, target: Tensor): Tensor | number;
  /** A name for the history and messages. Default: the function's, or 'metric'. */
  readonly config?: Config;
}

/** A metric of the library, of tensors or of lists of numbers. With weights, of rows [n] or of the steps [n, t] that each has,
 *  every row counts as often as its weight says, as with scikit-learn's `sample_weight`. */
export interface ConfiguredMetric extends Configured {
  (output: Operand, target: Operand, weights?: Operand): Tensor;
  /** Whether it reads the values of its arguments, for example to sort them, so that it cannot be part of a program. */
  readonly eager?: boolean;
  /** Returns the metric for a target, where it names one of its classes. */
  fit?(target: Pick<Target, 'name' | 'classNames'>): ConfiguredMetric;
}

export const metric = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor, weights?: Tensor) => Tensor,
  more: Pick<ConfiguredMetric, 'eager' | 'fit'> = {},
): ConfiguredMetric => {
  const call = (output: Operand, target: Operand, given?: Operand): Tensor => {
    const [o, t] = [asTensor(name, output, 'output'), asTensor(name, target, 'target')];
    const weights = given === undefined ? undefined : asTensor(name, given, 'weights');
    if (weights && !isLead(weights.size, t.shape)) throw unfit(name, weights, t.shape[0]);
    return f(o, t, weights);
  };
  return Object.assign(configured(name, options, call), more);
};

const unfit = (name: string, { size }: Tensor, n = 1): ShapeError =>
  new ShapeError(`${name}: ${size} weights for ${n} rows; give one for each row`);

/** The weights of n rows, where there are weights. A row of several steps gives its weight to each. */
export function weightsOf(name: string, weights: Tensor | undefined, n: number): Tensor | undefined {
  if (!weights) return undefined;
  const { size } = weights;
  if (n % size) throw unfit(name, weights, n);
  return reshape(expand(reshape(weights, [size, 1]), [size, n / size]), [n]);
}

/** The weighted mean of numbers of rows [n]. */
export function averaged(name: string, each: Tensor, given: Tensor | undefined): Tensor {
  const weights = weightsOf(name, given, each.size);
  return weights ? div(sum(mul(each, weights)), maximum(sum(weights), 1e-30)) : mean(each);
}
