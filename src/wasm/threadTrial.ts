import { now } from '../clock.js';
import { threads } from './engine.js';

/** Times a program's calls on all threads and on one, in turns, and keeps the faster way. The trial is repeated every few seconds,
 *  because the load of the machine may have changed. Both ways give the same bits. */
export class ThreadTrial {
  #together = true;
  /** Calls of the trial that is on; beyond its end, calls since then. */
  #calls = 0;
  #best = { together: Number.POSITIVE_INFINITY, alone: Number.POSITIVE_INFINITY };
  #team = 1;
  #settled = 0;

  /** Whether the next call is made by all threads. */
  turn(): boolean {
    const team = threads();
    if (team === 1) return false;
    if (team !== this.#team) this.#begin(team);
    if (this.#calls < TRIAL) return this.#calls % 2 === 0;
    return this.#together;
  }

  /** Notes how long that call took, in milliseconds for so many steps. */
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
/** Calls of a trial, half of them by one thread, and how many of them do not count. */
const TRIAL = 12;
const WARM = 4;
/** Milliseconds after which a verdict is looked at again. */
const AGAIN = 3000;
