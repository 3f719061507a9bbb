import { finite } from '../options.js';

/** A Philox key: two u32. */
export type Key = readonly [number, number];

/**
 * The key of a seed: the low and the high word of its float64 bits. Any finite number is a seed, and different numbers
 * have different keys (0 and −0 are the same number). Throws an OptionError for NaN and the infinities.
 */
export function seedKey(seed: number, where = 'seed'): Key {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, finite(where, where === 'seed' ? 'the seed' : 'seed', seed) + 0, true); // −0 + 0 is 0
  return [bits.getUint32(0, true), bits.getUint32(4, true)];
}

/** Streams of draws outside programs, far from the streams that programs number from 0: with one seed, no two draws
 *  coincide. */
export const streams = {
  shuffle: 0xda7a0001,
  split: 0xda7a0002,
  kFold: 0xda7a0003,
  synthetic: 0xda7a0004,
  order: 0xda7a0005,
  sample: 0xda7a0006,
  attack: 0xda7a0007,
  batches: 0xda7a0008,
  /** The first of many: each window of a stream's rows after the first has one. */
  window: 0xdb000000,
  /** The first of many: each rule of a training step has one. */
  rule: 0xda7a8000,
  /** The first of many: each draw of an augmentation has one. */
  augment: 0xda7b0000,
  /** The first of many: each draw of an objective has one. */
  objective: 0xda7c0000,
} as const;
