import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { type State, stateOf } from '../../playground/state.js';
import { initializationEngine } from '../../playground/tabs/initialization/engine.js';
import { histograms } from '../../playground/tabs/initialization/picture.js';
import { BINS, INITIALIZATION, stopsOf } from '../../playground/tabs/initialization/spec.js';
import { THEMES } from '../../playground/theme.js';
import { randomGenerator } from '../../src/index.js';
import { printed } from './programs.js';

const session = new Session(initializationEngine());
afterAll(() => session.engine.dispose());
const first = stateOf(INITIALIZATION, 'straight');
const begun = (more: State = {}): Session => {
  session.reset({ ...first, ...more });
  return session;
};
/** The deviations of activations and of gradients, layer by layer. */
const deviations = (run: Session): readonly [number[], number[]] => {
  const stds = [...run.engine.frame([]).arrays.stds];
  return [stds.slice(0, stds.length / 2), stds.slice(stds.length / 2)];
};
const deviation = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

test.each(INITIALIZATION.presets)('the program of $name prints its hash', async ({ state }) => {
  const run = begun(state);
  run.advance(12);
  expect(await printed(run.program())).toBe(run.hash());
});

test.each([{}, { batchNorm: true }] as readonly State[])('going back and forth gives the same bits: %o', (more) => {
  const run = begun({ depth: 4, ...more });
  run.advance(20);
  const early = run.hash();
  run.advance(30);
  const [end, frame] = [run.hash(), run.engine.frame([])];
  run.seek(20);
  expect(run.hash()).toBe(early);
  run.advance(30);
  expect(run.hash()).toBe(end);
  expect(run.engine.frame([])).toEqual(frame);
});

// Each layer multiplies the mean square by nσ², of which a ReLU leaves half (He et al. 2015, equations 8 to 10).
test.each([
  ['Xavier', 1 / 8],
  ['Kaiming', Math.sqrt(2 / 64)],
  ['twice as much', 1 / 4],
])('ReLU with %s: σ changes by the same factor in every layer', (_, sigma) => {
  const [activations, gradients] = deviations(begun({ activation: 'relu', sigma, depth: 12 }));
  const factor = Math.sqrt((64 * sigma * sigma) / 2);
  expect((activations[11] / activations[0]) ** (1 / 11)).toBeCloseTo(factor, 1);
  expect((gradients[0] / gradients[11]) ** (1 / 11)).toBeCloseTo(factor, 1);
});

describe.each(['tanh', 'relu', 'sigmoid'] as const)('%s', (activation) => {
  test('the deviations are those of passes by hand', () => {
    const [n, depth, rows] = [16, 3, 128];
    const run = begun({ activation, sigma: 0.3, depth, units: n });
    const all = run.engine.parameters();
    const f = {
      tanh: Math.tanh,
      relu: (x: number): number => Math.max(0, x),
      sigmoid: (x: number): number => 1 / (1 + Math.exp(-x)),
    }[activation];
    const slope = {
      tanh: (h: number): number => 1 - h * h,
      relu: (h: number): number => (h > 0 ? 1 : 0),
      sigmoid: (h: number): number => h * (1 - h),
    }[activation];
    const points = randomGenerator(1)
      .normal([2 * rows, n])
      .data();
    const [forward, backward]: number[][][] = [
      [[], [], []],
      [[], [], []],
    ];
    for (let row = 0; row < rows; row++) {
      let h = Array.from(points.subarray(row * n, (row + 1) * n), (x) => x + (row % 2 ? 0.75 : -0.75));
      const outputs = Array.from({ length: depth }, (_, layer) => {
        const [w, b] = all.slice(2 * layer);
        h = Array.from(b, (bias, j) => f(h.reduce((sum, x, i) => sum + x * w[i * n + j], bias)));
        forward[layer].push(...h);
        return h;
      });
      const [w, b] = all.slice(2 * depth);
      const z = h.reduce((sum, x, i) => sum + x * w[i], b[0]);
      let g = Array.from(w, (weight) => ((1 / (1 + Math.exp(-z)) - (row % 2)) / rows) * weight);
      for (let layer = depth - 1; layer >= 0; layer--) {
        backward[layer].push(...g);
        const within = g.map((value, j) => value * slope(outputs[layer][j]));
        g = g.map((_, i) => within.reduce((sum, value, j) => sum + value * all[2 * layer][i * n + j], 0));
      }
    }
    const [activations, gradients] = deviations(run);
    for (let layer = 0; layer < depth; layer++) {
      expect(activations[layer] / deviation(forward[layer])).toBeCloseTo(1, 4);
      expect(gradients[layer] / deviation(backward[layer])).toBeCloseTo(1, 4);
    }
  });
});

test('every number is in a histogram, and what is beyond the range is at its ends', () => {
  const run = begun({ activation: 'relu', sigma: 1, depth: 4 });
  const counts = run.engine.frame([]).arrays.counts as Int32Array;
  expect(counts).toHaveLength(8 * BINS);
  for (let layer = 0; layer < 8; layer++)
    expect(counts.subarray(layer * BINS, (layer + 1) * BINS).reduce((a, b) => a + b, 0)).toBe(128 * 64);
  expect(counts[4 * BINS - 1]).toBeGreaterThan(2000);
  expect(counts[0]).toBe(0);
});

test('the deviations with a name follow the number of units', () => {
  expect(Object.fromEntries(stopsOf({ units: 100 }))).toMatchObject({ xavier: 0.1, kaiming: 0.141, zeros: 0 });
});

test('nothing moves where all weights are 0 but the last bias', () => {
  const run = begun({ sigma: 0 });
  run.advance(30);
  const moved = run.engine.parameters().flatMap((values, i) => (values.some((value) => value !== 0) ? [i] : []));
  expect(moved).toEqual([]);
});

test('the picture has no number that is none, whatever the deviations are', () => {
  const input = { ends: ['0', '1'], colour: '#000', theme: THEMES.light, width: 200, title: 't' } as const;
  for (const std of [0, Number.NaN, Number.POSITIVE_INFINITY, 1e30])
    expect(histograms({ ...input, counts: new Int32Array(2 * BINS), stds: [std, 1] })).not.toMatch(
      /="[^"]*(NaN|Inf|undefined)/,
    );
});
