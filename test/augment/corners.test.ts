import { expect, test } from 'vitest';
import { quantiles } from '../../src/augment/beta.js';

test('Beta(1, 1) is uniform, up to its tail', () => {
  const table = quantiles(1);
  expect(table[0]).toBeLessThan(2e-4);
  expect(table[512]).toBeCloseTo(0.5, 5);
});
