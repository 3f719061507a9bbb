/** Something that owns linear memory. */
export interface Owner {
  dispose(): void;
}
const registry = new FinalizationRegistry<readonly Owner[]>((owners) => {
  for (const owner of owners) owner.dispose();
});

/** A safety net, not the way: memory comes back also where somebody forgot to dispose, when `of` is collected. The owners
 *  must not refer to `of`. */
export const returnWhenForgotten = (of: WeakKey, owners: readonly Owner[]): void => registry.register(of, owners, of);
/** The owner disposed itself. */
export const returned = (of: WeakKey): void => {
  registry.unregister(of);
};

/** What somebody owns, from the first to the last; it is returned in the other order. */
export class Owned implements Owner {
  readonly #owners: Owner[] = [];

  add<T extends Owner>(owner: T): T {
    this.#owners.push(owner);
    return owner;
  }
  /** Calls what makes the owners; where that fails half-way, those that were made are returned. */
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
