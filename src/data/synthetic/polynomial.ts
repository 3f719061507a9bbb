import { finite, refuse } from '../../options.js';
import type { Dataset } from '../columns.js';
import { fromMemory } from '../fromMemory.js';
import { isTyped } from '../numbers.js';
import { drawn, type SyntheticOptions } from './options.js';

export interface PolynomialDataOptions extends SyntheticOptions {
  /** c₀, c₁, c₂, … of y = c₀ + c₁x + c₂x² + …  Default [0, −1, 2], a parabola. */
  coefficients?: readonly number[];
  /** x is uniform between these. Default −1 and 1. */
  low?: number;
  high?: number;
}

/** One number in, one number out: a polynomial with noise on y, the lecture's example of capacity.
 *  x [n, 1], y [n, 1].
 *  @example datasets.polynomial({ n: 20, noise: 0.1, coefficients: [1, 0, -3] }) */
export function polynomial(options: PolynomialDataOptions = {}): Dataset {
  const { n, noise, random } = drawn('polynomial', options, ['coefficients', 'low', 'high']);
  const { coefficients = [0, -1, 2], low = -1, high = 1 } = options;
  if (!Array.isArray(coefficients) && !isTyped(coefficients))
    refuse('polynomial', 'coefficients', coefficients, 'a list of numbers');
  Array.from(coefficients, (c, i) => finite('polynomial', `coefficients[${i}]`, c));
  finite('polynomial', 'low', low);
  finite('polynomial', 'high', high);
  const x = Float32Array.from({ length: n }, () => random.uniform(low, high));
  const y = x.map((at) => coefficients.reduceRight((sum, c) => sum * at + c, 0) + random.normal(noise));
  return fromMemory({ x, shape: [1], y: Array.from(y, (v) => [v]), classes: false });
}
