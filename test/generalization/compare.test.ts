import { describe, expect, test } from 'vitest';
import { compare } from '../../src/generalization/index.js';
import { randomGenerator } from '../../src/index.js';
import { json, type Numbers } from '../fixtures/index.js';

const { compare: cases } = json<{
  compare: readonly {
    folds: number;
    repeats: number;
    differences: Numbers;
    t: number;
    df: number;
    p: number;
    interval: number[];
  }[];
}>('generalization.json');

describe.each(cases)('$folds folds, $repeats times', ({ folds, repeats, differences: { data }, ...truth }) => {
  test('is the corrected resampled t of the reference', () => {
    const found = compare(
      { scores: data.map((x) => x + 0.5), folds, repeats },
      { scores: data.map(() => 0.5), folds, repeats },
    );
    expect(found.df).toBe(truth.df);
    for (const name of ['t', 'p'] as const) expect(found[name]).toBeCloseTo(truth[name], 10);
    found.interval.forEach((end, i) => {
      expect(end).toBeCloseTo(truth.interval[i], 10);
    });
  });
  test('exchanging the models changes the sign, and nothing else', () => {
    const [a, b] = [
      { scores: data, folds, repeats },
      { scores: data.map(() => 0), folds, repeats },
    ];
    const [there, back] = [compare(a, b), compare(b, a)];
    expect(back.difference).toBe(-there.difference);
    expect(back.p).toBe(there.p);
    expect(back.interval.map((x) => -x)).toEqual([...there.interval].reverse());
  });
});

test('scores that differ by the same everywhere leave no doubt, and equal ones no difference', () => {
  const scores = [0.5, 0.25, 0.75];
  expect(compare({ scores }, { scores: scores.map((x) => x - 0.25) })).toMatchObject({ p: 0, interval: [0.25, 0.25] });
  expect(compare({ scores }, { scores })).toMatchObject({ difference: 0, p: 1, interval: [0, 0] });
});

/** Differences of equal models on five folds, ten times: normal, and as alike as training sets that overlap make them, test/(test + train). */
test('equal models are called different in one of twenty cases, by an ordinary t-test in many', () => {
  const [draws, folds, repeats] = [1000, 5, 10];
  const count = folds * repeats;
  const alike = 1 / folds;
  const noise = randomGenerator(1)
    .normal([draws, count + 1])
    .data();
  const zeros = new Array<number>(count).fill(0);
  let [corrected, ordinary] = [0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const [shared, ...own] = noise.subarray(draw * (count + 1), (draw + 1) * (count + 1));
    const scores = own.map((x) => Math.sqrt(1 - alike) * x + Math.sqrt(alike) * shared);
    const other = { scores: zeros, folds, repeats };
    corrected += Number(compare({ scores, folds, repeats }, other).p < 0.05);
    const testOverTrain = Number.MIN_VALUE;
    ordinary += Number(compare({ scores, testOverTrain }, { scores: zeros, testOverTrain }).p < 0.05);
  }
  expect(Math.abs(corrected / draws - 0.05)).toBeLessThan(0.015);
  expect(ordinary / draws).toBeGreaterThan(0.1);
});
