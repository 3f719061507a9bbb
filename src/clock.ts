/** Milliseconds from some start: for progress, and for how long a slice of steps may run. It never decides what is computed. */
export const now = (): number => performance.now();
/** Milliseconds since 1970: for files that say when something was. */
export const wallClock = (): number => Date.now();

type Later = (callback: () => void) => void;
/** Lets the event loop run: timers, input, a signal that aborts. */
export const breathe = (): Promise<void> => new Promise(later);

/** The quickest way to come back after everything else that waits: timers may wait for milliseconds. */
const later: Later =
  (globalThis as { setImmediate?: Later }).setImmediate ??
  (typeof MessageChannel === 'function' ? byMessage() : (callback) => setTimeout(callback, 0));

function byMessage(): Later {
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()?.();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(0);
  };
}
