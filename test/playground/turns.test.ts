import { expect, test } from 'vitest';
import { inTurn } from '../../playground/turns.js';
import type { Order } from '../../playground/protocol.js';
import { stateOf } from '../../playground/state.js';
import { DIGITS } from '../../playground/tabs/digits/spec.js';

const state = stateOf(DIGITS, 'digits');
const begun = (tab: string): Order => ({ type: 'reset', tab, state });
/** What is sent, with the tab where one is named. */
const told = (sent: readonly Order[]): string[] =>
  sent.map((order) =>
    [order.type, 'tab' in order ? order.tab : '', 'error' in order ? order.error : ''].join(' ').trim(),
  );

test('what a tab loads goes before its first run, and later orders wait for it', async () => {
  const sent: Order[] = [];
  let arrived = (_: unknown): void => undefined;
  let loads = 0;
  const post = inTurn(
    (order) => sent.push(order),
    (tab) =>
      tab === 'digits'
        ? () => {
            loads++;
            return new Promise((resolve) => {
              arrived = resolve;
            });
          }
        : undefined,
  );
  post(begun('plane'));
  post(begun('digits'));
  post({ type: 'run', pace: 'full' });
  post(begun('digits'));
  post(begun('plane'));
  expect(told(sent)).toEqual(['reset plane']);
  arrived({ pixels: '' });
  await Promise.resolve();
  expect(told(sent)).toEqual(['reset plane', 'data digits', 'reset digits', 'run', 'reset digits', 'reset plane']);
  expect(sent[1]).toEqual({ type: 'data', tab: 'digits', data: { pixels: '' } });
  post(begun('digits'));
  expect(told(sent).at(-1)).toBe('reset digits');
  expect(loads).toBe(1);
});

test('a load that has failed is told to the worker, and tried again with the next run', async () => {
  const sent: Order[] = [];
  const answers = [() => Promise.reject(new Error('no network')), () => Promise.resolve('loaded')];
  const post = inTurn(
    (order) => sent.push(order),
    () => answers.shift(),
  );
  post(begun('digits'));
  await new Promise((resolve) => setTimeout(resolve));
  post(begun('digits'));
  await new Promise((resolve) => setTimeout(resolve));
  expect(told(sent)).toEqual(['data digits no network', 'reset digits', 'data digits', 'reset digits']);
});
