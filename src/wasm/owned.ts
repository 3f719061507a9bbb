/** Something that owns linear memory. */
export interface Owner {
  dispose(): void;
}
/** Missing in workerd of dates before 2025-05-05: memory is returned by `dispose` alone there. */
const registry =
  typeof FinalizationRegistry === 'function'
    ? new FinalizationRegistry<readonly Owner[]>((owners) => {
        for (const owner of owners) owner.dispose();
      })
    : undefined;

/** Disposes of the owners when `of` is garbage-collected: a safety net for users who forget to call dispose. The owners
 *  must not refer to `of`, or it would never be collected. */
export const disposeWhenCollected = (of: WeakKey, owners: readonly Owner[]): void => registry?.register(of, owners, of);
/** Cancels `disposeWhenCollected`, because `of` was disposed of by hand. */
export const disposedByHand = (of: WeakKey): void => {
  registry?.unregister(of);
};

/** A list of owners that are disposed of together, in the reverse order of their addition. */
export class Owned implements Owner {
  readonly #owners: Owner[] = [];

  add<T extends Owner>(owner: T): T {
    this.#owners.push(owner);
    return owner;
  }
  /** Calls `make`, which adds owners. If it throws halfway, disposes of those that it has added. */
  whole<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }
  dispose(): void {
    while (this.#owners.length) this.#owners.pop()?.dispose();
  }
}
