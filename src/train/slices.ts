import { breathe, now } from '../clock.js';

/** The duration of a slice in milliseconds: short enough to keep a page responsive, long enough to make the cost of calls negligible. */
const SLICE = 30;

/** Decides how many updates one call into WASM makes, and when the event loop runs between calls. Times decide only how many updates
 *  a call makes, never what an update computes. */
export class Slices {
  #steps = 1;
  #last = now();

  /** The number of updates in the next call. */
  get steps(): number {
    return this.#steps;
  }

  /** Records how many milliseconds a number of updates took. */
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
