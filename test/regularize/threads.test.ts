import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as augment from '../../src/augment/index.js';
import { dataset } from '../../src/data/dataset.js';
import { crossEntropy } from '../../src/losses/index.js';
import type { Part } from '../../src/nn/layer.js';
import * as nn from '../../src/nn/index.js';
import type { State } from '../../src/nn/model.js';
import * as clip from '../../src/optim/clip.js';
import { adam, sam, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import * as constrain from '../../src/regularize/constrain.js';
import * as regularize from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, type FitOptions } from '../../src/train/index.js';
import { runtimeInfo, setThreads } from '../../src/wasm/runtime.js';
import '../../src/tensor/methods.js';

const { l1, l2, elasticNet, weightNoise, noisyGradient, ema, swa, adversarial, fgsm, pgd, earlyStopping } = regularize;

/** Every technique, with its options of fit, or its layers after the first. */
const TECHNIQUES: Record<string, Partial<FitOptions> & { layers?: () => Part[] }> = {
  nothing: {},
  l1: { penalties: l1(1e-3) },
  'l1, proximal': { penalties: l1(1e-3, { proximal: true }) },
  l2: { penalties: l2(1e-3) },
  elasticNet: { penalties: elasticNet({ l1: 1e-3, l2: 1e-3 }) },
  l2Ball: { constrain: constrain.l2Ball(10) },
  l1Ball: { constrain: constrain.l1Ball(400) },
  maxNorm: { constrain: constrain.maxNorm(0.9) },
  activityPenalty: { layers: () => [nn.activityPenalty(l1(1e-3))] },
  dropout: { layers: () => [nn.dropout()] },
  gaussianDropout: { layers: () => [nn.gaussianDropout()] },
  gaussianNoise: { layers: () => [nn.gaussianNoise({ std: 0.1 })] },
  batchNorm: { layers: () => [nn.batchNorm()] },
  weightNoise: { noise: weightNoise({ std: 0.02 }) },
  noisyGradient: { noise: noisyGradient({ std: 0.01 }) },
  ema: { average: ema({ decay: 0.8 }) },
  swa: { average: swa({ start: 2 }) },
  sam: { optimizer: sam(sgd({ learningRate: 0.1 })) },
  labelSmoothing: { loss: crossEntropy({ labelSmoothing: 0.1 }) },
  'adversarial, fgsm': { adversarial: adversarial({ attack: fgsm({ epsilon: 0.1 }) }) },
  'adversarial, pgd': { adversarial: adversarial({ attack: pgd({ epsilon: 0.1, stepSize: 0.05, steps: 3 }) }) },
  earlyStopping: { stop: earlyStopping({ patience: 1, retrain: 'continue' }) },
  clipping: { clip: [clip.adaptive(0.1), clip.norm(0.5)] },
  flips: { augment: [augment.flipHorizontal(), augment.flipVertical()] },
  motions: {
    augment: [
      augment.rotate({ degrees: 20 }),
      augment.zoom({ range: [0.8, 1.2] }),
      augment.scale({ x: [0.9, 1.1], y: [0.9, 1.1] }),
      augment.translate({ pixels: 2 }),
    ],
  },
  crop: { augment: augment.crop({ padding: 1 }) },
  'noise, cutout': { augment: [augment.gaussianNoise({ std: 0.1 }), augment.cutout({ size: 3 })] },
  mixup: { augment: augment.mixup({ alpha: 0.3 }) },
  cutmix: { augment: augment.cutmix({ alpha: 1 }) },
};

const { normal } = draws([8, 8], 0);
const images = (n: number) =>
  dataset({
    x: tensor(
      Array.from({ length: n * 128 }, () => normal()),
      [n, 8, 8, 2],
    ),
    y: Array.from({ length: n }, (_, i) => i % 5),
    classes: 5,
  });
const [data, validation] = [images(300), images(50)];

async function trained({ layers = () => [], ...more }: (typeof TECHNIQUES)[string]): Promise<State> {
  const model = nn.sequential([nn.flatten(), nn.dense(192), ...layers(), nn.relu(), nn.dense(5)]);
  await fit(model, data, {
    loss: crossEntropy(),
    optimizer: adam(),
    epochs: 3,
    batchSize: 128,
    ...(more.stop && { validation }),
    ...more,
  });
  const state = model.state();
  model.dispose();
  return state;
}

describe('the same bits on two threads', () => {
  const alone = new Map<string, State>();
  beforeAll(async () => {
    for (const [name, technique] of Object.entries(TECHNIQUES)) alone.set(name, await trained(technique));
    expect([await setThreads(2), runtimeInfo().reason]).toEqual([2, undefined]);
  }, 60_000);
  afterAll(async () => void (await setThreads(1)));

  test.each(Object.entries(TECHNIQUES))('with %s', async (name, technique) => {
    expect(await trained(technique)).toEqual(alone.get(name));
    if (name !== 'nothing') expect(alone.get(name)).not.toEqual(alone.get('nothing'));
  });
});
