import { type Config, type Configured, configured } from '../config.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensor, type Operand } from '../ops/operand.js';

/** What fit and evaluate take as a metric: a function of the outputs and targets of a whole set that returns one
 *  number, as a number or as a tensor, or a table [rows, columns]; or the result of accuracy() and its like. A function
 *  of your own may read the values of its arguments: `(outputs, targets) => outputs.data()…`. */
export interface Metric {
  (output: Tensor, target: Tensor): Tensor | number;
  /** A name for the history and messages. Default: the function's, or 'metric'. */
  readonly config?: Config;
}

/** A metric of the library, of tensors or of lists of numbers. */
export interface ConfiguredMetric extends Configured {
  (output: Operand, target: Operand): Tensor;
  /** Whether it reads the values of its arguments, for example to sort them, so that it cannot be part of a program. */
  readonly eager?: boolean;
}

export const metric = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor) => Tensor,
  eager = false,
): ConfiguredMetric => {
  const call = (output: Operand, target: Operand): Tensor =>
    f(asTensor(name, output, 'output'), asTensor(name, target, 'target'));
  return Object.assign(configured(name, options, call), eager && { eager });
};
