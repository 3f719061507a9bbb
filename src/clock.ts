/** The time in milliseconds since an arbitrary start, for progress and for the length of slices of steps. It never
 *  influences a result. */
export const now = (): number => performance.now();
/** The time in milliseconds since 1970, for files with timestamps. */
export const wallClock = (): number => Date.now();

type Later = (callback: () => void) => void;
/** Lets the event loop run, with its timers, input and abort signals. */
export const breathe = (): Promise<void> => new Promise(later);

/** Calls back as soon as all waiting tasks have run. Timers would take milliseconds. */
const later: Later = /*#__PURE__*/ (() =>
  (globalThis as { setImmediate?: Later }).setImmediate ??
  (typeof MessageChannel === 'function' ? byMessage() : (callback) => setTimeout(callback, 0)))();

function byMessage(): Later {
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()?.();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(0);
  };
}
