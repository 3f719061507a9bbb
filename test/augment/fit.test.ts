import { describe, expect, test } from 'vitest';
import * as augment from '../../src/augment/index.js';
import { dataset } from '../../src/data/dataset.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { evaluate, fit, type FitOptions, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

/** Bars, upright (0) or lying (1), somewhere in an image of 8×8. */
function bars(n: number, seed: number) {
  const { uniform } = draws([seed, 0], 1);
  const images = Array.from({ length: n }, (_, i) => {
    const at = Math.floor(uniform(0, 8));
    return Array.from({ length: 8 }, (_, r) => Array.from({ length: 8 }, (_, c) => [Number((i % 2 ? r : c) === at)]));
  });
  return dataset({ x: images, y: images.map((_, i) => i % 2), classes: 2 });
}
const trained = async (more: Partial<FitOptions>) => {
  const model = nn.sequential([nn.flatten(), nn.dense(16), nn.relu(), nn.dense(2)]);
  const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), epochs: 30, metrics: accuracy() };
  const run = await fit(model, bars(40, 1), { ...options, validation: bars(200, 2), ...more });
  return { model, run };
};

describe('fit with augmentation', () => {
  const shifted = { augment: [augment.crop({ padding: 3 }), augment.flipHorizontal(), augment.flipVertical()] };
  test('generalizes where training data alone do not', async () => {
    const [plain, other] = [await trained({ epochs: 60 }), await trained({ epochs: 60, ...shifted })];
    const reached = ({ run }: typeof plain) => run.history.at(-1)?.validation?.accuracy as number;
    expect(reached(other)).toBeGreaterThan(reached(plain) + 0.03);
  });
  test('draws anew in every epoch, and the same again in another run', async () => {
    const data = bars(32, 3);
    const losses = async () => {
      const model = nn.sequential([nn.flatten(), nn.dense(2)]);
      const still = {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0 }),
        epochs: 3,
        batchSize: 'full' as const,
      };
      const run = await fit(model, data, { ...still, shuffle: false, augment: augment.rotate({ degrees: 30 }) });
      return run.history.map(({ loss }) => loss);
    };
    const first = await losses();
    expect(new Set(first).size).toBe(3);
    expect(await losses()).toEqual(first);
  });
  test('leaves evaluation alone', async () => {
    const { model, run } = await trained({ epochs: 2, ...shifted });
    const own = evaluate(model, bars(200, 2));
    expect(run.history.at(-1)?.validation).toEqual(own);
  });
  test('a model that is trained on pieces of images is judged on their middle', async () => {
    const model = nn.sequential([nn.flatten(), nn.dense(2)]);
    const data = bars(64, 4);
    await fit(model, data, {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 10,
      validation: bars(20, 5),
      augment: augment.crop({ size: 6 }),
    });
    expect(model.parameters()[0].shape).toEqual([36, 2]);
    const middle = dataset({
      x: Array.from({ length: 64 }, (_, i) =>
        Array.from({ length: 6 }, (_, r) =>
          Array.from({ length: 6 }, (_, c) => [data.x[64 * i + 8 * (r + 1) + c + 1]]),
        ),
      ),
      y: data.y as Int32Array,
      classes: 2,
    });
    const copy = nn
      .sequential([nn.flatten(), nn.dense(2)])
      .build([6, 6, 1])
      .load(model.state());
    expect(evaluate(model, data).loss).toBe(evaluate(copy, middle, { loss: crossEntropy() }).loss);
  });
  test('mixes labels and values', async () => {
    const { run } = await trained({ augment: augment.mixup({ alpha: 1 }) });
    // Mixed labels cannot be matched exactly: the training loss is at least their entropy.
    expect(run.history.at(-1)?.loss).toBeGreaterThan((run.history.at(-1)?.training.loss as number) + 0.1);
    const step = trainStep(nn.sequential([nn.flatten(), nn.dense(1)]), {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.1 }),
      augment: [augment.mixup({ alpha: 0.4 }), augment.gaussianNoise({ std: 0.1 })],
    });
    expect(step([[[[1]]], [[[2]]]], [[1], [2]])).toBeGreaterThan(0);
  });
  test('refuses what is none', async () => {
    await expect(trained({ augment: { degrees: 10 } as never })).rejects.toThrow('fit: augment is an Object');
  });
});
