import { type Port, serveTraining, type Surface, type Thread } from '../index.js';

/** Two ends of a channel within this thread: what is posted is copied or moved as to a worker, and arrives in its order. */
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

/** What trains like a worker, in this thread: in slices, between which its other work goes on. */
export function threadHere(surface: Surface): Thread {
  const [mine, other] = channel();
  serveTraining(other, surface, false);
  // It cannot die alone, and has nothing left to do when its training has ended.
  return { ...mine, died: () => undefined, end: () => undefined };
}
