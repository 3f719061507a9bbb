import { studentQuantile, twoSided } from '../index.js';

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
  const reach = error && error * studentQuantile(0.05, df);
  return { mean, t, df, interval: [mean - reach, mean + reach], p: twoSided(t, df) };
}
