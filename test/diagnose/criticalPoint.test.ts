import { describe, expect, test } from 'vitest';
import { criticalPoint, descend } from '../../src/diagnose/index.js';
import { eigenvalues } from '../../src/diagnose/eigenvalues.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as clip from '../../src/optim/clip.js';
import { sgd } from '../../src/optim/index.js';
import * as surfaces from '../../src/surfaces/index.js';
import { grad } from '../../src/differentiate/grad.js';
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

describe.each(Object.entries(surfaces))('%s', (name, { f, minima, saddles, domain }) => {
  test('has its critical points where it says', () => {
    for (const [kind, points] of [
      ['minimum', minima],
      ['saddle', saddles],
    ] as const)
      for (const point of points) {
        const found = criticalPoint(f, point);
        // All second derivatives of the monkey saddle are 0.
        expect(found.kind, `${point}`).toBe(name === 'monkeySaddle' ? 'degenerate' : kind);
        expect(found.gradientNorm).toBeLessThan(1e-3);
        point.forEach((v, i) => expect(v >= domain[i][0] && v <= domain[i][1]).toBe(true));
      }
    expect(minima.length + saddles.length).toBeGreaterThan(0);
  });
});

describe('a critical point', () => {
  const bowl = (s: number[]) => (x: Tensor) => x.square().mul(tensor(s)).sum();
  test('is classified by its curvatures', () => {
    expect(criticalPoint(bowl([1, 2]), [0, 0])).toEqual({ gradientNorm: 0, eigenvalues: [2, 4], kind: 'minimum' });
    expect(criticalPoint(bowl([-1, -3]), [0, 0]).kind).toBe('maximum');
    expect(criticalPoint(bowl([1, -1]), tensor([0, 0]))).toEqual({
      gradientNorm: 0,
      eigenvalues: [-2, 2],
      kind: 'saddle',
    });
  });
  const ofPair = (f: (x: Tensor, y: Tensor) => Tensor) => (v: Tensor) => f(v.slice([0], [1]), v.slice([1], [2])).sum();
  test.each<[string, (x: Tensor) => Tensor, number[], string]>([
    ['x³', (x) => x.pow(3).sum(), [0], 'degenerate'],
    ['x⁴', (x) => x.pow(4).sum(), [0], 'degenerate'],
    ['−x⁴, a maximum', (x) => x.pow(4).sum().neg(), [0], 'degenerate'],
    ['x⁴ − y⁴', ofPair((x, y) => x.pow(4).sub(y.pow(4))), [0, 0], 'degenerate'],
    ['x² + y⁴', ofPair((x, y) => x.square().add(y.pow(4))), [0, 0], 'degenerate'],
    ['a monkey saddle', ofPair((x, y) => x.pow(3).sub(x.mul(y.square()).mul(3))), [0, 0], 'degenerate'],
    ['a valley floor', ofPair((x) => x.square()), [0, 5], 'degenerate'],
    ['a plateau', (x) => x.relu().sum(), [-3, -2], 'degenerate'],
    ['the plateau of a sigmoid', (x) => x.mul(50).sigmoid().mul(10).sum(), [0.5], 'degenerate'],
    ['x² − y² along a flat z', (x) => bowl([1, -1, 0])(x), [0, 0, 0], 'saddle'],
    ['a slope', bowl([1, -1]), [3, 1], 'none'],
    ['a bowl beside its minimum', bowl([1, 2]), [0.001, 0], 'none'],
    ['a line', (x) => x.sum(), [2, 1], 'none'],
    ['a line on high ground', (x) => x.sum().add(1e5), [2, 1], 'none'],
    ['x³ beside 0', (x) => x.pow(3).sum(), [0.01], 'none'],
    ['a gradient that is not finite', (x) => x.log().sum(), [0], 'none'],
    [
      'a minimum that no float32 hits',
      (x) =>
        x
          .sub(1 / 3)
          .square()
          .sum(),
      [1 / 3],
      'minimum',
    ],
    ['a bowl that is very flat', (x) => x.square().sum().mul(1e-8), [0, 0], 'minimum'],
  ])('%s', (_, f, x, kind) => {
    expect(criticalPoint(f, x).kind).toBe(kind);
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

/** Values at a point, and the slope there, by hand. */
test.each<[keyof typeof surfaces, [number, number], number, [number, number]]>([
  ['plateau', [1, 2], 5 / 6, [2 / 36, 4 / 36]],
  ['plateau', [0, 4], 16 / 17, [0, 8 / 289]],
  ['doubleWell', [-1, 0], 0, [0, 0]],
  ['doubleWell', [1, 0], 4 / 3, [0, 0]],
  ['doubleWell', [2, 3], 16 - 8 / 3 - 8 + 2 + 5 / 3 + 9, [32 - 4 - 8 + 1, 6]],
  ['monkeySaddle', [2, 1], 8 - 6, [12 - 3, -12]],
  ['monkeySaddle', [-1, 0], -1, [3, 0]],
])('surfaces.%s at %j', (name, point, value, slope) => {
  const { f } = surfaces[name];
  expect(f(tensor(point)).item()).toBeCloseTo(value, 5);
  const found = grad(f)(tensor(point)).data();
  slope.forEach((s, i) => expect(found[i]).toBeCloseTo(s, 5));
});
