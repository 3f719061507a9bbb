import { type Port, serveTraining, type Surface, type Thread } from '../index.js';

/** The two ends of a channel within this thread. Messages are copied or moved as for a worker, and arrive in order. */
function channel(): [Port, Port] {
  const listeners: ((message: unknown) => void)[] = [];
  const end = (own: number): Port => ({
    post(message, transfer = []) {
      const sent = structuredClone(message, { transfer });
      queueMicrotask(() => listeners[1 - own]?.(sent));
    },
    listen(heard) {
      listeners[own] = heard;
    },
  });
  return [end(0), end(1)];
}

/** Trains in this thread through the interface of a worker, in slices that leave the event loop time for other work. */
export function threadHere(surface: Surface): Thread {
  const [mine, other] = channel();
  serveTraining(other, surface, false);
  // There is no separate thread that could die or would have to be ended.
  return { ...mine, died: () => undefined, end: () => undefined };
}
