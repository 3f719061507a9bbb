import type { EpochRecord } from '../train/history.js';

/** The epochs of a training in another thread. Each loop over them gets all epochs, from the first on. */
export class Epochs {
  readonly #records: EpochRecord[] = [];
  #ended = false;
  #failure?: unknown;
  #changed: () => void = () => undefined;
  #change = this.#next();

  add(record: EpochRecord): void {
    this.#records.push(record);
    this.#wake();
  }
  /** Ends the sequence; loops throw the failure, if there is one. */
  end(failure?: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#wake();
  }
  get count(): number {
    return this.#records.length;
  }

  /** Iterates over the epochs; `left` is called when the loop is left early. */
  async *loop(left: () => Promise<unknown>): AsyncGenerator<EpochRecord, void, void> {
    let complete = false;
    try {
      for (let at = 0; ; at++) {
        while (at === this.#records.length && !this.#ended) await this.#change;
        if (at === this.#records.length) break;
        yield this.#records[at];
      }
      complete = true;
    } finally {
      if (!complete) await left();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #wake(): void {
    const wake = this.#changed;
    this.#change = this.#next();
    wake();
  }
  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}
