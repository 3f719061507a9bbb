import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  dataset,
  diagnose,
  fit,
  type Loss,
  mae,
  mse,
  nn,
  randomGenerator,
  sgd,
} from '../../src/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { verdictOf } from '../../src/train/verdict.js';

/** A line of weight 1 that a step of size 0 leaves as it is. */
async function still(y: readonly number[], loss: Loss, weights?: readonly number[], train = y) {
  const of = (targets: readonly number[], w?: readonly number[]) =>
    dataset({ x: targets.map(() => [0]), y: targets, classes: false, weights: w && Float32Array.from(w) });
  const model = nn.sequential([nn.dense(1)]).build([1]);
  const run = await fit(model, of(train), {
    loss,
    optimizer: sgd({ learningRate: 1e-30 }),
    epochs: 1,
    batchSize: 'full',
    validation: of(y, weights),
  });
  model.dispose();
  return run;
}

describe('the standard error of the loss', () => {
  const y = [0.5, -1, 2, 0.25, 3, -0.5];
  const of = (each: readonly number[], w = each.map(() => 1)) => {
    const total = w.reduce((a, b) => a + b);
    const mean = each.reduce((sum, l, i) => sum + w[i] * l, 0) / total;
    const squares = each.reduce((sum, l, i) => sum + (w[i] * (l - mean)) ** 2, 0);
    return Math.sqrt((squares * each.length) / (each.length - 1)) / total;
  };
  test.each([
    ['mse', mse(), y.map((v) => v * v), undefined],
    ['mae', mae(), y.map(Math.abs), undefined],
    ['weighted mse', mse(), y.map((v) => v * v), [1, 2, 0, 1, 0.5, 3]],
  ] as const)('%s', async (_, loss, each, weights) => {
    const { scatter } = await still(y, loss, weights);
    expect(scatter?.['']).toMatchObject({ rows: 6, error: expect.closeTo(of(each, weights as never), 5) });
  });
  test('own losses have one where they take weights', async () => {
    const shifted = Object.assign((o: never, t: never, w?: never) => mse()(o, t, w).sub(1), { weighted: true });
    expect((await still(y, shifted as never)).scatter?.['']).toMatchObject({
      rows: 6,
      error: expect.closeTo(of(y.map((v) => v * v)), 5),
    });
    const own: Loss = (output, target) => output.sub(target).square().mean();
    const run = await still(y, own);
    expect(run.scatter?.['']).toEqual({ rows: 6 });
    expect(diagnose(run).interval).toBeUndefined();
  });
  test('rows without a target do not count', async () => {
    const x = [[0], [0], [0], [0]];
    const model = nn.multiTask({ trunk: nn.flatten(), heads: { a: nn.dense(1), b: nn.dense(1) } });
    const data = () =>
      dataset({ x, y: { a: [[0.5], [1], [2], [3]], b: [[0], [1], [0], [1]] }, mask: { b: [1, 1, 0, 1] } });
    const run = await fit(model, data(), {
      loss: { a: mse(), b: binaryCrossEntropy() },
      metrics: { b: accuracy() },
      optimizer: sgd({ learningRate: 0.01 }),
      epochs: 1,
      validation: data(),
    });
    expect(run.scatter).toEqual({ a: { rows: 4, error: expect.any(Number) }, b: { rows: 3 } });
    const { heads } = diagnose(run);
    expect(heads?.a.interval).toHaveLength(2);
    expect(heads?.b.interval).toHaveLength(2);
  });
});

/** A run as far as the verdict looks at it. */
const runOf = (trainError: number, validationError: number, rows: number) =>
  ({
    kept: { training: { loss: 0, accuracy: 1 - trainError }, validation: { loss: 0, accuracy: 1 - validationError } },
    baseline: { accuracy: 0.5 },
    scatter: { '': { rows } },
  }) as never;

test.each([
  [2, 12.706204736174698],
  [3, 4.302652729696142],
  [4, 3.182446305284263],
  [10, 2.2621571627409915],
  [1001, 1.9623390808264078],
])('of %i rows a loss of 0 has an interval of %f standard errors to each side', (rows, t) => {
  const kept = { training: { loss: 0 }, validation: { loss: 0 } };
  const { interval } = verdictOf({ kept, baseline: { loss: 1 }, scatter: { '': { rows, error: 0.5 } } } as never);
  expect(interval?.map((end) => end / 0.5)).toEqual([expect.closeTo(-t, 8), expect.closeTo(t, 8)]);
});
test.each([7, 30, 1000])(
  'Wilson: of no mistake in %i the interval begins at exactly 0, of all it ends at 1',
  (rows) => {
    expect(verdictOf(runOf(0, 0, rows)).interval?.[0]).toBe(0);
    expect(verdictOf(runOf(0, 1, rows)).interval?.[1]).toBe(1);
  },
);
test('Wilson: 10 of 100', () => {
  const { interval } = verdictOf(runOf(0, 0.1, 100));
  expect(interval).toEqual([expect.closeTo(0.0552291, 6), expect.closeTo(0.1743657, 6)]);
});
test.each([
  ['good', 0.01, 1000],
  ['unclear', 0.02, 100],
  ['unclear', 0.08, 100],
  ['overfitting', 0.08, 1000],
] as const)('%s: a gap of %f on %i rows, where 0.05 is allowed', (verdict, error, rows) => {
  expect(verdictOf(runOf(0, error, rows)).verdict).toBe(verdict);
});
test('the advice says what is missing', () => {
  const { verdict, advice } = diagnose(runOf(0, 0.06, 50));
  expect(verdict).toBe('unclear');
  expect(advice[0]).toMatch(
    /^the validation set is too small to tell: the gap is between 0\.0206 and 0\.16.*, on either side of 0\.0500$/,
  );
  expect(String(diagnose(runOf(0, 0.06, 50)))).toContain('gap 0.0600 (95 %: 0.0206 to ');
});

describe('the interval covers as it says', () => {
  test.each([
    // The coverage of Wilson's interval itself, summed over the binomial distribution: counts are whole, so it is not 0.95 everywhere.
    [0.05, 100, 0.9659],
    [0.3, 40, 0.9443],
    [0.5, 1000, 0.9463],
  ])('an error of %f on %i rows', (truth, rows, coverage) => {
    const draws = 1000;
    const wrong = randomGenerator(rows).bernoulli([draws, rows], truth).data();
    let covered = 0;
    for (let draw = 0; draw < draws; draw++) {
      const error = wrong.subarray(draw * rows, (draw + 1) * rows).reduce((a, b) => a + b, 0) / rows;
      const [low, high] = verdictOf(runOf(0.01, error, rows)).interval as readonly [number, number];
      covered += Number(low <= truth - 0.01 && truth - 0.01 <= high);
    }
    expect(Math.abs(covered / draws - coverage)).toBeLessThan(3 * Math.sqrt((coverage * (1 - coverage)) / draws));
  });
  test('the squared error of normal values, on 100 rows', async () => {
    const [draws, rows] = [200, 100];
    const values = randomGenerator(9).normal([draws, rows]).data();
    let covered = 0;
    for (let draw = 0; draw < draws; draw++) {
      const y = [...values.subarray(draw * rows, (draw + 1) * rows)];
      const { interval, trainError } = diagnose(await still(y, mse(), undefined, [0, 1]));
      const [low, high] = interval as readonly [number, number];
      covered += Number(low <= 1 - trainError && 1 - trainError <= high);
    }
    expect(covered / draws).toBeGreaterThan(0.9);
    expect(covered / draws).toBeLessThan(0.99);
  }, 60_000);
});
