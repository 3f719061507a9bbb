import { now } from '../clock.js';
import { threads } from './engine.js';

/** Times a program's calls on all threads and on one, in turns, and keeps the faster way. The trial is repeated every few seconds,
 *  because the load of the machine may have changed. Both ways give the same bits. */
export class ThreadTrial {
  #together = true;
  /** The calls made in the current trial; after its end, the calls since it began. */
  #calls = 0;
  #best = { together: Number.POSITIVE_INFINITY, alone: Number.POSITIVE_INFINITY };
  #team = 1;
  #settled = 0;

  /** Whether all threads make the next call. */
  turn(): boolean {
    const team = threads();
    if (team === 1) return false;
    if (team !== this.#team) this.#begin(team);
    if (this.#calls < TRIAL) return this.#calls % 2 === 0;
    return this.#together;
  }

  /** Notes how many milliseconds the call took for a number of steps. */
  note(together: boolean, milliseconds: number, steps: number): void {
    const way = together ? 'together' : 'alone';
    if (this.#calls < TRIAL) {
      // The first calls do not count: hosts compile in the background, and workers wake up.
      if (this.#calls >= WARM) this.#best[way] = Math.min(this.#best[way], milliseconds / steps);
      if (++this.#calls === TRIAL) {
        this.#together = this.#best.together < this.#best.alone;
        this.#settled = now();
      }
    } else if (now() - this.#settled > AGAIN) this.#begin(this.#team);
  }

  #begin(team: number): void {
    this.#team = team;
    this.#calls = 0;
    this.#best = { together: Number.POSITIVE_INFINITY, alone: Number.POSITIVE_INFINITY };
  }
}
/** The number of calls in a trial, half of them on one thread, and the number of first calls that do not count. */
const TRIAL = 12;
const WARM = 4;
/** The milliseconds after which a trial is repeated. */
const AGAIN = 3000;
