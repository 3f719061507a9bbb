import { draws } from './draws.js';
import type { Key } from './keys.js';
import { multiplyHigh } from './philox.js';

/**
 * Shuffles `order` in place (Fisher & Yates; Durstenfeld 1964) and returns it. The index to swap with is the upper word
 * of (u32 · i), Lemire's bounded draw without its rejection. Its bias is below i / 2³², far too small to be noticed.
 */
export function shuffleInto(order: Int32Array, key: Key, stream: number, step = 0): Int32Array {
  const { word } = draws(key, stream, step);
  for (let i = order.length - 1; i > 0; i--) {
    const j = multiplyHigh(word(), i + 1);
    const moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }
  return order;
}

/** The numbers 0 … n − 1 in a random order that depends on (n, key, stream, step) only. */
export function permutation(n: number, key: Key, stream: number, step = 0): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return shuffleInto(order, key, stream, step);
}
