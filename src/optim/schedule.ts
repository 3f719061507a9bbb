import { type Configured, configured } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, number, positive } from '../options.js';

/** A learning rate as a function of k, the number of updates already made. It uses only + − × ÷ √, and is the same in
 *  every runtime. */
export interface Schedule extends Configured {
  (k: number): number;
  /** For a schedule that counts in epochs: returns the same schedule, given the number of updates in an epoch. */
  withEpochs?(updates: number): Schedule;
}
/** A constant rate, or a schedule. */
export type Rate = number | Schedule;

/** Checks a rate: a number must be finite and not negative. */
export function checkRate(where: string, rate: Rate): Rate {
  return typeof rate === 'function' ? rate : inRange(where, 'learningRate', rate, 0);
}
/** The rate of update k. */
export const rateAt = (rate: Rate, k: number): number =>
  typeof rate === 'function' ? number('schedule', `the rate of update ${k}`, rate(k)) : rate;
/** The rate, for epochs of this many updates. */
export const inEpochs = (rate: Rate, updates: number): Rate =>
  typeof rate === 'function' ? (rate.withEpochs?.(updates) ?? rate) : rate;

export type LinearDecayOptions = { from: number; to?: number } & ({ steps: number } | { epochs: number });

/** Linear decay: ε_k = (1 − α)ε₀ + α ε_τ with α = min(1, k/τ), constant after τ updates (Goodfellow et al. 8.14).
 *  The default of `to` is 1 % of `from`. `epochs` may replace `steps` in fit, which knows the number of updates in an
 *  epoch.
 *  @example linearDecay({ from: 0.1, steps: 1000 }) */
export function linearDecay(options: LinearDecayOptions): Schedule {
  checkKeys('linearDecay', options, ['from', 'to', 'steps', 'epochs'], true);
  const from = positive('linearDecay', 'from', options.from);
  const to = inRange('linearDecay', 'to', options.to ?? from / 100, 0);
  const over = (tau: number): ((k: number) => number) => {
    return (k) => {
      const alpha = Math.min(1, k / tau);
      return (1 - alpha) * from + alpha * to;
    };
  };
  if ('steps' in options && 'epochs' in options) throw new OptionError('linearDecay: give steps or epochs, not both');
  if ('steps' in options)
    return configured('linearDecay', { ...options }, over(positive('linearDecay', 'steps', options.steps)));
  const epochs = positive('linearDecay', 'epochs', options.epochs);
  const unknown = configured('linearDecay', { ...options }, (): number => {
    throw new OptionError('linearDecay: epochs are counted by fit; give steps where you count updates yourself');
  });
  return Object.assign(unknown, {
    withEpochs: (updates: number) => configured('linearDecay', { ...options }, over(epochs * updates)),
  });
}
