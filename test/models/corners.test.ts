import { expect, test } from 'vitest';
import { dataset, nearestNeighbors } from '../../src/index.js';

test('neighbours weigh as their rows do', () => {
  const data = dataset({ x: [[0], [1], [9]], y: [0, 10, 99], classes: false, weights: [3, 1, 1] });
  expect(
    nearestNeighbors({ k: 2 })
      .fit(data)
      .predict([[0.4]])
      .item(),
  ).toBeCloseTo(2.5, 5);
});
