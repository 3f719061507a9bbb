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
