import type { Order } from './protocol.js';

/** What a tab loads for its engine; undefined where it needs nothing. */
export type Loads = (tab: string) => (() => Promise<unknown>) | undefined;

/** Sends orders in their turn. What a tab loads is sent before its first run, and the orders behind it wait meanwhile. A load that has failed
 *  is tried again with the next run. */
export function inTurn(send: (order: Order) => void, loads: Loads): (order: Order) => void {
  const sent = new Set<string>();
  let waiting: Order[] | undefined;
  return function post(order) {
    if (waiting) {
      waiting.push(order);
      return;
    }
    const load = order.type === 'reset' && !sent.has(order.tab) ? loads(order.tab) : undefined;
    if (order.type !== 'reset' || !load) {
      send(order);
      return;
    }
    const { tab } = order;
    waiting = [];
    const goOn = (more: { readonly data: unknown } | { readonly error: string }): void => {
      const later = waiting as Order[];
      waiting = undefined;
      send({ type: 'data', tab, ...more });
      send(order);
      later.forEach(post);
    };
    load().then(
      (data) => {
        sent.add(tab);
        goOn({ data });
      },
      (error: Error) => goOn({ error: error.message }),
    );
  };
}
