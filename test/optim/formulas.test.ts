import { describe, expect, test } from 'vitest';
import { UnsupportedError, OptionError } from '../../src/errors.js';
import { descend } from '../../src/diagnose/index.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, adamw, lion, lookahead, type Optimizer, optimizer, rmsprop, sam, sgd } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

/** ½xᵀAx − bᵀx, and its gradient in float64. */
const A = [
  [2, 0.4, -0.2],
  [0.4, 1, 0.1],
  [-0.2, 0.1, 0.5],
];
const b = [0.3, -0.5, 0.2];
const f = (x: Tensor): Tensor =>
  x
    .reshape([1, 3])
    .matmul(tensor(A))
    .reshape([3])
    .mul(x)
    .sum()
    .mul(0.5)
    .sub(x.mul(tensor(b)).sum());
const slope = (x: readonly number[]): number[] => A.map((row, i) => row.reduce((s, a, j) => s + a * x[j], 0) - b[i]);
const START = [1, -2, 1.5];

/** μ_t = min(1 − 2^(−1 − log₂(⌊t/10⌋ + 1)), 0.9): ½, then ¾, then ⅚ and so on. */
const sutskever = (k: number): number => Math.min(1 - 0.5 / (Math.floor(k / 10) + 1), 0.9);

type Vectors = Record<string, number[]>;
const zeros = (): number[] => START.map(() => 0);
const each = (g: (i: number) => number): number[] => START.map((_, i) => g(i));
/** One update by a formula in float64: changes the vectors and returns the next x. */
type Formula = (x: number[], v: Vectors, k: number) => number[];
const momentum: Formula = (x, v) => {
  v.v ??= zeros();
  const g = slope(x);
  v.v = each((i) => 0.9 * v.v[i] - 0.05 * g[i]);
  return each((i) => x[i] + v.v[i]);
};
const rms =
  (centered: boolean, alpha: number): Formula =>
  (x, v) => {
    for (const name of ['r', 'm', 'v']) v[name] ??= zeros();
    const g = slope(x);
    v.r = each((i) => 0.9 * v.r[i] + 0.1 * g[i] ** 2);
    v.m = each((i) => 0.9 * v.m[i] + 0.1 * g[i]);
    v.v = each((i) => alpha * v.v[i] - (0.02 * g[i]) / Math.sqrt(1e-2 + v.r[i] - (centered ? v.m[i] ** 2 : 0)));
    return each((i) => x[i] + v.v[i]);
  };
/** Each row is an optimizer with its documented formula. */
const FORMULAS: [string, Optimizer, Formula][] = [
  ['rmsprop', rmsprop({ learningRate: 0.02, delta: 1e-2 }), rms(false, 0)],
  ['rmsprop, momentum', rmsprop({ learningRate: 0.02, delta: 1e-2, momentum: 0.8 }), rms(false, 0.8)],
  ['rmsprop, centered', rmsprop({ learningRate: 0.02, delta: 1e-2, centered: true }), rms(true, 0)],
  [
    'rmsprop, centered, momentum',
    rmsprop({ learningRate: 0.02, delta: 1e-2, centered: true, momentum: 0.8 }),
    rms(true, 0.8),
  ],
  [
    'lion',
    lion({ learningRate: 0.02 }),
    (x, v) => {
      v.m ??= zeros();
      const g = slope(x);
      const next = each((i) => x[i] - 0.02 * Math.sign(0.9 * v.m[i] + 0.1 * g[i]));
      v.m = each((i) => 0.99 * v.m[i] + 0.01 * g[i]);
      return next;
    },
  ],
  [
    'lookahead',
    lookahead(sgd({ learningRate: 0.05, momentum: 0.9 }), { every: 4, share: 0.3 }),
    (x, v, k) => {
      v.slow ??= x;
      const fast = momentum(x, v, k);
      if ((k + 1) % 4) return fast;
      v.slow = each((i) => v.slow[i] + 0.3 * (fast[i] - v.slow[i]));
      return v.slow;
    },
  ],
  [
    'sam',
    sam(sgd({ learningRate: 0.05 }), { rho: 0.2 }),
    (x) => {
      const g = slope(x);
      const above = slope(each((i) => x[i] + (0.2 * g[i]) / Math.hypot(...g)));
      return each((i) => x[i] - 0.05 * above[i]);
    },
  ],
  ...[false, true].map((nesterov): [string, Optimizer, Formula] => [
    `sgd with the momentum of Sutskever et al. (2013)${nesterov ? ', Nesterov' : ''}`,
    sgd({
      learningRate: 0.02,
      nesterov,
      momentum: Object.assign((k: number) => sutskever(k), { config: { name: 'own', options: {} } }),
    }),
    (x, v, k) => {
      v.v ??= zeros();
      const alpha = sutskever(k);
      const g = slope(x);
      v.v = each((i) => alpha * v.v[i] - 0.02 * g[i]);
      return each((i) => x[i] + (nesterov ? alpha * v.v[i] - 0.02 * g[i] : v.v[i]));
    },
  ]),
  [
    'adamw without decay is adam',
    adamw({ learningRate: 0.02, weightDecay: 0 }),
    (x, v, k) => {
      for (const name of ['s', 'r']) v[name] ??= zeros();
      const g = slope(x);
      v.s = each((i) => 0.9 * v.s[i] + 0.1 * g[i]);
      v.r = each((i) => 0.999 * v.r[i] + 0.001 * g[i] ** 2);
      const [c, d] = [1 - 0.9 ** (k + 1), 1 - 0.999 ** (k + 1)];
      return each((i) => x[i] - (0.02 * v.s[i]) / c / (Math.sqrt(v.r[i] / d) + 1e-8));
    },
  ],
];

