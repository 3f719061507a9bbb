import { expect, test } from 'vitest';
import type { Parameters } from '../../src/nn/parameters.js';
import { UpdateRatio } from '../../src/train/updateRatio.js';

test('the ratio is the length of the update by that of the parameters before it', () => {
  let theta = Float32Array.of(3, 4);
  const ratio = new UpdateRatio({ vector: () => theta } as Parameters);
  ratio.begin();
  theta = Float32Array.of(3, 1);
  ratio.end();
  expect(ratio.ratio).toBeCloseTo(3 / 5, 12);
  expect(ratio.norm()).toBeCloseTo(Math.sqrt(10), 12);
});
test('it is 0 where the parameters were 0', () => {
  let theta = Float32Array.of(0, 0);
  const ratio = new UpdateRatio({ vector: () => theta } as Parameters);
  ratio.begin();
  theta = Float32Array.of(1, 0);
  ratio.end();
  expect(ratio.ratio).toBe(0);
});
