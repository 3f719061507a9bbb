import { type Config, type Configured, configured } from '../config.js';
import { ShapeError } from '../errors.js';
import { isLead, show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { div, maximum, mul, scale } from '../ops/arithmetic.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import type { Target } from '../data/target.js';

/** What fit, trainStep and evaluate take as a loss: a function of outputs and targets that returns one number to
 *  minimize, such as `(output, target) => output.sub(target).abs().mean()`, or the result of mse() and its like. */
export interface Loss {
  (output: Tensor, target: Tensor, weights?: Tensor): Tensor;
  /** A name for the history and messages. Default: the function's, or 'loss'. */
  readonly config?: Config;
  /** Whether targets are class labels where the output has one more axis: they must be whole numbers below its last
   *  size. */
  readonly labels?: boolean;
  /** Whether the loss takes weights of rows; without it, the `weights` of a data set are refused. */
  readonly weighted?: boolean;
  /** Returns the loss for the targets of a training set, where the loss depends on it. */
  fit?(target: Target): Loss;
  /** Returns the row of outputs that makes the loss least among all constant ones, where it is not the targets' mean or its
   *  logarithm or log-odds. @internal */
  answer?(known: Known): readonly number[];
  /** The loss that evaluation tells, where it is in other units than the one that training makes small. @internal */
  readonly judged?: Loss;
}

/** The targets of a set, for the best constant answer. */
export interface Known {
  /** Row after row, `width` numbers each. */
  readonly values: ArrayLike<number>;
  readonly width: number;
  /** The weight of each row. */
  readonly weights: ArrayLike<number>;
  /** The numbers of a row of outputs. */
  readonly units: number;
}

/** A loss of the library: (output, target) → a mean, of tensors or of lists of numbers. With weights it is the weighted mean
 *  Σ w·l / Σ w: of rows [n], or of the steps [n, t] or places [n, h, w] that each row has. */
export interface ConfiguredLoss extends Configured, Pick<Loss, 'labels' | 'weighted'> {
  (output: Operand, target: Operand, weights?: Operand): Tensor;
  /** As of a loss. @internal */
  readonly answer?: Loss['answer'];
  fit?(target: Target): ConfiguredLoss;
}

/** The values whose mean is the loss: of rows or elements [n, …], with the loss's own weights of the same shape. */
type Each = Tensor | { readonly each: Tensor; readonly weights?: Tensor };

/** Makes a loss from the function that returns the values whose mean it is. */
export function loss(
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor) => Each,
  more: Pick<ConfiguredLoss, 'labels' | 'fit' | 'answer'> = {},
): ConfiguredLoss {
  const call = (output: Operand, target: Operand, given?: Operand): Tensor => {
    const found = f(asTensor(name, output, 'output'), asTensor(name, target, 'target'));
    const { each, weights: own = undefined } = found instanceof Tensor ? { each: found } : found;
    const weights = given === undefined ? own : asTensor(name, given, 'weights');
    if (!weights) return mean(each);
    const n = weights.size;
    if (!isLead(n, each.shape))
      throw new ShapeError(`${name}: ${n} weights for ${each.shape[0]} rows; give one for each row`);
    const block = (t: Tensor): Tensor => reshape(t, [n, t.size / n]);
    const all = own && own !== weights ? mul(block(own), block(weights)) : block(weights);
    // Where all weights are 0, the loss is 0.
    return div(sum(mul(block(each), all)), maximum(scale(sum(all), each.size / all.size), LEAST));
  };
  return Object.assign(configured(name, options, call), { labels: false, weighted: true, ...more });
}
const LEAST = 1e-30;

/** The target in the output's shape: [n] for [n, 1]. It is never broadcast, which would compare each row with all
 *  others. */
export function aligned(name: string, output: Tensor, target: Tensor): Tensor {
  if (output.size !== target.size)
    throw new ShapeError(
      `${name}: output ${show(output.shape)} and target ${show(target.shape)} must have equally many elements`,
    );
  return reshape(target, output.shape);
}
