import { describe, expect, test } from 'vitest';
import { learningCurve } from '../../src/generalization/index.js';
import { powerLaw } from '../../src/generalization/learningCurve.js';
import { type Dataset, dataset, randomGenerator, ridge, tensor } from '../../src/index.js';
import { json } from '../fixtures/index.js';

const { learningCurve: cases } = json<{
  learningCurve: readonly { sizes: number[]; errors: number[]; a: number; b: number; c: number; at: number[][] }[];
}>('generalization.json');

describe.each(cases)('the curve of $a + $b n^-$c', ({ sizes, errors, at, ...truth }) => {
  test('is found', () => {
    const fit = powerLaw(sizes, errors);
    for (const name of ['a', 'b', 'c'] as const) expect(fit[name]).toBeCloseTo(truth[name], 5);
  });
  test('tells what more rows would bring', async () => {
    const zeros = (n: number): Dataset =>
      dataset({ x: Array.from({ length: n }, () => [0]), y: tensor(new Float32Array(n)) });
    // A model whose squared error is that of the curve, whatever it has seen.
    const build = () => {
      let error = 0;
      return {
        kind: 'values' as const,
        fit: ({ size }: Dataset) => {
          error = errors[sizes.indexOf(size)];
        },
        predict: (x: unknown) => tensor(new Array<number>((x as Dataset).size).fill(Math.sqrt(error))),
      };
    };
    const curve = await learningCurve(build, { train: zeros(500), validation: zeros(10) }, { sizes });
    expect(curve.points.map(({ size }) => size)).toEqual(sizes);
    for (const [n, error] of at) expect(curve.at(n)).toBeCloseTo(error, 5);
    const [low, high] = curve.interval(at[0][0]);
    expect(high - low).toBeLessThan(1e-6);
    expect(curve.sentence).toContain(`${sizes.at(-1)} rows have an error of`);
  });
});

test.each([
  ['rises', [1, 2, 3]],
  ['is flat', [2, 2, 2]],
])('an error that %s is its mean', (_, errors) => {
  expect(powerLaw([10, 20, 40], errors)).toEqual({ a: 2, b: 0, c: 0 });
});

test('least squares approaches the variance of the noise', async () => {
  const [n, d] = [900, 8];
  const random = randomGenerator(5);
  const [x, noise] = [random.normal([n, d]).data(), random.normal([n], { std: 0.5 }).data()];
  const y = Float32Array.from(noise, (e, i) => e + x[i * d] - 2 * x[i * d + 1]);
  const all = dataset({ x: tensor(x, [n, d]), y: tensor(y) });
  const [train, validation] = [
    all.rows(Array.from({ length: 400 }, (_, i) => i)),
    all.rows(Array.from({ length: 500 }, (_, i) => 400 + i)),
  ];
  const { fit, points, interval, at } = await learningCurve(
    () => ridge({ lambda: 0 }),
    { train, validation },
    { sizes: [20, 40, 80, 160, 320], repeats: 8 },
  );
  expect(points[4].validationError).toBeLessThan(points[0].validationError);
  expect(fit.a).toBeGreaterThan(0.2);
  expect(fit.a).toBeLessThan(0.3);
  const [low, high] = interval(400);
  expect(low).toBeLessThan(at(400));
  expect(high).toBeGreaterThan(at(400));
});
