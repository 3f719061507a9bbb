/** Textbook statements about regularization, checked by small experiments. The large ones are in lab/. */
import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { moons } from '../../src/data/synthetic/index.js';
import { activity, sharpness, sparsity } from '../../src/diagnose/index.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sam, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import * as constrain from '../../src/regularize/constrain.js';
import { ema, l1, l2, swa, weightNoise } from '../../src/regularize/index.js';
import { fit, type FitOptions, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('L2 under plain descent shrinks weights by 1 − ελ', () => {
  const model = nn.sequential([nn.dense(3, { bias: false })]).build([2]);
  const start = model.parameters()[0].get();
  const [epsilon, lambda] = [0.1, 0.3];
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: epsilon }), penalties: l2(lambda) });
  // With inputs of 0, the data have no gradient.
  for (let k = 0; k < 20; k++) step([[0, 0]], [[0, 0, 0]]);
  const shrunk = (1 - epsilon * lambda) ** 20;
  model
    .parameters()[0]
    .get()
    .forEach((w, i) => expect(w).toBeCloseTo(start[i] * shrunk, 6));
});

describe('minima', () => {
  const data = moons({ n: 120, noise: 0.25, seed: 3 });
  /** The mean over seeds of how much the loss rises under noise on the weights. */
  const sharp = async (more: Partial<FitOptions>): Promise<number> => {
    const rises: number[] = [];
    for (let seed = 0; seed < 3; seed++) {
      const model = nn.sequential([nn.dense(32), nn.tanh(), nn.dense(32), nn.tanh(), nn.dense(2)]);
      await fit(model, data, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.2, momentum: 0.9 }),
        epochs: 200,
        seed,
        ...more,
      });
      rises.push(sharpness(model, data, { std: 0.2, draws: 16 }));
      model.dispose();
    }
    return mean(rises);
  };
  test('are flatter where weights were noisy, and where the gradient was taken at the worst place nearby', {
    timeout: 60_000,
  }, async () => {
    const plain = await sharp({});
    expect(await sharp({ noise: weightNoise({ std: 0.1 }) })).toBeLessThan(0.75 * plain);
    expect(await sharp({ optimizer: sam(sgd({ learningRate: 0.2, momentum: 0.9 }), { rho: 0.1 }) })).toBeLessThan(
      0.75 * plain,
    );
  });
});

test('averages remove the noise floor of a constant rate', async () => {
  const { normal } = draws([5, 5], 0);
  const rows = Array.from({ length: 256 }, () => [normal(), normal()]);
  const data = dataset({ x: rows, y: rows.map(([a, b]) => [a - 2 * b + normal()]) });
  const last = async (more: Partial<FitOptions>, learningRate = 0.1): Promise<number> => {
    const model = nn.sequential([nn.dense(1)]);
    const run = await fit(model, data, {
      loss: mse(),
      optimizer: sgd({ learningRate }),
      epochs: 40,
      batchSize: 4,
      ...more,
    });
    return mean(run.history.slice(-10).map(({ training }) => training.loss));
  };
  const floor = await last({ batchSize: 'full', epochs: 300 }, 0.2);
  const plain = (await last({})) - floor;
  expect((await last({ average: ema({ decay: 0.99 }) })) - floor).toBeLessThan(0.2 * plain);
  expect((await last({ average: swa({ start: { epochs: 10 } }) })) - floor).toBeLessThan(0.1 * plain);
});

test('representations are sparse under a penalty on activity', async () => {
  const data = moons({ n: 200, noise: 0.1, seed: 1 });
  const active = async (lambda: number): Promise<number> => {
    const model = nn.sequential([nn.dense(32), nn.relu(), nn.activityPenalty(l1(lambda)), nn.dense(2)]);
    const run = await fit(model, data, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.02 }), epochs: 80 });
    expect(run.history.at(-1)?.training.loss).toBeLessThan(0.15);
    return activity(model, data).find(({ name }) => name === 'relu')?.active as number;
  };
  expect(await active(3e-3)).toBeLessThan(0.5 * (await active(0)));
});

test('the weights into a unit stay within their norm, whatever the rate', async () => {
  const data = moons({ n: 200, noise: 0.1, seed: 1 });
  /** The largest norm of a unit of the first layer, at any update. */
  const longest = async (more: Partial<FitOptions>): Promise<number> => {
    const model = nn.sequential([nn.dense(32), nn.relu(), nn.dense(2)]).build([2]);
    let most = 0;
    const onStep = () => {
      const [w] = model.parameters().map(({ get }) => get());
      for (let j = 0; j < 32; j++) most = Math.max(most, Math.sqrt(w[j] * w[j] + w[32 + j] * w[32 + j]));
    };
    const optimizer = sgd({ learningRate: 1, momentum: 0.9 });
    await fit(model, data, { loss: crossEntropy(), optimizer, epochs: 30, onStep, ...more });
    return most;
  };
  expect(await longest({})).toBeGreaterThan(2);
  expect(await longest({ constrain: constrain.maxNorm(1) })).toBeLessThan(1 + 1e-6);
});

test('weights are sparse under the proximal 1-norm and in its ball, not under the subgradient', async () => {
  const data = moons({ n: 200, noise: 0.1, seed: 1 });
  const zeros = async (more: Partial<FitOptions>): Promise<number> => {
    const model = nn.sequential([nn.dense(32), nn.relu(), nn.dense(2)]);
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
    await fit(model, data, { loss: crossEntropy(), optimizer, epochs: 200, ...more });
    return sparsity(model).byParameter['0.weight'];
  };
  expect(await zeros({ penalties: l1(5e-3) })).toBeLessThan(0.05);
  expect(await zeros({ penalties: l1(5e-3, { proximal: true }) })).toBeGreaterThan(0.4);
  expect(await zeros({ constrain: constrain.l1Ball(10) })).toBeGreaterThan(0.4);
});
