import { expect } from 'vitest';

const isTyped = (value: unknown): value is Float32Array => value instanceof Float32Array;

/** Vitest compares two arrays key by key, as it would any objects, which takes most of the time of tests of weights.
 *  This compares them in one loop: −0 is not 0, and NaN equals NaN. */
expect.addEqualityTesters([
  (a, b) => (isTyped(a) && isTyped(b) ? a.length === b.length && a.every((v, i) => Object.is(v, b[i])) : undefined),
]);
