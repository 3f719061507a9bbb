import { DivergenceError } from '../errors.js';
import type { Inside } from '../nn/model.js';
import type { Updater } from './updater.js';

/** Makes the error for a loss or gradient that is not finite. It names the update and the first layer, and carries the parameters
 *  from before the update. */
export function divergence(updater: Updater, step: number, loss: number): DivergenceError {
  const { parameters } = updater.inside;
  const trained = parameters.segments.filter(({ trainable }) => trainable);
  const sizes = trained.map(({ name, offset, size }) => ({
    layer: name.split('.').slice(0, -1).join('.'),
    largest: updater.gradientOf(offset, size).reduce((most, g) => Math.max(most, Math.abs(g)), 0),
  }));
  const wrong = sizes.find(({ largest }) => !Number.isFinite(largest));
  // If all numbers are finite, the norm overflows: the square of the largest is infinite.
  const layer = (wrong ?? sizes.reduce((a, b) => (b.largest > a.largest ? b : a))).layer;
  const what = Number.isFinite(loss) ? 'the gradient is not finite' : `the loss is ${loss}`;
  const where = wrong
    ? `, first seen in the gradient of layer '${layer}'`
    : `, and the gradient of layer '${layer}' is huge`;
  return new DivergenceError(
    `training diverged at step ${step}: ${what}${where}; use a smaller learning rate, or look for huge values in the data. The parameters from before the step are kept`,
    { step, layer, parameters: parametersOf(updater.inside) },
  );
}

export const parametersOf = ({ parameters }: Required<Inside>): Record<string, Float32Array> =>
  Object.fromEntries(parameters.segments.map((segment) => [segment.name, parameters.get(segment)]));
