/** What callbacks have promised. A callback that fails later ends the training as one that fails at once. */
export class Heard {
  readonly #open = new Set<Promise<void>>();
  #failure?: { readonly error: unknown };

  /** Notes what a callback gave. */
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

  /** Throws what a callback failed with. */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }
  /** Waits for what is open yet. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
    this.check();
  }
}
