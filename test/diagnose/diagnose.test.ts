import { expect, test } from 'vitest';
import * as datasets from '../../src/data/synthetic/index.js';
import { kFold, polynomialFeatures } from '../../src/data/index.js';
import type { Dataset } from '../../src/data/columns.js';
import { diagnose } from '../../src/diagnose/index.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { adam } from '../../src/optim/index.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const trained = async (model: ReturnType<typeof nn.sequential>, data: Dataset, epochs: number) => {
  const [{ train, validation }] = kFold(data, 2);
  return fit(model, train, {
    validation,
    epochs,
    batchSize: 'full',
    optimizer: adam({ learningRate: 0.02 }),
    loss: data.kind === 'classes' ? crossEntropy() : mse(),
    metrics: data.kind === 'classes' ? accuracy() : [],
  });
};
const wide = () => nn.sequential([nn.dense(64), nn.relu(), nn.dense(64), nn.relu(), nn.dense(2)]);
const parabola = (n: number, noise: number) => datasets.polynomial({ n, noise, coefficients: [0, 0, 3], seed: 1 });

test.each<[string, string, () => ReturnType<typeof trained>]>([
  ['underfitting', 'a line between the circles', () => trained(nn.sequential([nn.dense(2)]), datasets.circles(), 200)],
  ['good', 'a network on the circles', () => trained(wide(), datasets.circles({ n: 600 }), 200)],
  ['overfitting', 'a wide network on noise', () => trained(wide(), datasets.gaussians({ n: 60, noise: 1.5 }), 400)],
  ['underfitting', 'a line on a parabola', () => trained(nn.sequential([nn.dense(1)]), parabola(80, 0.1), 600)],
  [
    'overfitting',
    'degree 12 on ten points',
    () => trained(nn.sequential([nn.dense(1)]), polynomialFeatures({ degree: 12 }).apply(parabola(20, 1)), 4000),
  ],
])('%s: %s', async (verdict, _, run) => {
  const { trainError, validationError, gap, advice, ...rest } = diagnose(await run());
  expect({ trainError, validationError, ...rest }).toMatchObject({ verdict });
  expect(gap).toBe(validationError - trainError);
  expect(advice.length).toBeGreaterThan(0);
});
