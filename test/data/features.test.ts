import { describe, expect, test } from 'vitest';
import { LeakageError, ShapeError } from '../../src/errors.js';
import { dataset, minMax, polynomialFeatures, standardize } from '../../src/data/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const train = dataset({
  x: [
    [1, 10, 5],
    [3, 10, 7],
    [5, 10, 12],
  ],
  y: [0, 1, 0],
});
const sealed = dataset({ x: [[7, 11, 8]], y: [1], sealed: true });

describe('standardize', () => {
  test('gives mean 0 and deviation 1, and leaves a constant feature at 0', () => {
    const { x } = standardize.fit(train).apply(train);
    const column = (i: number) => [x[i], x[3 + i], x[6 + i]];
    for (const i of [0, 2]) {
      expect(column(i).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
      expect(column(i).reduce((a, b) => a + b * b, 0) / 3).toBeCloseTo(1, 6);
    }
    expect(column(1)).toEqual([0, 0, 0]);
  });
  test('applies what was learned to other sets, which stay sealed, and to tensors', () => {
    const scale = standardize.fit(train);
    const other = scale.apply(sealed);
    expect(other.sealed).toBe(true);
    expect(other.x[0]).toBeCloseTo((7 - 3) / Math.sqrt(8 / 3), 6);
    expect(other.y).toBe(sealed.y);
    expect([...scale.apply(tensor([[7, 11, 8]])).data()]).toEqual([...other.x]);
  });
  test('is not learned from a sealed set, nor applied to other shapes', () => {
    expect(() => standardize.fit(sealed)).toThrow(LeakageError);
    expect(() => minMax.fit(sealed)).toThrow('minMax.fit: this set is sealed');
    expect(() => standardize.fit(train).apply(tensor([[1]]))).toThrow(ShapeError);
  });
  test('sees bytes times their scale', () => {
    const bytes = dataset({ x: Uint8Array.of(0, 128, 255), shape: [1], scale: 1 / 255, y: [0, 1, 0] });
    expect([...minMax.fit(bytes).apply(bytes).x].map((v) => v.toFixed(3))).toEqual(['0.000', '0.502', '1.000']);
  });
});

describe('a feature that never changes becomes 0, whatever it is', () => {
  const kinds = [
    ['standardize', standardize],
    ['minMax', minMax],
  ] as const;
  test.each(kinds)('%s of bytes, times any scale, over any number of rows', (_, kind) => {
    for (const scale of [1 / 255, 1 / 3, 0.1, 7e-12])
      for (const n of [3, 50, 999])
        for (let byte = 1; byte < 256; byte += 6) {
          const x = Uint8Array.from({ length: 2 * n }, (_, i) => (i % 2 ? byte : i % 251));
          const data = dataset({ x, shape: [2], scale });
          const made = kind.fit(data);
          const of = (column: number) => made.apply(data).x.filter((_, i) => i % 2 === column);
          expect(made.spread[1]).toBe(1);
          expect([...new Set(of(1))]).toEqual([0]);
          expect(Math.max(...of(0).map(Math.abs))).toBeLessThan(4);
          const next = made.apply(dataset({ x: Uint8Array.of(0, byte - 1), shape: [2], scale })).x[1];
          expect(Math.abs(next)).toBeLessThan(2 * scale);
        }
  });
  test.each(kinds)('%s of numbers that no sum of float64 meets', (_, kind) => {
    for (const value of [0.1, -1 / 3, 1.1e-38, 1e-45, 3.4e38, -3.4e38, 16777217, 0])
      for (const n of [1, 7, 1000]) {
        const data = dataset({ x: new Float32Array(n).fill(value), shape: [1] });
        expect([...new Set(kind.fit(data).apply(data).x)]).toEqual([0]);
      }
  });
});

describe('features at the ends of float32', () => {
  const column = (...values: number[]) => dataset({ x: Float32Array.from(values), shape: [1] });
  test.each([
    ['the largest', [-3.4e38, 0, 3.4e38], [0, 0.5, 1], [-1.2247, 0, 1.2247]],
    ['the smallest', [0, 1.4e-45], [0, 1], [0, 2]],
    ['denormal', [0, 2 ** -132, 2 ** -131], [0, 0.5, 1], [-1.2247, 0, 1.2247]],
    ['two neighbours', [16777214, 16777215], [0, 1], [0, 2]],
  ])('%s', (_, values, between, standard) => {
    const data = column(...values);
    const [a, b] = [minMax.fit(data), standardize.fit(data)];
    for (const [made, expected] of [[a, between] as const, [b, standard] as const]) {
      expect([...made.apply(data).x].map((v) => Number(v.toFixed(4)))).toEqual(expected);
      expect([...made.shift, ...made.spread].every(Number.isFinite)).toBe(true);
    }
  });
});

describe('polynomialFeatures', () => {
  test.each([
    [{ degree: 1 }, [1, 3, 2, 6]],
    [{ degree: 2, powers: 'total' as const }, [1, 3, 9, 2, 6, 4]],
    [{ degree: 1, bias: false }, [3, 2, 6]],
    [{ degree: 0 }, [1]],
  ])('%j', (options, expected) => {
    // x₁ = 2, x₂ = 3: by the first power, then the second
    const made = polynomialFeatures(options).apply(dataset({ x: [[2, 3]], y: [0] }));
    expect([...made.x]).toEqual(expected);
    expect(made.shape).toEqual([expected.length]);
    expect([
      ...polynomialFeatures(options)
        .apply(tensor([[2, 3]]))
        .data(),
    ]).toEqual(expected);
  });
  test('refuses explosions', () => {
    expect(() => polynomialFeatures({ degree: 9 }).apply(dataset({ x: [new Array(8).fill(1)], y: [0] }))).toThrow(
      'polynomialFeatures: degree 9 of 8 features gives more than 10000 columns',
    );
    expect(() => polynomialFeatures({ degree: -1 })).toThrow('polynomialFeatures: degree is -1');
  });
});
