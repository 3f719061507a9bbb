import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { rule, type Rule, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import type { PenaltyOptions } from '../../src/regularize/index.js';
import * as constrain from '../../src/regularize/constrain.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const norm = (w: readonly number[]): number => Math.sqrt(w.reduce((sum, x) => sum + x * x, 0));
const size = (w: readonly number[]): number => w.reduce((sum, x) => sum + Math.abs(x), 0);
const scaled = (w: readonly number[], most: number): number[] => w.map((x) => x * Math.min(1, most / norm(w)));
/** Duchi et al. (2008), figure 1: by sorting, in float64. */
function ontoBall(w: readonly number[], radius: number): number[] {
  if (size(w) <= radius) return [...w];
  const sorted = w.map(Math.abs).sort((a, b) => b - a);
  let [sum, threshold] = [0, 0];
  sorted.forEach((x, i) => {
    sum += x;
    if (x > (sum - radius) / (i + 1)) threshold = (sum - radius) / (i + 1);
  });
  return w.map((x) => Math.sign(x) * Math.max(0, Math.abs(x) - threshold));
}
const units = ([a, b]: readonly number[][], f: (unit: number[]) => number[]): number[][] =>
  [a, b].map((w) => {
    const columns = [0, 1, 2].map((j) => f(w.filter((_, i) => i % 3 === j)));
    return w.map((_, i) => columns[i % 3][Math.floor(i / 3)]);
  });

/** The weights of two layers, [4, 3] and [3, 3], after a step that only applies the constraint. */
function projected(constraint: Rule | Rule[], weights: readonly number[][], bias = [5, -5, 5]): number[][] {
  const model = nn.sequential([nn.dense(3), nn.dense(3)]).build([4]);
  const [first, firstBias, second] = model.parameters();
  first.set(weights[0]);
  firstBias.set(bias);
  second.set(weights[1]);
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0 }), constrain: constraint });
  step([[0, 0, 0, 0]], [[0, 0, 0]]);
  step.dispose();
  return [first, second, firstBias].map(({ get }) => [...get()]);
}
const drawn = (scale: number, seed = 1): number[][] => {
  const { normal } = draws([seed, 7], 0);
  return [12, 9].map((n) => Array.from({ length: n }, () => Math.fround(scale * normal())));
};

/** One row gives a constraint its tests: the resulting weights of two layers, in float64. */
const ROWS: Record<
  keyof typeof constrain,
  { make: (bound: number, options?: PenaltyOptions) => Rule; argument: string; to: (w: number[][]) => number[][] }
> = {
  l2Ball: {
    make: constrain.l2Ball,
    argument: 'radius',
    to: ([a, b]) => {
      const all = scaled([...a, ...b], 2);
      return [all.slice(0, 12), all.slice(12)];
    },
  },
  l1Ball: {
    make: constrain.l1Ball,
    argument: 'radius',
    to: ([a, b]) => {
      const all = ontoBall([...a, ...b], 2);
      return [all.slice(0, 12), all.slice(12)];
    },
  },
  maxNorm: { make: constrain.maxNorm, argument: 'c', to: (w) => units(w, (unit) => scaled(unit, 2)) },
};
test('every constraint has a row', () => {
  expect(Object.keys(ROWS).sort()).toEqual(Object.keys(constrain).sort());
});

describe.each(Object.entries(ROWS))('%s', (name, { make, argument, to }) => {
  test.each([0.01, 1, 1000])('projects weights of size %d as float64 does, and leaves biases alone', (scale) => {
    const weights = drawn(scale);
    const [a, b, bias] = projected(make(2), weights);
    const truth = to(weights);
    [a, b].forEach((w, i) => {
      w.forEach((x, j) => expect(Math.abs(x - truth[i][j])).toBeLessThan(1e-6 * Math.max(2, 1e-3 * scale)));
    });
    expect(bias).toEqual([5, -5, 5]);
  });
  test('changes no bit of what lies inside', () => {
    const weights = drawn(0.001);
    weights[0][3] = -0;
    const [a, b] = projected(make(2), weights);
    expect([a, b]).toEqual(weights);
  });
  test.each([1e-50, 1e-40, 1e-30])('takes weights as near to 0 as a radius of %d asks', (bound) => {
    const [a, b] = projected(make(bound), drawn(1));
    // Units and vectors have at most 21 weights.
    expect(Math.max(...[...a, ...b].map(Math.abs))).toBeLessThanOrEqual(bound * 1.001);
  });
  test.each([1e30, 1e300])('changes no bit for a radius of %d', (bound) => {
    const weights = drawn(1);
    expect(projected(make(bound), weights).slice(0, 2)).toEqual(weights);
  });
  test('changes no bit where nothing is selected', () => {
    const weights = drawn(1);
    expect(projected(make(1e-3, { only: () => false }), weights)).toEqual([...weights, [5, -5, 5]]);
  });
  test('takes all parameters, or those that a function names', () => {
    const weights = drawn(1);
    const [a, b, bias] = projected(make(1e-3, { only: (path) => path === '0.bias' }), weights);
    expect([a, b]).toEqual(weights);
    expect(norm(bias)).toBeLessThan(1.1e-3);
    expect(norm(projected(make(1e-3, { only: 'all' }), weights)[2])).toBeLessThan(1.1e-3);
  });
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (bound) => {
    const refused = new OptionError(`constrain.${name}: ${argument} is ${bound}; it must be a finite number above 0`);
    expect(() => make(bound)).toThrow(refused);
  });
  test('refuses unknown options', () => {
    expect(() => make(1, { onyl: 'all' } as never)).toThrow(
      `constrain.${name}: unknown option 'onyl'; did you mean 'only'? Known: only`,
    );
  });
  test('says what it is', () => {
    expect(make(3, { only: 'all' }).config).toEqual({ name, options: { [argument]: 3, only: 'all' } });
  });
});

