import { describe, expect, test } from 'vitest';
import { criticalPoint, descend } from '../../src/diagnose/index.js';
import { eigenvalues } from '../../src/diagnose/eigenvalues.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as clip from '../../src/optim/clip.js';
import { sgd } from '../../src/optim/index.js';
import * as surfaces from '../../src/surfaces/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

test('eigenvalues of a symmetric matrix', () => {
  // The second difference of n points has the eigenvalues 2 − 2cos(kπ/(n + 1)).
  const n = 7;
  const matrix = Float64Array.from({ length: n * n }, (_, e) => {
    const apart = Math.abs(Math.floor(e / n) - (e % n));
    return apart === 0 ? 2 : apart === 1 ? -1 : 0;
  });
  eigenvalues(matrix, n).forEach((v, k) => expect(v).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12));
});

describe.each(Object.entries(surfaces))('%s', (_, { f, minima, saddles, domain }) => {
  test('has its critical points where it says', () => {
    for (const [kind, points] of [
      ['minimum', minima],
      ['saddle', saddles],
    ] as const)
      for (const point of points) {
        const found = criticalPoint(f, point);
        expect(found.kind, `${point}`).toBe(kind);
        expect(found.gradientNorm).toBeLessThan(1e-3);
        point.forEach((v, i) => expect(v >= domain[i][0] && v <= domain[i][1]).toBe(true));
      }
    expect(minima.length + saddles.length).toBeGreaterThan(0);
  });
});

describe('a critical point', () => {
  test('is classified by its curvatures', () => {
    const bowl = (s: number[]) => (x: Tensor) => x.square().mul(tensor(s)).sum();
    expect(criticalPoint(bowl([1, 2]), [0, 0])).toEqual({ gradientNorm: 0, eigenvalues: [2, 4], kind: 'minimum' });
    expect(criticalPoint(bowl([-1, -3]), [0, 0]).kind).toBe('maximum');
    expect(criticalPoint(bowl([1, -1]), tensor([1, 0]))).toEqual({
      gradientNorm: 2,
      eigenvalues: [-2, 2],
      kind: 'saddle',
    });
  });
});

test('on the cliff a walk is thrown far without clipping, and stays in the valley with it', () => {
  const walk = (rule?: ReturnType<typeof clip.globalNorm>) =>
    descend(surfaces.cliff.f, sgd({ learningRate: 0.5 }), { start: [1.02, 1], steps: 200, clip: rule });
  const farthest = (way: ReturnType<typeof walk>) => Math.max(...way.points.map(([x]) => Math.abs(x)));
  expect(farthest(walk())).toBeGreaterThan(20);
  expect(farthest(walk(clip.globalNorm(0.5)))).toBeLessThan(1.2);
  expect(walk(clip.globalNorm(0.5)).values.at(-1)).toBeLessThan(1e-3);
});
