import type { EpochRecord } from '../train/history.js';

/** The epochs of a training that runs elsewhere: every loop over them sees all, from the first on. */
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
  /** No more follow; with a failure, loops end with it. */
  end(failure?: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#wake();
  }
  get count(): number {
    return this.#records.length;
  }

  /** Epoch by epoch; `left`: the loop was left early. */
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
