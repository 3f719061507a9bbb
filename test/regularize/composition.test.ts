import { expect, test } from 'vitest';
import * as augment from '../../src/augment/index.js';
import { dataset } from '../../src/data/dataset.js';
import { crossEntropy } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adam, warmup, cosineDecay } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import * as constrain from '../../src/regularize/constrain.js';
import * as regularize from '../../src/regularize/index.js';
import { evaluate, fit } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';

/** 8×8 images: a bright bar that lies, stands or leans, somewhere. */
function bars(n: number, seed: number) {
  const { uniform, normal } = draws([seed, 1], 0);
  const y = Array.from({ length: n }, (_, i) => i % 3);
  const x = y.map((kind) => {
    const at = 2 + Math.floor(uniform(0, 4));
    return Array.from({ length: 8 }, (_, r) =>
      Array.from({ length: 8 }, (__, c) => {
        const on = kind === 0 ? r === at : kind === 1 ? c === at : r - c === at - 4;
        return [(on ? 1 : 0) + 0.1 * normal()];
      }),
    );
  });
  return dataset({ x, y, classes: 3 });
}

test('everything at once: images change, units drop, and the result is the same to the bit', {
  timeout: 60_000,
}, async () => {
  const [train, validation] = [bars(120, 1), bars(60, 2)];
  const before = memoryInfo();
  const trained = async () => {
    const model = nn.sequential([
      nn.conv2d(8, 3, { padding: 'same' }),
      nn.batchNorm(),
      nn.relu(),
      nn.maxPool2d(2),
      nn.spatialDropout({ keep: 0.9 }),
      nn.flatten(),
      nn.dense(24),
      nn.relu(),
      nn.activityPenalty(regularize.l1(1e-4)),
      nn.dropout({ keep: 0.8 }),
      nn.dense(3),
    ]);
    const run = await fit(model, train, {
      loss: crossEntropy({ labelSmoothing: 0.1, classWeights: [1, 2, 1] }),
      metrics: accuracy(),
      optimizer: adam({ learningRate: warmup(cosineDecay({ from: 0.02, steps: 120 }), { steps: 6 }) }),
      epochs: 14,
      batchSize: 12,
      accumulate: 2,
      validation,
      augment: [
        augment.translate({ pixels: 1 }),
        augment.rotate({ degrees: 10 }),
        augment.gaussianNoise({ std: 0.05 }),
        augment.mixup({ alpha: 0.1 }),
      ],
      penalties: [regularize.l2(1e-3), regularize.elasticNet({ l1: 1e-5, l2: 1e-5 })],
      noise: [regularize.weightNoise({ std: 0.01 }), regularize.noisyGradient({ std: 1e-4 })],
      adversarial: regularize.adversarial({ attack: regularize.fgsm({ epsilon: 0.05 }), share: 0.3 }),
      clip: clip.globalNorm(5),
      constrain: constrain.maxNorm(4),
      average: regularize.ema({ decay: 0.95 }),
      stop: regularize.earlyStopping({ patience: 8 }),
      onDivergence: 'rollback',
    });
    const found = { state: model.state(), scores: evaluate(model, validation), best: run.best };
    model.dispose();
    return found;
  };
  const [one, again] = [await trained(), await trained()];
  expect(again.state).toEqual(one.state);
  expect(one.scores.loss).toBeCloseTo(one.best?.value as number, 6);
  expect(one.scores.accuracy).toBeGreaterThan(0.9);
  // It may be less, because garbage may have been collected meanwhile.
  expect(memoryInfo().models).toBeLessThanOrEqual(before.models);
  expect(memoryInfo().datasets).toBeLessThanOrEqual(before.datasets);
});
