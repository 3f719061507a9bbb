import { type Config, type Configured, configured } from '../config.js';
import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
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
}

/** A loss of the library: (output, target) → a mean, of tensors or of lists of numbers. With weights [n] it is the
 *  weighted mean Σ w·l / Σ w. */
export interface ConfiguredLoss extends Configured, Pick<Loss, 'labels' | 'weighted'> {
  (output: Operand, target: Operand, weights?: Operand): Tensor;
  fit?(target: Target): ConfiguredLoss;
}

/** The values whose mean is the loss: of rows or elements [n, …], with the loss's own weights [n] of the rows. */
type Each = Tensor | { readonly each: Tensor; readonly weights?: Tensor };

/** Makes a loss from the function that returns the values whose mean it is. */
export function loss(
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor) => Each,
  more: Pick<ConfiguredLoss, 'labels' | 'fit'> = {},
): ConfiguredLoss {
  const call = (output: Operand, target: Operand, given?: Operand): Tensor => {
    const found = f(asTensor(name, output, 'output'), asTensor(name, target, 'target'));
    const { each, weights: classWeights = undefined } = found instanceof Tensor ? { each: found } : found;
    const rows = given === undefined ? undefined : asTensor(name, given, 'weights');
    const weights =
      classWeights && rows ? mul(classWeights, reshape(rows, classWeights.shape)) : (classWeights ?? rows);
    if (!weights) return mean(each);
    const n = each.shape[0];
    if (weights.size !== n)
      throw new ShapeError(`${name}: ${weights.size} weights for ${n} rows; give one for each row`);
    const perRow = each.size / n;
    const total = sum(mul(reshape(each, [n, perRow]), reshape(weights, [n, 1])));
    // Where all weights are 0, the loss is 0.
    return div(total, maximum(scale(sum(weights), perRow), LEAST));
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
