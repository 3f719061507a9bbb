import { configOf, configured } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer, positive, shown } from '../options.js';
import { ascending } from './decays.js';
import type { Schedule } from './schedule.js';

/** Rises from `from` to `to` in `up` updates and falls back in `down`, repeatedly: triangles (Smith 2017).
 *  @example cyclic({ from: 0.01, to: 0.1, up: 100, down: 100 }) */
export function cyclic(options: { from: number; to: number; up: number; down: number }): Schedule {
  checkKeys('cyclic', options, ['from', 'to', 'up', 'down'], true);
  const from = inRange('cyclic', 'from', options.from, 0);
  const to = positive('cyclic', 'to', options.to);
  const up = integer('cyclic', 'up', options.up, 1);
  const down = integer('cyclic', 'down', options.down, 1);
  return configured('cyclic', { ...options }, (k: number) => {
    const place = k % (up + down);
    const share = place < up ? place / up : 1 - (place - up) / down;
    return from + (to - from) * share;
  });
}

/** A constant rate for each piece: values[0] before update at[0], then values[1], …. There is one value more than there
 *  are updates.
 *  @example piecewise({ at: [100, 200], values: [0.1, 0.01, 0.001] }) */
export function piecewise(options: { at: readonly number[]; values: readonly number[] }): Schedule {
  checkKeys('piecewise', options, ['at', 'values'], true);
  const at = ascending('piecewise', 'at', options.at);
  const { values } = options;
  if (!Array.isArray(values) || values.length !== at.length + 1)
    throw new OptionError(
      `piecewise: values is ${shown(values)}; it must have ${at.length + 1} rates, one more than at`,
    );
  Array.from(values, (rate, i) => inRange('piecewise', `values[${i}]`, rate, 0));
  return configured('piecewise', { at, values }, (k: number) => values[at.filter((update) => k >= update).length]);
}

/** Rises linearly from `from` (default 0) to the first rate of the schedule in `steps` updates, then follows the
 *  schedule from its beginning.
 *  @example warmup(cosineDecay({ from: 0.1, steps: 1000 }), { steps: 100 }) */
export function warmup(schedule: Schedule, options: { steps: number; from?: number }): Schedule {
  if (typeof schedule !== 'function')
    throw new OptionError(
      `warmup: ${shown(schedule)} is not a schedule; give one such as cosineDecay({ from: 0.1, steps: 1000 })`,
    );
  checkKeys('warmup', options, ['steps', 'from'], true);
  const steps = integer('warmup', 'steps', options.steps, 1);
  const from = inRange('warmup', 'from', options.from ?? 0, 0);
  const around = (inner: Schedule): Schedule =>
    configured('warmup', { schedule: configOf(inner), ...options }, (k: number) =>
      k < steps ? from + ((inner(0) - from) * k) / steps : inner(k - steps),
    );
  const { withEpochs } = schedule;
  return withEpochs
    ? Object.assign(around(schedule), { withEpochs: (n: number) => around(withEpochs(n)) })
    : around(schedule);
}
