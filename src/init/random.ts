import { checkKeys, inRange } from '../options.js';
import { normal as normalOf, uniform as uniformOf } from '../ops/random.js';
import { where } from '../ops/elementwise.js';
import { greater } from '../ops/compare.js';
import { abs, clamp } from '../ops/elementary.js';
import { type Initializer, initializer, scaling, type ScaleOptions } from './initializer.js';

const SQRT2 = Math.SQRT2;

/** N(0, std²). */
export function normal(options: { std?: number } = {}): Initializer {
  checkKeys('normal', options, ['std']);
  const std = inRange('normal', 'std', options.std ?? 1, 0);
  return initializer('normal', { std }, (shape, _, draw) => normalOf(shape, 0, std, draw));
}

/** U(−limit, limit). */
export function uniform(options: { limit?: number } = {}): Initializer {
  checkKeys('uniform', options, ['limit']);
  const limit = inRange('uniform', 'limit', options.limit ?? 1, 0);
  return initializer('uniform', { limit }, (shape, _, draw) => uniformOf(shape, -limit, limit, draw));
}

/** N(0, std²) truncated at two standard deviations: values beyond are drawn again, at most eight times, then
 *  clamped. */
export function truncatedNormal(options: { std?: number } = {}): Initializer {
  checkKeys('truncatedNormal', options, ['std']);
  const std = inRange('truncatedNormal', 'std', options.std ?? 1, 0);
  return initializer('truncatedNormal', { std }, (shape, _, draw) => {
    const [high, low] = [draw.key[0], draw.key[1]];
    let x = normalOf(shape, 0, std, draw);
    for (let again = 1; again <= 8; again++) {
      const next = normalOf(shape, 0, std, { key: [high, (low + again * 0x9e3779b9) | 0], stream: draw.stream });
      x = where(greater(abs(x), 2 * std), next, x);
    }
    return clamp(x, -2 * std, 2 * std);
  });
}

/** Xavier (Glorot & Bengio 2010), uniform: U(±gain·√(6 / (m + n))) for m inputs and n outputs. */
export function xavierUniform(options: { gain?: number } = {}): Initializer {
  checkKeys('xavierUniform', options, ['gain']);
  const { gain } = scaling('xavierUniform', options, 1);
  return initializer('xavierUniform', { gain }, (shape, { fanIn, fanOut }, draw) => {
    const limit = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniformOf(shape, -limit, limit, draw);
  });
}

/** Xavier (Glorot & Bengio 2010), normal: variance gain²·2 / (m + n) for m inputs and n outputs. */
export function xavierNormal(options: { gain?: number } = {}): Initializer {
  checkKeys('xavierNormal', options, ['gain']);
  const { gain } = scaling('xavierNormal', options, 1);
  return initializer('xavierNormal', { gain }, (shape, { fanIn, fanOut }, draw) =>
    normalOf(shape, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), draw),
  );
}

/** Kaiming (He et al. 2015), uniform: U(±gain·√(3 / m)); with the default gain √2, U(±√(6 / m)). */
export function kaimingUniform(options: ScaleOptions = {}): Initializer {
  const { gain, fan } = scaling('kaimingUniform', options, SQRT2);
  return initializer('kaimingUniform', { ...options }, (shape, fans, draw) => {
    const limit = gain * Math.sqrt(3 / fan(fans));
    return uniformOf(shape, -limit, limit, draw);
  });
}

/** Kaiming (He et al. 2015), normal: variance gain² / m; with the default gain √2, 2 / m. */
export function kaimingNormal(options: ScaleOptions = {}): Initializer {
  const { gain, fan } = scaling('kaimingNormal', options, SQRT2);
  return initializer('kaimingNormal', { ...options }, (shape, fans, draw) =>
    normalOf(shape, 0, gain / Math.sqrt(fan(fans)), draw),
  );
}

/** LeCun (LeCun et al. 1998), normal: variance 1 / m for m inputs. */
export function lecunNormal(options: ScaleOptions = {}): Initializer {
  const { gain, fan } = scaling('lecunNormal', options, 1);
  return initializer('lecunNormal', { ...options }, (shape, fans, draw) =>
    normalOf(shape, 0, gain / Math.sqrt(fan(fans)), draw),
  );
}
