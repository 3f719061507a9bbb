import { type Config, configOf, type Configured, isMade } from '../config.js';
import { OptionError, type RegulusError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { notMade, uncalled } from '../made.js';
import { shown } from '../options.js';
import { reshape } from '../ops/reshape.js';
import type { Loss } from './loss.js';

/** A loss in the form in which training calls it. */
export type TakenLoss = Loss & Configured;

/** Checks a loss that was given as an option. A user's own function gets targets in the shape of the output, and must
 *  return one number. */
export function lossOf(where: string, option: string, given: unknown): TakenLoss {
  if (typeof given !== 'function' || uncalled(given)) throw notMade(where, option, given, 'crossEntropy() or mse()');
  if (isMade(given)) return given as TakenLoss;
  const loss = given as Loss;
  const config = configOf(loss, loss.name || 'loss');
  const call = (output: Tensor, target: Tensor, weights?: Tensor): Tensor => {
    const fitting = inShapeOf(output, target);
    const value: unknown = weights ? loss(output, fitting, weights) : loss(output, fitting);
    if (value instanceof Tensor && value.size === 1) return reshape(value, []);
    throw noNumber('loss', config, value, output, fitting);
  };
  return Object.assign(call, { config, labels: loss.labels, weighted: loss.weighted });
}

/** The target in the output's shape where they differ by axes of size 1 only: [n] for [n, 1], which would broadcast to [n, n]. */
export function inShapeOf(output: Tensor, target: Tensor): Tensor {
  const long = ({ shape }: Tensor): string => String(shape.filter((size) => size > 1));
  const differ = output.shape.length !== target.shape.length;
  return differ && long(output) === long(target) ? reshape(target, output.shape) : target;
}

/** The error for a user's own loss or metric that does not return one number. */
export function noNumber(
  what: 'loss' | 'metric',
  { name }: Config,
  given: unknown,
  output: Tensor,
  target: Tensor,
): RegulusError {
  const [Kind, found, way] =
    given instanceof Tensor
      ? [ShapeError, show(given.shape), ': end it with .mean()']
      : [OptionError, shown(given), what === 'loss' ? ', as a tensor' : ''];
  return new Kind(
    `the ${what} '${name}' returns ${found} for output ${show(output.shape)} and target ${show(target.shape)}; it must return one number${way}`,
  );
}
