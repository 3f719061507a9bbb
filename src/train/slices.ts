import { breathe, now } from '../clock.js';

/** Milliseconds of a slice: short enough for a page to stay alive, long enough for calls to cost nothing. */
const SLICE = 30;

/** Decides how many updates one call into WASM makes, and when the event loop runs between calls. Times decide only how many updates
 *  a call makes, never what an update computes. */
export class Slices {
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

  /** Lets the event loop run if it has waited for the length of a slice; calls `progress` first. */
  async yieldWhenDue(progress: () => void): Promise<void> {
    if (now() - this.#last < SLICE) return;
    progress();
    await breathe();
    this.#last = now();
  }
}
