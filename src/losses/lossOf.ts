import { type Config, configOf, type Configured } from '../config.js';
import { OptionError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { notMade, uncalled } from '../made.js';
import { shown } from '../options.js';
import { reshape } from '../ops/reshape.js';
import { isMade, type Loss } from './loss.js';

/** Calls of all factories, for messages. */
export const LOSSES = ['crossEntropy()', 'mse()', 'mae()', 'huber()', 'binaryCrossEntropy()', 'hinge()'];

/** A loss as training calls it. */
export type TakenLoss = Loss & Configured;

/** The loss that an option was given. A function of the user's own gets targets in the output's shape, and must give one number. */
export function lossOf(where: string, option: string, given: unknown): TakenLoss {
  if (typeof given !== 'function' || uncalled(given)) throw notALoss(where, option, given);
  const own = given as Loss;
  if (isMade(own)) return own;
  const config = configOf(own, own.name || 'loss');
  const call = (output: Tensor, target: Tensor, weights?: Tensor): Tensor =>
    single(config, own(output, inShapeOf(output, target), ...(weights ? [weights] : [])), output, target);
  return Object.assign(call, { config, labels: own.labels, weighted: own.weighted });
}

export const notALoss = (where: string, option: string, given: unknown): OptionError =>
  notMade(where, option, given, LOSSES);

/** The target in the output's shape where they differ by axes of size 1 only: [n] for [n, 1], which would broadcast to [n, n]. */
export function inShapeOf(output: Tensor, target: Tensor): Tensor {
  const long = (t: Tensor): string => String(t.shape.filter((size) => size > 1));
  return output.shape.length !== target.shape.length && long(output) === long(target)
    ? reshape(target, output.shape)
    : target;
}

/** What a loss of the user's own gives, as a scalar. */
function single({ name }: Config, given: unknown, output: Tensor, target: Tensor): Tensor {
  if (!(given instanceof Tensor))
    throw new OptionError(
      `the loss '${name}' gives ${shown(given)}; it must give a tensor of one number, made of outputs and targets by ops`,
    );
  if (given.size === 1) return reshape(given, []);
  const [o, t] = [show(output.shape), show(inShapeOf(output, target).shape)];
  const [of, way] =
    o === t ? ['', ''] : [` for output ${o} and target ${t}`, ', and bring output and target into one shape before'];
  throw new ShapeError(
    `the loss '${name}' gives ${show(given.shape)}${of}; it must give one number: end it with .mean()${way}`,
  );
}
