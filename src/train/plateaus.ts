import { configured } from '../config.js';
import { OptionError } from '../errors.js';
import type { Monitor, PlateauState } from '../optim/reduceOnPlateau.js';
import { type Rate, rateAt } from '../optim/schedule.js';
import { type EpochRecord, valueAt, valuesOf } from './history.js';

/** The state of a monitor, and the factor by which it has reduced the rate. */
export interface PlateauProgress {
  readonly state: PlateauState;
  readonly scale: number;
}

/** Runs the monitors of a training, and applies their reductions to the learning rate. */
export class Plateaus {
  readonly #watched: { monitor: Monitor; state: PlateauState; scale: number }[];
  constructor(
    monitors: readonly Monitor[],
    readonly rate: Rate,
  ) {
    this.#watched = monitors.map((monitor) => ({ monitor, state: monitor.init(), scale: 1 }));
  }

  /** The state for a checkpoint, monitor by monitor. */
  get progress(): readonly PlateauProgress[] {
    return this.#watched.map(({ state, scale }) => ({ state, scale }));
  }
  /** Restores the state from a checkpoint; returns the rate. */
  resume(progress: readonly PlateauProgress[]): Rate {
    this.#watched.forEach((watched, i) => {
      Object.assign(watched, progress[i]);
    });
    return this.#reduced();
  }

  /** Updates the monitors after an epoch; returns the rate. */
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
    // A monitor's minRate bounds its own reductions only; a schedule may go below it.
    const at = (k: number): number =>
      reduced.reduce(
        (rate, { scale, monitor }) => Math.max(rate * scale, Math.min(rate, monitor.minRate)),
        rateAt(this.rate, k),
      );
    return configured('reduced', {}, at);
  }
}
