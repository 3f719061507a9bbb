import { expect, test } from 'vitest';
import { quantile, twoSided } from '../../src/random/student.js';

/** Tables of Student's distribution: the probability of both tails, the degrees of freedom and the value. Those of 5, 100,000 and more
 *  by numerical integration of the density. */
const TABLE = [
  [0.05, 1, 12.706204736174698],
  [0.05, 2, 4.302652729696142],
  [0.05, 3, 3.182446305284263],
  [0.05, 4, 2.7764451051977987],
  [0.05, 5, 2.57058183563631],
  [0.05, 9, 2.2621571627409915],
  [0.05, 30, 2.0422724563012373],
  [0.05, 100, 1.9839715184496334],
  [0.05, 1000, 1.9623390808264078],
  [0.05, 100_000, 1.959987707532],
  [0.05, 1_000_000, 1.959966356842],
  [0.01, 4, 4.604094871415897],
  [0.5, 5, 0.7266868438004229],
] as const;
test.each(TABLE)('Student: %f at %i degrees of freedom is beyond %f', (p, df, t) => {
  expect(quantile(p, df)).toBeCloseTo(t, 9);
  expect(twoSided(t, df)).toBeCloseTo(p, 10);
  expect(twoSided(-t, df)).toBe(twoSided(t, df));
});
test('the ends: nothing is beyond infinity, and everything beyond 0', () => {
  for (const df of [1, 2, 7, 1000]) {
    expect(twoSided(0, df)).toBe(1);
    expect(twoSided(Number.POSITIVE_INFINITY, df)).toBe(0);
    expect(twoSided(1e200, df)).toBe(0);
  }
});
