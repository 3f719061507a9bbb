import { breathe, now } from '../clock.js';

/** Milliseconds of a slice: short enough for a page to stay alive, long enough for calls to cost nothing. */
const SLICE = 30;

/** How many updates one call makes, and when the event loop has its turn. How long a slice takes decides how long the next one is, never
 *  what it computes. */
export class Pace {
  #steps = 1;
  #last = now();

  /** Updates of the next call. */
  get steps(): number {
    return this.#steps;
  }

  /** Notes that so many updates took so many milliseconds. */
  note(updates: number, took: number): void {
    this.#steps = Math.max(1, Math.min(Math.floor((updates * SLICE) / Math.max(took, 0.01)), 4 * updates));
  }

  /** Lets the event loop run, where it has waited for a slice; `progress` is told before. */
  async breath(progress: () => void): Promise<void> {
    if (now() - this.#last < SLICE) return;
    progress();
    await breathe();
    this.#last = now();
  }
}
