import { describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';

const { nn } = R;
function nested(levels: number): R.Model {
  let model = nn.sequential([nn.dense(2), nn.batchNorm()]);
  for (let i = 0; i < levels; i++) model = nn.sequential([model]);
  return model.build([2]);
}

describe('sequentials in one another', () => {
  test('5,000 levels predict; what a stack may not hold is refused by its name', () => {
    const model = nested(5000);
    expect(model.predict([[1, 2]]).shape).toEqual([1, 2]);
    expect(() => model.fold()).toThrow('fold: the model is nested more than 500 deep; write it as one nn.sequential');
    expect(() => R.saveSafetensors(model)).toThrow('saveSafetensors: the model is nested more than 1000 deep');
    for (const attempt of [() => model.fold(), () => R.saveSafetensors(model)]) expect(attempt).toThrow(R.OptionError);
    model.dispose();
  });
  test('100 levels are folded and saved', () => {
    const model = nested(100);
    const folded = model.fold();
    const again = R.loadSafetensors(R.saveSafetensors(model), nested(100));
    const [numbers, close] = [model, folded].map((each) => each.predict([[1, 2]]).data());
    numbers.forEach((value, i) => {
      expect(close[i]).toBeCloseTo(value, 4);
    });
    expect(again.predict([[1, 2]]).data()).toEqual(numbers);
    for (const each of [folded, again, model]) each.dispose();
  });
});

test('a configuration says what a thing was made with, and is not written to', () => {
  const options = R.adam().config.options as Record<string, unknown>;
  expect(() => {
    options.learningRate = 1;
  }).toThrow(TypeError);
});

test('sequences are refused as sequences', () => {
  expect(() => R.conv1d(R.ones([1, 5, 2]), R.ones([3, 3, 2]))).toThrow(
    'conv1d: x [1, 5, 2] has 2 channels, w [3, 3, 2] takes 3',
  );
  expect(() => R.maxPool1d(R.ones([1, 5, 2]), 9)).toThrow(
    'maxPool1d: a window of 9 does not fit 5 places of [1, 5, 2]',
  );
});

test('a step refuses ids that no row of the table has, with augmentation too', () => {
  const model = nn.sequential([nn.embedding(3, 2), nn.flatten()]);
  const own = { config: { name: 'own', options: {} }, apply: (batch: never) => batch };
  const step = R.trainStep(model, { loss: R.mse(), optimizer: R.adam(), augment: own });
  expect(() => step([[7]], [[0, 0]])).toThrow("trainStep: embedding '0': the id in row 0 is 7");
  step.dispose();
  model.dispose();
});

test('a validation set that is the training set is refused by what trains on it', async () => {
  const data = R.dataset({ x: [[1], [2]], y: [1, 2] });
  const options = { loss: R.mse(), optimizer: R.sgd({ learningRate: 0.1 }), epochs: 1 };
  const network = () => nn.sequential([nn.dense(1)]);
  for (const series of [R.capacityCurve, R.regularizationPath])
    await expect(series(network, [1], { train: data, validation: data }, options)).rejects.toThrow(R.LeakageError);
});
