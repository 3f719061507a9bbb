import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { type State, stateOf } from '../../playground/state.js';
import { batchesEngine } from '../../playground/tabs/batches/engine.js';
import { BATCHES, ROWS, SIZES } from '../../playground/tabs/batches/spec.js';
import { randomGenerator } from '../../src/index.js';
import { printed } from './programs.js';

const session = new Session(batchesEngine());
afterAll(() => session.engine.dispose());
const first = stateOf(BATCHES, 'fan');
const ran = (steps: number, more: State = {}): Session => {
  session.reset({ ...first, ...more });
  session.advance(steps);
  return session;
};

test.each(BATCHES.presets)('the program of $name prints its hash', async ({ state }) => {
  const run = ran(60, state);
  expect(await printed(run.program())).toBe(run.hash());
});

test('changes on the way are replayed, and in the program', async () => {
  const run = ran(20, { decay: true });
  const early = run.hash();
  run.change({ ...first, decay: true, batch: '64' });
  run.advance(15);
  run.change({ ...first, batch: '2', rate: 0.05 });
  run.advance(25);
  const [end, frame] = [run.hash(), run.engine.frame([])];
  expect(await printed(run.program())).toBe(end);
  run.seek(20);
  run.seek(10);
  run.advance(10);
  expect(run.hash()).toBe(early);
  run.advance(40);
  expect(run.hash()).toBe(end);
  expect(run.engine.frame([])).toEqual(frame);
});

/** The data of the first preset, and the gradient of the squared error of a row. */
const draws = randomGenerator(1).normal([ROWS, 3]).data();
const gradientOf = (i: number, [w1, w2]: readonly number[]): readonly [number, number] => {
  const [u, v] = [draws[3 * i], draws[3 * i + 1] / 2];
  const error = 2 * (u * w1 + v * w2 - (u + v + draws[3 * i + 2]));
  return [error * u, error * v];
};
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each([0, 40])('after %i steps', (steps) => {
  const run = ran(steps);
  const frame = run.engine.frame([]);
  const w = [...run.engine.parameters()[0]];
  const all = Array.from({ length: ROWS }, (_, i) => gradientOf(i, w));
  const whole = [0, 1].map((j) => mean(all.map((g) => g[j])));
  test('the thick arrow is the mean of all gradients', () => {
    expect(frame.numbers.g1).toBeCloseTo(whole[0], 4);
    expect(frame.numbers.g2).toBeCloseTo(whole[1], 4);
  });
  test('errors are σ/√n, with the σ of single rows', () => {
    const sigma = Math.sqrt(mean(all.map(([a, b]) => (a - whole[0]) ** 2 + (b - whole[1]) ** 2)));
    SIZES.forEach((n, i) => {
      const share = (frame.arrays.errors[i] * Math.sqrt(n)) / sigma;
      expect(share, `n = ${n}`).toBeGreaterThan(0.6);
      expect(share, `n = ${n}`).toBeLessThan(1.4);
    });
    expect(Math.abs(frame.numbers.slope + 0.5)).toBeLessThan(0.08);
  });
  test('the loss above the least is that of the bowl', () => {
    const [a, b, c, x, y] = frame.arrays.bowl;
    const [u, v] = [w[0] - x, w[1] - y];
    expect(a * u + b * v).toBeCloseTo(frame.numbers.g1, 3);
    expect(b * u + c * v).toBeCloseTo(frame.numbers.g2, 3);
    expect(frame.arrays.excess[steps]).toBeCloseTo((a * u * u + 2 * b * u * v + c * v * v) / 2, 4);
  });
});

test('a step of all rows is the whole gradient times the rate, and chance has no part in it', () => {
  const run = ran(0, { batch: 'all' });
  const { g1, g2 } = run.engine.frame([]).numbers;
  run.advance(1);
  const [w1, w2] = run.engine.parameters()[0];
  expect(w1).toBeCloseTo(-0.5 - 0.1 * g1, 5);
  expect(w2).toBeCloseTo(2.5 - 0.1 * g2, 5);
  expect(run.engine.frame([]).arrays.fan).toHaveLength(2);
});

test('larger batches end nearer to the minimum, and so does a rate that falls', () => {
  const excess = (more: State): number => ran(120, more).engine.verdict()?.numbers.excess ?? Number.NaN;
  const [one, eight, many] = ['1', '8', '128'].map((batch) => excess({ batch }));
  expect(one).toBeGreaterThan(2 * eight);
  expect(eight).toBeGreaterThan(2 * many);
  expect(excess({ batch: '1', decay: true })).toBeLessThan(one / 2);
});
