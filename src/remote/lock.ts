/** As much of the Web Locks API as is needed here. */
interface Locks {
  request(name: string, held: () => Promise<unknown>): Promise<unknown>;
  request(name: string, options: { signal: AbortSignal }, held: () => void): Promise<unknown>;
}
/** A lock is released when its holder is no more, of whatever it died: a web worker tells nobody. Missing where a page is not secure. */
const locksOf = (): Locks | undefined => (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;

/** Holds a lock for as long as this thread lives, and tells its name. Resolves when it is held, or cannot be had here. */
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

/** Calls when the lock of another thread is released, unless the signal came first. */
export function whenReleased(name: string, signal: AbortSignal, released: () => void): void {
  locksOf()
    ?.request(name, { signal }, released)
    .catch(() => undefined);
}
