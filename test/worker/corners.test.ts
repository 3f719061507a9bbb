import { expect, test, vi } from 'vitest';
import { Callbacks } from '../../src/remote/callbacks.js';
import { Epochs } from '../../src/remote/epochs.js';
import { type Numbers, receive, sendNumbers } from '../../src/remote/numbers.js';

/** Sends arrays as a worker gets them, moved or copied. */
async function sent(arrays: readonly Numbers[], move: boolean): Promise<Numbers[]> {
  const received: Numbers[] = [];
  const post = (message: unknown, transfer: ArrayBuffer[] = []): void =>
    receive(received, structuredClone(message, { transfer }) as Parameters<typeof receive>[1]);
  await sendNumbers({ post, listen: () => undefined }, arrays, move);
  return received;
}

test('a view of a larger array is copied, even if its arrays may be moved', async () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  expect(await sent([whole.subarray(1, 3)], true)).toEqual([Float32Array.of(2, 3)]);
  expect(whole).toEqual(Float32Array.of(1, 2, 3, 4));
});
test('so are two arrays on one buffer', async () => {
  const floats = Float32Array.of(1, 2);
  const bytes = new Uint8Array(floats.buffer);
  const copies = [floats.slice(), bytes.slice()];
  expect(await sent([floats, bytes], true)).toEqual(copies);
  expect([floats.length, bytes.length]).toEqual([2, 8]);
});
test('an array that has its buffer to itself is moved, and is empty afterwards', async () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  expect(await sent([whole], true)).toEqual([Float32Array.of(1, 2, 3, 4)]);
  expect(whole.length).toBe(0);
});
test('every piece of an array is put at its place', () => {
  const received: Numbers[] = [];
  receive(received, { array: 0, at: 0, length: 4, values: Int32Array.of(1, 2) });
  receive(received, { array: 0, at: 2, length: 4, values: Int32Array.of(3, 4) });
  expect(received).toEqual([Int32Array.of(1, 2, 3, 4)]);
});

test('training fails with the first error that a callback throws, and is stopped', async () => {
  const stop = vi.fn();
  const thrown = ['first', 'second'];
  const onEpoch = (): void => {
    throw new Error(thrown.shift());
  };
  const callbacks = new Callbacks({ onEpoch } as never, new Epochs(), stop);
  for (let i = 0; i < 2; i++) callbacks.tell(['epoch', {} as never]);
  expect(stop).toHaveBeenCalled();
  await expect(callbacks.settled()).rejects.toThrow('first');
});