describe('50 steps of a formula in float64', () => {
  test.each(FORMULAS)('%s', (_, optimizer, formula) => {
    const { points } = descend(f, optimizer, { start: START, steps: 50 });
    const vectors: Vectors = {};
    let x = START;
    for (let k = 0; k < 50; k++) {
      x = formula(x, vectors, k);
      x.forEach((truth, i) => expect(Math.abs(points[k + 1][i] - truth), `step ${k}`).toBeLessThan(2e-5));
    }
  });
});

describe('1,000 steps on a convex function', () => {
  const rows: [string, Optimizer, Formula][] = [
    ['sgd', sgd({ learningRate: 0.05 }), (x) => slope(x).map((g, i) => x[i] - 0.05 * g)],
    ['momentum', sgd({ learningRate: 0.05, momentum: 0.9 }), momentum],
    [
      'adam',
      adam({ learningRate: 0.02 }),
      (FORMULAS.find(([name]) => name.startsWith('adamw without')) as (typeof FORMULAS)[0])[2],
    ],
  ];
  test.each(rows)('%s stays within 1e-5 of float64', (_, optimizer, formula) => {
    const { points } = descend(f, optimizer, { start: START, steps: 1000 });
    const vectors: Vectors = {};
    let x = START;
    let most = 0;
    for (let k = 0; k < 1000; k++) {
      x = formula(x, vectors, k);
      most = Math.max(most, ...x.map((truth, i) => Math.abs(points[k + 1][i] - truth)));
    }
    expect(most / 2).toBeLessThan(1e-5);
  });
});

test('an optimizer of your own may keep, swap and copy its states', () => {
  const swapping = optimizer({
    state: ['a', 'b', 'c'],
    update: ({ theta, state: { a, b, c } }) => ({ theta: theta.add(a), state: { a: b.add(1), b: a, c } }),
  })({ learningRate: 1 });
  const model = nn.sequential([nn.dense(1)]).build([1]);
  model.load({ '0.weight': Float32Array.of(0), '0.bias': Float32Array.of(0) });
  const step = trainStep(model, { loss: mse(), optimizer: swapping });
  // a: 0, 1, 1, 2; θ is the sum of the values of a.
  const seen = [0, 1, 2, 3, 4].map(() => {
    step([[1]], [[1]]);
    return model.state()['0.weight'][0];
  });
  expect(seen).toEqual([0, 1, 2, 4, 6]);
});

describe('what wraps another optimizer', () => {
  test('says where it cannot work', () => {
    const alone = sam(sgd({ learningRate: 0.1 }));
    const x = tensor([1]);
    expect(() => alone.update(x, x, alone.init(x))).toThrow(UnsupportedError);
    const both = lookahead(alone);
    expect(() => both.update(x, x, both.init(x))).toThrow('sam: one update needs a second gradient');
    expect(() => sam(0.1 as never)).toThrow(OptionError);
    expect(() => lookahead(sgd as never)).toThrow('lookahead: the first argument is an optimizer, such as adam()');
    expect(() => lookahead(lookahead(adam()))).toThrow('one lookahead is enough');
  });
  test('sam stands still where there is no slope', () => {
    const flat = (x: Tensor): Tensor => x.mul(0).sum();
    expect(descend(flat, sam(sgd({ learningRate: 1 })), { start: [2], steps: 2 }).points).toEqual([[2], [2], [2]]);
  });
  test('lookahead over sam looks ahead of the second gradient', () => {
    const base = () => sam(sgd({ learningRate: 0.05 }), { rho: 0.2 });
    const plain = descend(f, base(), { start: START, steps: 2 }).points;
    const both = descend(f, lookahead(base(), { every: 2 }), { start: START, steps: 2 }).points;
    both[2].forEach((x, i) => expect(x).toBeCloseTo((START[i] + plain[2][i]) / 2, 6));
  });
});
