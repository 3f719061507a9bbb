/** Textbook statements about optimization, checked by small experiments. */
import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { moons, spirals } from '../../src/data/synthetic/index.js';
import { descend } from '../../src/diagnose/index.js';
import { DivergenceError } from '../../src/errors.js';
import * as init from '../../src/init/index.js';
import type { Initializer } from '../../src/init/initializer.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adagrad, adam, linearDecay, type Optimizer, type Rate, rmsprop, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import * as surfaces from '../../src/surfaces/index.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - middle) ** 2)));
};

describe('on surfaces', () => {
  /** The number of updates until the value is below a bound; Infinity where it never is. */
  const stepsTo = (surface: surfaces.Surface, optimizer: Optimizer, start: number[], below: number): number => {
    const { values } = descend(surface.f, optimizer, { start, steps: 3000 });
    const found = values.findIndex((value) => value < below);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  };
  test('momentum goes along a ravine in fewer steps than descent', () => {
    const plain = stepsTo(surfaces.quadratic, sgd({ learningRate: 0.01 }), [10, 1], 1e-4);
    const heavy = stepsTo(surfaces.quadratic, sgd({ learningRate: 0.01, momentum: 0.9 }), [10, 1], 1e-4);
    expect(heavy).toBeLessThan(0.5 * plain);
  });
  test("and through Rosenbrock's valley; Adam too", () => {
    const plain = stepsTo(surfaces.rosenbrock, sgd({ learningRate: 1e-3 }), [-1.5, 2], 0.1);
    for (const other of [sgd({ learningRate: 1e-3, momentum: 0.9 }), adam({ learningRate: 0.05 })])
      expect(stepsTo(surfaces.rosenbrock, other, [-1.5, 2], 0.1)).toBeLessThan(0.5 * plain);
  });
  test("AdaGrad's steps die where RMSProp's live", () => {
    const last = (optimizer: Optimizer): number => {
      const { points } = descend(surfaces.quadratic.f, optimizer, { start: [10, 1], steps: 1500 });
      return Math.abs((points.at(-1) as number[])[0]);
    };
    expect(last(rmsprop({ learningRate: 0.02 }))).toBeLessThan(0.1);
    expect(last(adagrad({ learningRate: 0.02 }))).toBeGreaterThan(5);
  });
  test('noise leaves the saddle, at which descent stands still', () => {
    const way = (noise: number) =>
      descend(surfaces.saddle.f, sgd({ learningRate: 0.1 }), { start: [1, 0], steps: 80, noise, seed: 1 });
    expect(way(0).values.at(-1)).toBeCloseTo(0, 6);
    expect(way(0.01).values.at(-1)).toBeLessThan(-1);
  });
  test('clipping survives the cliff, from which a plain step is thrown far away', () => {
    const far = (rule?: ReturnType<typeof clip.globalNorm>): number => {
      const { points } = descend(surfaces.cliff.f, sgd({ learningRate: 0.5 }), {
        start: [1.03, 1],
        steps: 60,
        clip: rule,
      });
      return Math.max(...points.map(([x]) => Math.abs(x)));
    };
    expect(far()).toBeGreaterThan(10);
    expect(far(clip.globalNorm(1))).toBeLessThan(2);
  });
});

test('a constant rate keeps a floor of noise, and decay removes it', async () => {
  const { normal } = draws([5, 5], 0);
  const rows = Array.from({ length: 256 }, () => [normal(), normal()]);
  const data = dataset({ x: rows, y: rows.map(([a, b]) => [a - 2 * b + normal()]) });
  const excess = async (learningRate: Rate): Promise<number> => {
    const model = nn.sequential([nn.dense(1)]);
    const run = await fit(model, data, { loss: mse(), optimizer: sgd({ learningRate }), epochs: 40, batchSize: 4 });
    const best = nn.sequential([nn.dense(1)]);
    const exact = await fit(best, data, {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.2 }),
      epochs: 200,
      batchSize: 'full',
    });
    const floor = mean(run.history.slice(-10).map(({ training }) => training.loss));
    return floor - (exact.history.at(-1)?.training.loss as number);
  };
  const [small, large, decayed] = [
    await excess(0.02),
    await excess(0.1),
    await excess(linearDecay({ from: 0.1, epochs: 40 })),
  ];
  expect(large).toBeGreaterThan(2 * small);
  expect(decayed).toBeLessThan(0.2 * large);
});

describe('batch normalization trains', () => {
  const data = moons({ n: 200, noise: 0.1, seed: 1 });
  const reached = async (normalized: boolean, weights: Initializer, learningRate: number): Promise<number> => {
    const block = () => [nn.dense(16, { init: weights }), ...(normalized ? [nn.batchNorm()] : []), nn.relu()];
    const model = nn.sequential([...block(), ...block(), ...block(), ...block(), nn.dense(2)]);
    try {
      const run = await fit(model, data, { loss: crossEntropy(), optimizer: sgd({ learningRate }), epochs: 40 });
      return run.history.at(-1)?.training.loss as number;
    } catch (error) {
      if (error instanceof DivergenceError) return Number.POSITIVE_INFINITY;
      throw error;
    }
  };
  test.each([
    ['at a rate', init.kaimingNormal(), 1],
    ['from tiny weights', init.normal({ std: 0.01 }), 0.1],
    ['from huge weights', init.normal({ std: 3 }), 0.1],
  ] as const)('%s at which the plain network fails', async (_, weights, rate) => {
    expect(await reached(true, weights, rate)).toBeLessThan(0.15);
    expect(await reached(false, weights, rate)).toBeGreaterThan(0.3);
  });
});

test('many minima, low cost: the spread of final losses over seeds shrinks with width', async () => {
  const data = spirals({ n: 150, noise: 0.05, seed: 2 });
  const spread = async (width: number): Promise<{ spread: number; middle: number }> => {
    const losses: number[] = [];
    for (let seed = 0; seed < 8; seed++) {
      const model = nn.sequential([nn.dense(width), nn.tanh(), nn.dense(3)]);
      const run = await fit(model, data, {
        loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.03 }),
        epochs: 100,
        seed,
      });
      losses.push(run.history.at(-1)?.training.loss as number);
      model.dispose();
    }
    return { spread: deviation(losses), middle: mean(losses) };
  };
  const [narrow, middle, wide] = [await spread(4), await spread(16), await spread(128)];
  expect(middle.spread).toBeLessThan(narrow.spread);
  expect(wide.spread).toBeLessThan(0.5 * narrow.spread);
  expect(wide.middle).toBeLessThan(middle.middle);
  expect(middle.middle).toBeLessThan(narrow.middle);
});
