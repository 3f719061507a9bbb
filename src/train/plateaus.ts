import { configured } from '../config.js';
import { OptionError } from '../errors.js';
import type { Monitor, PlateauState } from '../optim/reduceOnPlateau.js';
import { type Rate, rateAt } from '../optim/schedule.js';
import { type EpochRecord, valueAt, valuesOf } from './history.js';

/** What a monitor knows, and the share that it has left of the rate. */
export interface PlateauProgress {
  readonly state: PlateauState;
  readonly scale: number;
}

/** The monitors of a training, and what they have made of the rate. */
export class Plateaus {
  readonly #watched: { monitor: Monitor; state: PlateauState; scale: number }[];
  constructor(
    monitors: readonly Monitor[],
    readonly rate: Rate,
  ) {
    this.#watched = monitors.map((monitor) => ({ monitor, state: monitor.init(), scale: 1 }));
  }

  /** What a checkpoint keeps, monitor by monitor. */
  get progress(): readonly PlateauProgress[] {
    return this.#watched.map(({ state, scale }) => ({ state, scale }));
  }
  /** Goes on from a checkpoint; gives the rate. */
  resume(progress: readonly PlateauProgress[]): Rate {
    this.#watched.forEach((watched, i) => {
      Object.assign(watched, progress[i]);
    });
    return this.#reduced();
  }

  /** The rate after an epoch. */
  after(record: EpochRecord): Rate {
    for (const watched of this.#watched) {
      const { monitor } = watched;
      const value = valueAt(record, monitor.monitor);
      if (value === undefined)
        throw new OptionError(
          `fit: a monitor watches '${monitor.monitor}', which the history does not have; it has ${valuesOf(record).join(', ')}`,
        );
      const { state, factor = 1 } = monitor.update(watched.state, value);
      watched.state = state;
      watched.scale *= factor;
    }
    return this.#reduced();
  }

  #reduced(): Rate {
    const reduced = this.#watched.filter(({ scale }) => scale < 1);
    if (!reduced.length) return this.rate;
    // Each monitor bounds what it reduces itself: a schedule may go below.
    const at = (k: number): number =>
      reduced.reduce(
        (rate, { scale, monitor }) => Math.max(rate * scale, Math.min(rate, monitor.minRate)),
        rateAt(this.rate, k),
      );
    return configured('reduced', {}, at);
  }
}
