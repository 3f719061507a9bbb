/** The part of the Web Locks API that is used here. */
interface Locks {
  request(name: string, held: () => Promise<unknown>): Promise<unknown>;
  request(name: string, options: { signal: AbortSignal }, held: () => void): Promise<unknown>;
}
/** The host's locks. A lock is released however its holder ends, which a web worker does not report otherwise. Undefined on pages that are not secure. */
const locksOf = (): Locks | undefined => (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;

/** Acquires a lock for the lifetime of this thread, and passes its name to `held`. Resolves when it is held, or at once where the host has no locks. */
export function holdLock(held: (name: string) => void): Promise<void> {
  const name = `regulus-${globalThis.crypto?.randomUUID?.()}`;
  return new Promise((resolve) => {
    const locks = locksOf();
    if (!locks) return resolve();
    const never = locks.request(name, () => {
      held(name);
      resolve();
      return new Promise(() => undefined);
    });
    never.catch(() => resolve());
  });
}

/** Calls a function when another thread's lock is released, unless the signal is aborted before. */
export function whenReleased(name: string, signal: AbortSignal, released: () => void): void {
  locksOf()
    ?.request(name, { signal }, released)
    .catch(() => undefined);
}
