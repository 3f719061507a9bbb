import { expect, test } from 'vitest';
import { normal } from '../../src/init/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { Part } from '../../src/nn/layer.js';
import { adam, type Optimizer, sam, sgd } from '../../src/optim/index.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { type TrainStep, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const block = (): Part[] => [
  nn.dense(64),
  nn.batchNorm(),
  nn.tanh(),
  nn.dropout({ keep: 0.7 }),
  nn.dense(64),
  nn.relu(),
];
const x = randomGenerator(1).normal([40, 20]);
const y = Array.from({ length: 40 }, (_, i) => i % 3);

function trained(part: (layers: Part[]) => Part[], optimizer: Optimizer = adam()) {
  const model = nn.sequential([...[0, 1, 2, 3].flatMap(() => part(block())), nn.dense(3)]).build([20], { seed: 3 });
  const step = trainStep(model, { loss: crossEntropy(), optimizer, seed: 4 });
  const losses = Array.from({ length: 10 }, () => step(x, y));
  const found = { losses, parameters: model.parameters().map(({ get }) => get()), arena: arenaOf(step) };
  step.dispose();
  model.dispose();
  return found;
}
const arenaOf = (step: TrainStep): number => Number(/arena (\d+) for/.exec(step.describe())?.[1]);

test('a rematerialized network trains to the same bits in less memory', () => {
  const kept = trained((layers) => [nn.sequential(layers)]);
  const again = trained((layers) => [nn.rematerialize(nn.sequential(layers))]);
  expect(again.losses).toEqual(kept.losses);
  expect(again.parameters).toEqual(kept.parameters);
  expect(again.arena).toBeLessThan(0.6 * kept.arena);
});
test('and may stand within another', () => {
  const kept = trained((layers) => [nn.sequential(layers)]);
  const nested = trained((layers) => [
    nn.rematerialize(nn.sequential([nn.rematerialize(nn.sequential(layers.slice(0, 4))), ...layers.slice(4)])),
  ]);
  expect(nested.losses).toEqual(kept.losses);
});
test('and be trained by a second gradient at another place', () => {
  const optimizer = sam(sgd({ learningRate: 0.05, momentum: 0.9 }));
  const kept = trained((layers) => [nn.sequential(layers)], optimizer);
  const again = trained((layers) => [nn.rematerialize(nn.sequential(layers))], optimizer);
  expect(again.losses).toEqual(kept.losses);
  expect(again.parameters).toEqual(kept.parameters);
});
test('what a layer computes of its parameters alone is differentiated, too', () => {
  const layers: Record<string, () => Part> = {
    // Its weights are joined before x is multiplied by them.
    attention: () => nn.transformer({ heads: 2, hidden: 8, causal: true, keep: 0.8 }),
    own: () =>
      nn.sequential([
        {
          parameters: () => ({ weight: { shape: [4, 4], init: normal(), kind: 'weight' } }),
          call: (t, { weight }) => t.matmul(weight.tanh()).relu(),
        },
      ]),
  };
  for (const layer of Object.values(layers)) {
    const [kept, again] = [layer, () => nn.rematerialize(layer())].map((make) => {
      const model = nn.sequential([(t) => t.reshape([-1, 5, 4]), make(), nn.flatten(), nn.dense(3)]).build([20]);
      const step = trainStep(model, { loss: crossEntropy(), optimizer: adam() });
      return [...Array.from({ length: 3 }, () => step(x, y)), ...model.parameters().map(({ get }) => get())];
    });
    expect(again).toEqual(kept);
  }
});
