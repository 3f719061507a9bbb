import { hostExp, hostLog } from '../index.js';

/** Student's distribution with whole degrees of freedom, to within 1e-12. */

/** The Beta function of n/2 and ½. */
function beta(n: number): number {
  let value = n % 2 ? Math.PI : 2;
  for (let a = n % 2 ? 0.5 : 1; a < n / 2; a++) value *= a / (a + 0.5);
  return value;
}

/** The continued fraction of the incomplete Beta function (Abramowitz and Stegun 1964, 26.5.8), by Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 1000; m++) {
    const before = value;
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      value *= c * d;
    }
    if (Math.abs(value - before) <= 1e-15 * value) break;
  }
  return value;
}

/** The probability of a value at least as far from 0 as t, on either side. */
export function twoSided(t: number, df: number): number {
  if (t === 0) return 1;
  const squares = t * t;
  if (squares === Number.POSITIVE_INFINITY) return 0;
  const [x, rest] = [df / (df + squares), squares / (df + squares)];
  const power = (df / 2) * hostLog(x);
  const front = power < -700 ? 0 : (hostExp(power) * Math.sqrt(rest)) / beta(df);
  return x < (df / 2 + 1) / (df / 2 + 2.5)
    ? (front * fraction(df / 2, 0.5, x)) / (df / 2)
    : 1 - 2 * front * fraction(0.5, df / 2, rest);
}

/** The value that is exceeded, on either side, with probability p. */
export function quantile(p: number, df: number): number {
  let [low, high] = [0, 2];
  while (twoSided(high, df) > p) high *= 2;
  for (let i = 0; i < 100 && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (twoSided(middle, df) > p) low = middle;
    else high = middle;
  }
  return high;
}

/** What a mean of scores of overlapping training sets says. */
export interface MeanOf {
  readonly mean: number;
  /** mean / its standard error */
  readonly t: number;
  readonly df: number;
  /** In which the mean of all such scores lies with probability 95 %. */
  readonly interval: readonly [low: number, high: number];
  /** The probability of a mean at least as far from 0 if it were 0. */
  readonly p: number;
}

/** The corrected resampled t of Nadeau and Bengio 2003: the variance of the mean is s² (1/J + test/train) and not s²/J, because training sets
 *  that overlap make scores that resemble one another. Two scores at least. */
export function resampledMean(scores: readonly number[], testOverTrain: number): MeanOf {
  const count = scores.length;
  const mean = scores.reduce((sum, score) => sum + score, 0) / count;
  const variance = scores.reduce((sum, score) => sum + (score - mean) * (score - mean), 0) / (count - 1);
  const error = Math.sqrt(variance * (1 / count + testOverTrain));
  const t = mean === 0 ? 0 : mean / error;
  const df = count - 1;
  const reach = error && error * quantile(0.05, df);
  return { mean, t, df, interval: [mean - reach, mean + reach], p: twoSided(t, df) };
}
