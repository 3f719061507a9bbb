import { configured } from '../config.js';
import { checkKeys, inRange, integer, positive } from '../options.js';
import { cos } from '../random/hostMath.js';
import type { Schedule } from './schedule.js';

/** A value between a and b along half a cosine, at the fraction `share` of the way. */
const along = (a: number, b: number, share: number): number => b + ((a - b) * (1 + cos(Math.PI * share))) / 2;

/** to + (from − to)(1 + cos(π k / steps)) / 2, `to` (default 0) after that (Loshchilov & Hutter 2017).
 *  @example cosineDecay({ from: 0.1, steps: 1000 }) */
export function cosineDecay(options: { from: number; to?: number; steps: number }): Schedule {
  checkKeys('cosineDecay', options, ['from', 'to', 'steps'], true);
  const from = positive('cosineDecay', 'from', options.from);
  const to = inRange('cosineDecay', 'to', options.to ?? 0, 0);
  const steps = positive('cosineDecay', 'steps', options.steps);
  return configured('cosineDecay', { ...options }, (k: number) => along(from, to, Math.min(1, k / steps)));
}

/** Repeats a cosine decay, each time `grow` (default 1) times as long as before (Loshchilov & Hutter 2017).
 *  @example cosineRestarts({ from: 0.1, steps: 100, grow: 2 }) */
export function cosineRestarts(options: { from: number; to?: number; steps: number; grow?: number }): Schedule {
  const name = 'cosineRestarts';
  checkKeys(name, options, ['from', 'to', 'steps', 'grow'], true);
  const from = positive(name, 'from', options.from);
  const to = inRange(name, 'to', options.to ?? 0, 0);
  const steps = integer(name, 'steps', options.steps, 1);
  const grow = inRange(name, 'grow', options.grow ?? 1, 1);
  return configured(name, { ...options }, (k: number) => {
    let [rest, length] = [k, steps];
    while (rest >= length) {
      rest -= length;
      length *= grow;
    }
    return along(from, to, rest / length);
  });
}

/** One rise to the peak and one fall, both along half a cosine (Smith 2018; PyTorch's OneCycleLR): from peak / divide
 *  (default 25) upwards in the fraction `rise` (default 0.3) of the steps, then down to peak / divide / end (default
 *  10⁴).
 *  @example oneCycle({ peak: 0.1, steps: 1000 }) */
export function oneCycle(options: {
  peak: number;
  steps: number;
  rise?: number;
  divide?: number;
  end?: number;
}): Schedule {
  checkKeys('oneCycle', options, ['peak', 'steps', 'rise', 'divide', 'end'], true);
  const peak = positive('oneCycle', 'peak', options.peak);
  const steps = integer('oneCycle', 'steps', options.steps, 2);
  const rise = inRange('oneCycle', 'rise', options.rise ?? 0.3, 0, 1);
  const first = peak / positive('oneCycle', 'divide', options.divide ?? 25);
  const last = first / positive('oneCycle', 'end', options.end ?? 1e4);
  const top = rise * steps - 1;
  return configured('oneCycle', { ...options }, (k: number) =>
    k <= top ? along(first, peak, k / top) : along(peak, last, Math.min(1, (k - top) / (steps - 1 - top))),
  );
}
