import { expect, test } from 'vitest';
import { f1, tensor } from '../../src/index.js';

test('a class that is answered and never true counts in the mean', () => {
  const output = tensor([
    [9, 0, 0],
    [0, 9, 0],
    [0, 0, 9],
  ]);
  expect(f1()(output, tensor([0, 1, 1])).item()).toBeCloseTo((1 + 2 / 3) / 3, 5);
});
