import { describe, expect, test } from 'vitest';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { Part } from '../../src/nn/layer.js';
import { adam } from '../../src/optim/index.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
import type { Model } from '../../src/nn/model.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { fit, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';

/** The layers before the batch normalization, the shape of an example, and the number of normalizations that are
 *  left. */
const ROWS: Record<string, { parts: () => Part[]; shape: number[]; kept?: number }> = {
  dense: { parts: () => [nn.dense(6), nn.batchNorm(), nn.relu()], shape: [3] },
  'dense without bias': { parts: () => [nn.dense(6, { bias: false }), nn.batchNorm({ eps: 1e-3 })], shape: [3] },
  conv2d: { parts: () => [nn.conv2d(4, 3, { bias: false }), nn.batchNorm(), nn.relu()], shape: [6, 6, 2] },
  'conv2d in groups': { parts: () => [nn.conv2d(4, 3, { groups: 2 }), nn.batchNorm()], shape: [6, 6, 2] },
  conv1d: { parts: () => [nn.conv1d(4, 3), nn.batchNorm()], shape: [8, 2] },
  convTranspose2d: { parts: () => [nn.convTranspose2d(4, 3), nn.batchNorm()], shape: [3, 3, 2] },
  'two in a row': { parts: () => [nn.dense(5), nn.batchNorm(), nn.batchNorm()], shape: [3] },
  nested: { parts: () => [nn.sequential([nn.dense(5), nn.batchNorm()]), nn.tanh(), nn.dense(2)], shape: [3] },
  rematerialized: { parts: () => [nn.rematerialize(nn.sequential([nn.dense(5), nn.batchNorm()]))], shape: [3] },
  'behind an activation': {
    parts: () => [nn.dense(5, { activation: 'relu' }), nn.batchNorm(), nn.dense(2)],
    shape: [3],
    kept: 1,
  },
  'in a graph': {
    parts: () => [
      nn.graph([6, 6, 2], (x) => {
        const a = nn.batchNorm({ name: 'after' })(nn.conv2d(4, 3, { padding: 'same', name: 'body' })(x));
        const b = nn.batchNorm()(nn.batchNorm()(nn.conv2d(4, 1, { bias: false })(nn.relu()(a))));
        return nn.globalAvgPool2d()(nn.add()([a, b]));
      }),
    ],
    shape: [6, 6, 2],
  },
  'in a graph, where others read the layer, or it is called twice': {
    parts: () => [
      nn.graph([3], (x) => {
        const [shared, a] = [nn.dense(3), nn.dense(3)(x)];
        return nn.add()([nn.batchNorm()(a), a, nn.batchNorm()(shared(x)), shared(a)]);
      }),
    ],
    shape: [3],
    kept: 2,
  },
  'of a model of one’s own': {
    parts: () => [
      nn.defineModel({ a: nn.sequential([nn.dense(4), nn.batchNorm()]), b: nn.batchNorm() }, ({ a, b }, x) => b(a(x))),
    ],
    shape: [3],
    kept: 1,
  },
};
const norms = (model: Model): number => model.parameters().filter(({ name }) => name.endsWith('running_var')).length;

describe.each(Object.entries(ROWS))('%s', (_, { parts, shape, kept = 0 }) => {
  test('folds into a model with the same outputs', () => {
    const model = nn.sequential(parts());
    const x = randomGenerator(1).normal([16, ...shape], { mean: 1, std: 2 });
    const y = model.build(shape).predict(x);
    const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: 0.05 }) });
    const target = randomGenerator(2).normal([...y.shape]);
    for (let i = 0; i < 20; i++) step(x, target);
    step.dispose();
    const before = model.state();
    const slim = model.fold();
    expect(norms(slim)).toBe(kept);
    expect(model.state()).toEqual(before);
    const truth = model.predict(x).data();
    slim
      .predict(x)
      .data()
      .forEach((value, i) => expect(Math.abs(value - truth[i])).toBeLessThan(1e-5 * (1 + Math.abs(truth[i]))));
  });
});

test('a folded model is a model: it is saved, read and trained', async () => {
  const model = nn.sequential([nn.dense(6), nn.batchNorm(), nn.relu(), nn.dense(2)]);
  const data = clouds(64);
  await fit(model, data, { loss: crossEntropy(), optimizer: adam(), epochs: 3 });
  const slim = model.fold();
  expect(slim.parameters().map(({ name }) => name)).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
  const read = loadSafetensors(saveSafetensors(slim)) as unknown as Model;
  expect(read.predict(data).data()).toEqual(slim.predict(data).data());
  const run = await fit(slim, data, { loss: crossEntropy(), optimizer: adam(), epochs: 2 });
  expect(run.history.length).toBe(2);
  expect(() => nn.sequential([nn.dense(1)]).fold()).toThrow('no parameters yet');
});

test('frozen batch normalization keeps its statistics and parameters to the bit, and takes a batch of one', () => {
  const free = nn.sequential([nn.dense(4), nn.batchNorm(), nn.dense(1)]).build([2]);
  const x = randomGenerator(1).normal([8, 2]);
  const y = randomGenerator(2).normal([8, 1]);
  const first = trainStep(free, { loss: mse(), optimizer: adam({ learningRate: 0.1 }) });
  for (let i = 0; i < 5; i++) first(x, y);
  const model = nn.sequential([nn.dense(4), nn.batchNorm({ frozen: true }), nn.dense(1)]).build([2]);
  model.load(free.state());
  const before = model.state();
  const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: 0.1 }) });
  for (let i = 0; i < 5; i++) step([[1, 2]], [[3]]);
  const after = model.state();
  for (const name of ['1.weight', '1.bias', '1.running_mean', '1.running_var'])
    expect(after[name]).toEqual(before[name]);
  expect(after['0.weight']).not.toEqual(before['0.weight']);
});
