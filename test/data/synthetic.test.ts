import { expect, test } from 'vitest';
import * as datasets from '../../src/data/synthetic/index.js';

test.each(Object.entries(datasets))('%s', (name, make) => {
  const data = make({ n: 120, noise: 0.05, seed: 4 });
  expect(data.size).toBe(120);
  expect(make({ n: 120, noise: 0.05, seed: 4 }).x).toEqual(data.x);
  expect(make({ n: 120, noise: 0.05, seed: 5 }).x).not.toEqual(data.x);
  if (name !== 'polynomial') {
    expect(data.shape).toEqual([2]);
    expect(data.kind).toBe('classes');
    expect(new Set(data.y).size).toBe(data.classes);
  }
  expect(() => make({ noize: 1 } as never)).toThrow(`${name}: unknown option 'noize'; did you mean 'noise'?`);
});
test('a polynomial without noise is exact', () => {
  const { x, y } = datasets.polynomial({ n: 9, noise: 0, coefficients: [1, 2, -3], seed: 2 });
  x.forEach((v, i) => expect(y[i]).toBeCloseTo(1 + 2 * v - 3 * v * v, 5));
});
test('circles have their radii, xor its signs', () => {
  const { x, y } = datasets.circles({ n: 40, noise: 0 });
  y.forEach((label, i) => expect(Math.hypot(x[2 * i], x[2 * i + 1])).toBeCloseTo(label ? 0.5 : 1, 5));
  const corners = datasets.xor({ n: 40, noise: 0 });
  corners.y.forEach((label, i) => expect(corners.x[2 * i] * corners.x[2 * i + 1] < 0).toBe(label === 1));
});
