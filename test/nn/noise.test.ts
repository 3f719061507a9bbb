import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { activity, monteCarlo } from '../../src/diagnose/index.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { Layer } from '../../src/nn/layer.js';
import { adam } from '../../src/optim/index.js';
import { l1, l2 } from '../../src/regularize/index.js';
import { ones, tensor } from '../../src/tensor/create.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { fit, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const noisy = (layer: Layer, shape: number[], seed = 0): Float32Array =>
  nn.sequential([layer]).build(shape.slice(1), { seed })(ones(shape)).data();
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('layers that draw', () => {
  test('spatial dropout keeps or drops whole channels', () => {
    const y = noisy(nn.spatialDropout({ keep: 0.75 }), [20, 3, 3, 50]);
    for (let n = 0; n < 20; n++)
      for (let c = 0; c < 50; c++) {
        const places = Array.from({ length: 9 }, (_, p) => y[(n * 9 + p) * 50 + c]);
        expect(new Set(places).size).toBe(1);
        expect([0, Math.fround(1 / 0.75)]).toContain(places[0]);
      }
    expect(Math.abs(mean(y) - 1)).toBeLessThan(0.06);
  });
  test('Gaussian dropout has the mean and the variance of dropout', () => {
    const y = noisy(nn.gaussianDropout({ keep: 0.8 }), [100, 100]);
    expect(Math.abs(mean(y) - 1)).toBeLessThan(0.02);
    expect(Math.abs(mean(y.map((v) => (v - 1) ** 2)) - 0.25)).toBeLessThan(0.02);
  });
  test('Gaussian noise is added', () => {
    const y = noisy(nn.gaussianNoise({ std: 0.5 }), [100, 100]);
    expect(Math.abs(mean(y.map((v) => (v - 1) ** 2)) - 0.25)).toBeLessThan(0.02);
  });
  test('none acts in evaluation, and seeds tell draws apart', () => {
    for (const make of [() => nn.spatialDropout(), () => nn.gaussianDropout(), () => nn.gaussianNoise({ std: 1 })]) {
      const model = nn.sequential([make()]).build([4]);
      expect([...model.predict(ones([2, 4])).data()]).toEqual(new Array(8).fill(1));
      expect(noisy(make(), [4, 8], 1)).not.toEqual(noisy(make(), [4, 8], 2));
    }
  });
});

describe('dropout in expectation', () => {
  /** One unit of known weights behind dropout. */
  const model = (scaling: 'train' | 'test') => {
    const made = nn.sequential([nn.dropout({ keep: 0.6, scaling }), nn.dense(1)]).build([3]);
    return made.load({ '1.weight': Float32Array.of(1, -2, 3), '1.bias': Float32Array.of(0.5) });
  };
  const x = [[1, 2, 3]];
  test('scaled weights are the mean of all masks: divided in training, or multiplied at test time', () => {
    const still = (scaling: 'train' | 'test') => model(scaling).predict(x).item();
    expect(still('train')).toBeCloseTo(1 - 4 + 9 + 0.5, 5);
    expect(still('test')).toBeCloseTo(0.6 * (1 - 4 + 9) + 0.5, 5);
    for (const scaling of ['train', 'test'] as const) {
      const drawn = monteCarlo(model(scaling), x, { samples: 4000, seed: 1 });
      expect(Math.abs(drawn.mean.item() - still(scaling))).toBeLessThan(0.3);
    }
  });
  test('predictions that are drawn say how sure they are', () => {
    const { mean: middle, std } = monteCarlo(model('train'), x, { samples: 4000 });
    expect(middle.shape).toEqual([1, 1]);
    const variance = ((1 - 0.6) / 0.6) * (1 + 16 + 81);
    expect(Math.abs(std.item() / Math.sqrt(variance) - 1)).toBeLessThan(0.05);
    const certain = nn.sequential([nn.dense(1)]).build([3]);
    expect(monteCarlo(certain, x, { samples: 3 }).std.item()).toBeCloseTo(0, 3);
    const twice = () => monteCarlo(model('train'), x, { samples: 5, seed: 3 }).mean.item();
    expect(twice()).toBe(twice());
  });
});

describe('a penalty of activity', () => {
  test('adds λ · mean over rows of Σ|h|, or (λ/2) · mean of Σh², in training', () => {
    const h = [
      [1, -2],
      [3, 0.5],
    ];
    for (const [penalty, expected] of [
      [l1(0.1), (0.1 * (1 + 2 + 3 + 0.5)) / 2],
      [l2(0.1), (0.05 * (1 + 4 + 9 + 0.25)) / 2],
    ] as const) {
      const step = trainStep(nn.sequential([nn.activityPenalty(penalty), nn.dense(1)]), {
        loss: mse(),
        optimizer: adam(),
      });
      const plain = trainStep(nn.sequential([nn.flatten(), nn.dense(1)]), { loss: mse(), optimizer: adam() });
      const y = [[0], [0]];
      expect(step(h, y) - plain(h, y)).toBeCloseTo(expected, 5);
    }
    expect(() => nn.activityPenalty({ config: { name: 'l3', options: {} } })).toThrow(
      'activityPenalty: takes a penalty',
    );
  });
  test('makes few units active at a time', async () => {
    const { normal } = randomGenerator(1);
    const x = normal([200, 6]);
    const data = dataset({ x, y: x });
    const share = async (lambda: number) => {
      const model = nn.sequential([nn.dense(24), nn.relu(), nn.activityPenalty(l1(lambda)), nn.dense(6)]);
      await fit(model, data, { loss: mse(), optimizer: adam({ learningRate: 0.01 }), epochs: 60 });
      return activity(model, x).find(({ layer }) => layer === '2')?.active as number;
    };
    expect(await share(0.02)).toBeLessThan(0.6 * (await share(0)));
    expect(activity(nn.sequential([nn.relu()]).build([2]), tensor([[1, -1]]))[0].active).toBe(0.5);
  });
});
