import { now } from '../clock.js';
import type { EpochRecord } from './history.js';
import type { RolledBack } from './rollback.js';
import { NONE, type Totals, type Unfinished } from './snapshot.js';
import type { Made } from './updates.js';

/** The sums over the updates of the epoch that is under way, and the places where it was rolled back. */
export class EpochSums {
  #totals: Totals;
  readonly #begun: number;
  readonly rollbacks: RolledBack[];

  /** Begins an epoch, or continues one of a checkpoint. */
  constructor({ totals, rollbacks, elapsed }: Omit<Unfinished, 'at'> = { totals: NONE, rollbacks: [], elapsed: 0 }) {
    this.#totals = { ...totals };
    this.rollbacks = [...rollbacks];
    this.#begun = now() - 1000 * elapsed;
  }

  add({ rows, loss, gradNorm }: Made): void {
    this.#totals.loss += rows * loss;
    this.#totals.rows += rows;
    this.#totals.norm += gradNorm;
    this.#totals.updates++;
  }
  /** Adds the seconds that updates took. */
  took(seconds: number): void {
    this.#totals.seconds += seconds;
  }

  /** A copy of the sums, to go back to. */
  get totals(): Totals {
    return { ...this.#totals };
  }
  goBack(totals: Totals): void {
    this.#totals = { ...totals };
  }

  /** What a checkpoint stores. */
  get unfinished(): Omit<Unfinished, 'at'> {
    return { totals: this.totals, rollbacks: [...this.rollbacks], elapsed: this.#elapsed };
  }
  get #elapsed(): number {
    return (now() - this.#begun) / 1000;
  }

  /** The means and times of an epoch's record. */
  means(): Pick<EpochRecord, 'loss' | 'gradNorm' | 'rollbacks' | 'seconds' | 'examplesPerSecond'> {
    const { loss, rows, norm, updates, seconds } = this.#totals;
    return {
      loss: loss / rows,
      gradNorm: norm / updates,
      ...(this.rollbacks.length && { rollbacks: [...this.rollbacks] }),
      seconds: this.#elapsed,
      examplesPerSecond: rows / Math.max(seconds, 1e-6),
    };
  }
}
