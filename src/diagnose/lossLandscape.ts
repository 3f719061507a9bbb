import { realize } from '../compile/realize.js';
import { OptionError } from '../errors.js';
import { checkKeys, flag, integer, positive } from '../options.js';
import { curves } from '../curves.js';
import { readable, table } from '../readable.js';
import type { Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import type { Loss } from '../losses/loss.js';
import type { Model } from '../nn/model.js';
import type { Segment } from '../nn/parameters.js';
import { draws } from '../random/draws.js';
import { seedKey } from '../random/keys.js';
import { Disturbed } from './disturbed.js';
import { lengthOf, OnData, vector } from './onData.js';

export interface LossLandscapeOptions {
  /** A random line (1, default) or plane (2), or the line down the gradient. */
  directions?: 1 | 2 | 'gradient';
  /** The number of points along each direction; if it is odd, the model is in the middle. Default 21. */
  steps?: number;
  /** Random directions go from −range to range; 1 is as far as the weights are from 0. Along the gradient, α goes from 0
   *  to range and is the learning rate of a step of gradient descent. Default 1. */
  range?: number;
  /** Along the gradient, whether the loss is that of training mode, where batch normalization uses the statistics of the
   *  rows. Default false. */
  training?: boolean;
  /** The loss. Default: that of the last fit, else the usual one for the kind of data. */
  loss?: Loss;
  /** The seed of the directions. Default 0. */
  seed?: number;
}
/** The loss around a model: losses[j][i] at θ + alphas[i]·d₁ + betas[j]·d₂, or losses[0][i] at θ − alphas[i]·∇J. */
export interface LossLandscape {
  readonly alphas: number[];
  /** [0] for a line. */
  readonly betas: number[];
  readonly losses: number[][];
  /** Along the gradient, ‖∇J(θ − α∇J) − ∇J(θ)‖₂ at each α: how far the gradient still predicts the loss (Santurkar et
   *  al. 2018). */
  readonly changes?: number[];
}

/** A slice through the loss of a trained network along random directions whose filters are as long as the network's (Li et al. 2018),
 *  so that slices of different networks can be compared. Biases and the parameters of normalizations are kept. With
 *  directions: 'gradient' it is the line of one step of gradient descent on all rows, of all trained parameters. The
 *  model is not changed. Throws a LeakageError for a sealed set.
 *  @example lossLandscape(model, train, { loss: crossEntropy(), directions: 2, steps: 11 }).losses
 *  @example lossLandscape(model, train, { loss: crossEntropy(), directions: 'gradient', range: 0.4 }).changes */
export function lossLandscape(model: Model, data: Dataset, options: LossLandscapeOptions = {}): LossLandscape {
  refuseSealed('lossLandscape', data);
  checkKeys('lossLandscape', options, ['directions', 'steps', 'range', 'training', 'loss', 'seed']);
  const { directions = 1 } = options;
  const along = directions === 'gradient';
  const both = !along && integer('lossLandscape', 'directions', directions ?? 1, 1, 2) === 2;
  const steps = integer('lossLandscape', 'steps', options.steps ?? 21, 2);
  const range = positive('lossLandscape', 'range', options.range ?? 1);
  const training = flag('lossLandscape', 'training', options.training ?? false);
  const key = seedKey(options.seed ?? 0, 'lossLandscape');
  if (along) return alongGradient(new OnData('lossLandscape', model, data, options.loss, training), steps, range);
  if (training)
    throw new OptionError("lossLandscape: training is for directions: 'gradient'; other cuts are of evaluation mode");
  const disturbed = new Disturbed('lossLandscape', model, data, options.loss);
  try {
    const { theta, segments } = disturbed;
    const [first, second] = [0, 1].map((stream) => filterNormalized(theta, segments, draws(key, stream).normal));
    const places = Array.from({ length: steps }, (_, i) => range * ((2 * i) / (steps - 1) - 1));
    const betas = both ? places : [0];
    const losses = betas.map((beta) =>
      places.map((alpha) => disturbed.loss(theta.map((w, i) => w + alpha * first[i] + beta * second[i]))),
    );
    return readable<LossLandscape>({ alphas: places, betas, losses }, textOf);
  } finally {
    disturbed.dispose();
  }
}

function alongGradient(on: OnData, steps: number, range: number): LossLandscape {
  try {
    const theta = on.theta();
    const start = realize(theta);
    const slope = on.gradient(theta);
    const alphas = Array.from({ length: steps }, (_, i) => (range * i) / (steps - 1));
    const places = alphas.map((alpha) => vector(start.map((w, i) => w - alpha * slope[i])));
    const losses = [places.map((place) => on.value(place))];
    const changes = places.map((place) => lengthOf(on.gradient(place).map((g, i) => g - slope[i])));
    return readable<LossLandscape>({ alphas, betas: [0], losses, changes }, textOf);
  } finally {
    on.dispose();
  }
}

/** Shows a line as a curve, and a plane as a table with a row for each beta. */
const textOf = ({ alphas, betas, losses }: LossLandscape): string =>
  betas.length === 1
    ? curves([{ name: 'loss', mark: '·', values: losses[0] }], undefined, undefined, {
        first: String(alphas[0]),
        last: String(alphas[alphas.length - 1]),
        unit: 'α',
      })
    : table([['β \\ α', ...alphas.map(String)], ...losses.map((row, j) => [betas[j], ...row])]);

/** A random direction in which each filter (a place of a weight's last axis) has the length of that filter in the
 *  model. */
function filterNormalized(theta: Float32Array, segments: readonly Segment[], normal: () => number): Float32Array {
  const direction = new Float32Array(theta.length);
  for (const { offset, size, shape, kind } of segments) {
    if (kind !== 'weight') continue;
    for (let i = offset; i < offset + size; i++) direction[i] = normal();
    const units = shape[shape.length - 1];
    const norm = (vector: Float32Array, unit: number): number => {
      let squares = 0;
      for (let i = offset + unit; i < offset + size; i += units) squares += vector[i] * vector[i];
      return Math.sqrt(squares);
    };
    for (let unit = 0; unit < units; unit++) {
      const factor = norm(theta, unit) / (norm(direction, unit) || 1);
      for (let i = offset + unit; i < offset + size; i += units) direction[i] *= factor;
    }
  }
  return direction;
}
