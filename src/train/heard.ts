/** Tracks the promises that callbacks return. A promise that rejects ends the training, as a callback that throws does. */
export class Heard {
  readonly #open = new Set<Promise<void>>();
  #failure?: { readonly error: unknown };

  /** Tracks the return value of a callback. */
  note(given: unknown): void {
    if (typeof (given as PromiseLike<unknown> | undefined)?.then !== 'function') return;
    const open = Promise.resolve(given).then(
      () => undefined,
      (error: unknown) => {
        this.#failure ??= { error };
      },
    );
    this.#open.add(open);
    void open.then(() => this.#open.delete(open));
  }

  /** Throws the error of a failed callback, if there is one. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }
  /** Waits for pending promises. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
    this.check();
  }
}
