import { checkKeys, integer } from '../options.js';
import { readable, short, table } from '../readable.js';
import type { Dataset } from '../data/columns.js';
import { refuseSealed } from '../data/leakage.js';
import { OptionError } from '../errors.js';
import type { Loss } from '../losses/loss.js';
import type { Model } from '../nn/model.js';
import { draws } from '../random/draws.js';
import { log } from '../random/hostMath.js';
import { seedKey } from '../random/keys.js';
import { OnData } from './onData.js';

export interface GradientNoiseOptions {
  /** The numbers of rows of the batches that are drawn. */
  batchSizes: readonly number[];
  /** The number of batches of each size. Default 100. */
  draws?: number;
  /** The loss. Default: that of the last fit, else the usual one for the kind of data. */
  loss?: Loss;
  /** The seed of the draws. Default 0. */
  seed?: number;
}
/** The distances of the gradients of batches from the gradient of the whole set. */
export interface GradientNoise extends Array<{ batchSize: number; standardError: number }> {
  /** The fitted law σ/√n: the standard deviation of the gradient of one row, and the slope in the logarithms, which is
   *  −½ where the law holds. */
  sigma: number;
  slope: number;
}

/** The standard error of the gradient for several batch sizes n: √E‖ĝₙ − g‖², with batches drawn with replacement. It
 *  is σ/√n: a batch a hundred times as large is ten times as accurate. The model is used in evaluation mode and is not
 *  changed. Throws a LeakageError for a sealed set.
 *  @example gradientNoise(model, train, { loss: crossEntropy(), batchSizes: [1, 4, 16, 64] }).slope */
export function gradientNoise(model: Model, data: Dataset, options: GradientNoiseOptions): GradientNoise {
  refuseSealed('gradientNoise', data);
  checkKeys('gradientNoise', options, ['batchSizes', 'draws', 'loss', 'seed'], true);
  const { batchSizes, seed = 0 } = options;
  if (!Array.isArray(batchSizes) || !batchSizes.length)
    throw new OptionError('gradientNoise: batchSizes is missing; give a list such as [1, 4, 16, 64]');
  Array.from(batchSizes, (size, i) => integer('gradientNoise', `batchSizes[${i}]`, size, 1));
  const key = seedKey(seed, 'gradientNoise');
  const count = integer('gradientNoise', 'draws', options.draws ?? 100, 2);
  const on = new OnData('gradientNoise', model, data, options.loss);
  try {
    const theta = on.theta();
    const whole = on.gradient(theta);
    const found = batchSizes.map((batchSize, i) => {
      const { uniform } = draws(key, i);
      let squares = 0;
      for (let k = 0; k < count; k++) {
        const rows = Int32Array.from({ length: batchSize }, () => Math.floor(uniform(0, data.size)));
        const slope = on.gradient(theta, data.rows(rows));
        for (let j = 0; j < slope.length; j++) squares += (slope[j] - whole[j]) * (slope[j] - whole[j]);
      }
      return { batchSize, standardError: Math.sqrt(squares / count) };
    });
    return readable(Object.assign(found, lawOf(found)), (noise) => {
      const rows = noise.map(({ batchSize, standardError }) => [batchSize, standardError]);
      const law = `σ = ${short(noise.sigma)}, slope ${short(noise.slope)} (−½ where the law σ/√n holds)`;
      return `${table([['batch size', 'standard error'], ...rows])}\n${law}`;
    });
  } finally {
    on.dispose();
  }
}

/** Fits a line to the logarithms by least squares, and σ as the mean of error·√n. */
function lawOf(found: readonly { batchSize: number; standardError: number }[]): { sigma: number; slope: number } {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const sigma = mean(found.map(({ batchSize, standardError }) => standardError * Math.sqrt(batchSize)));
  const points = found.filter(({ standardError }) => standardError > 0);
  const [xs, ys] = [points.map((p) => log(p.batchSize)), points.map((p) => log(p.standardError))];
  const [x, y] = [mean(xs), mean(ys)];
  const across = xs.reduce((sum, v) => sum + (v - x) * (v - x), 0);
  const slope = across > 0 ? xs.reduce((sum, v, i) => sum + (v - x) * (ys[i] - y), 0) / across : Number.NaN;
  return { sigma, slope };
}