describe('the 1-norm’s ball', () => {
  test.each([
    ['equal weights', [3, -3, 3, 3], 4],
    ['one large weight', [1e6, 1e-3, 1e-3, 1e-3], 1],
    ['all but one are lost', [5, 4, 3, 0.5], 0.25],
    ['exact zeros', [0, 0, 2, -1], 1],
    ['on the surface', [0.5, 0.25, -0.25, 0], 1],
  ])('%s', (_, few, radius) => {
    const weights = [[...few, ...new Array(8).fill(0)], new Array(9).fill(0)];
    const [a] = projected(constrain.l1Ball(radius), weights);
    const truth = ontoBall(few, radius);
    few.forEach((__, i) => expect(Math.abs(a[i] - truth[i])).toBeLessThan(1e-6 * radius + 6e-8 * Math.max(...few)));
    expect(a.slice(4).every((x) => x === 0)).toBe(true);
  });
  test('of 100,000 weights: the norm is the radius, and zeros are exact', () => {
    const model = nn.sequential([nn.dense(250)]).build([400]);
    const { normal } = draws([3, 3], 0);
    const weights = Array.from({ length: 100_000 }, () => Math.fround(normal()));
    model.parameters()[0].set(weights);
    const step = trainStep(model, {
      loss: mse(),
      optimizer: sgd({ learningRate: 0 }),
      constrain: constrain.l1Ball(1000),
    });
    step([new Array(400).fill(0)], [new Array(250).fill(0)]);
    const got = [...model.parameters()[0].get()];
    const truth = ontoBall(weights, 1000);
    expect(Math.abs(size(got) - 1000)).toBeLessThan(0.05);
    expect(got.filter((x) => x === 0).length).toBe(truth.filter((x) => x === 0).length);
    expect(Math.max(...got.map((x, i) => Math.abs(x - truth[i])))).toBeLessThan(1e-6);
  });
});

test('a norm constraint and a penalty meet where the multiplier belongs to the radius', () => {
  // min ½ Σ λ(w − w*)² with ‖w‖ ≤ r is at w = λw*/(λ + α) (closed form in float64).
  const lambda = [0.009999999776482582, 0.10000000149011612, 1, 4];
  const best = [1, -2, 1.5, 0.5];
  const truth = [0.00485634991464, -0.0930596305815, 0.49193882036, 0.33062443655];
  const model = nn.sequential([nn.dense(1, { bias: false })]).build([4]);
  model.parameters()[0].set([0, 0, 0, 0]);
  // The loss has no gradient; a rule adds that of the function.
  const step = trainStep(model, {
    loss: mse(),
    optimizer: sgd({ learningRate: 0.2 }),
    constrain: constrain.l2Ball(0.6),
    rules: rule({
      stage: 'gradient',
      apply: ({ theta, grad }) => {
        const pad = (values: number[]) => tensor([...values, ...new Array<number>(theta.size - 4).fill(0)]);
        return { grad: grad.mul(0).add(theta.sub(pad(best)).mul(pad(lambda))) };
      },
    }),
  });
  for (let k = 0; k < 400; k++) step([[0, 0, 0, 0]], [[0]]);
  const w = [...model.parameters()[0].get()];
  truth.forEach((x, i) => expect(w[i]).toBeCloseTo(x, 5));
  expect(norm(w)).toBeCloseTo(0.6, 6);
  // There the gradient of the function is that of the penalty with α = 2.049….
  w.forEach((x, i) => expect(lambda[i] * (best[i] - x)).toBeCloseTo(2.04915964733 * x, 4));
});
