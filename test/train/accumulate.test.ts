import { describe, expect, test } from 'vitest';
import { DivergenceError, OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { l2 } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, type FitOptions, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

const trained = async (more: Partial<FitOptions>, rows = 70) => {
  const model = nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]);
  const run = await fit(model, clouds(rows), {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.02 }),
    penalties: l2(1e-2),
    epochs: 4,
    ...more,
  });
  return { state: model.state(), run };
};

describe('an update of several batches', () => {
  // 70 rows: a whole number of updates, one cut short, one that ends with a smaller batch, and batches of one row.
  test.each([
    [10, 7],
    [8, 4],
    [8, 3],
    [4, 8],
    [1, 16],
    [70, 1],
    [64, 2],
  ])('batches of %i, %i at a time, are as one', async (batchSize, accumulate) => {
    const parts = await trained({ batchSize, accumulate });
    const whole = await trained({ batchSize: batchSize * accumulate });
    expect(parts.run.history.map(({ step }) => step)).toEqual(whole.run.history.map(({ step }) => step));
    for (const [name, values] of Object.entries(whole.state))
      values.forEach((w, i) => expect(parts.state[name][i]).toBeCloseTo(w, 4));
    whole.run.history.forEach(({ loss, gradNorm }, i) => {
      expect(parts.run.history[i].loss).toBeCloseTo(loss, 5);
      expect(parts.run.history[i].gradNorm).toBeCloseTo(gradNorm, 4);
    });
  });

  test('running statistics see every batch', async () => {
    const seen = async (more: Partial<FitOptions>) => {
      const model = nn.sequential([nn.dense(4), nn.batchNorm(), nn.dense(2)]);
      const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), epochs: 1, shuffle: false };
      await fit(model, clouds(64), { ...options, ...more });
      return model.state();
    };
    expect((await seen({ batchSize: 16, accumulate: 2 }))['1.running_var']).toEqual(
      (await seen({ batchSize: 16 }))['1.running_var'],
    );
  });

  test('drops other units for each of them', async () => {
    const model = nn.sequential([nn.dropout({ keep: 0.5 }), nn.dense(1, { bias: false })]).build([1]);
    model.parameters()[0].set([1]);
    const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0 }), accumulate: 8 });
    const x = tensor([[1], [1], [1], [1]]);
    const y = tensor([[0], [0], [0], [0]]);
    const losses = Array.from({ length: 8 }, () => step(x, y));
    expect(new Set(losses.slice(0, 7)).size).toBeGreaterThan(2);
  });

  test('trainStep makes it at every n-th call, of batches of any size', () => {
    const make = (accumulate: number) => {
      const model = nn.sequential([nn.dense(1)]).build([2], { seed: 3 });
      const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), accumulate });
      return { model, step };
    };
    const [parts, whole] = [make(3), make(1)];
    const x = [
      [1, 2],
      [3, -1],
      [0.5, 0.5],
      [2, 2],
      [-1, 1],
    ];
    const y = [[1], [2], [3], [4], [5]];
    const cut = (a: number, b: number): [number[][], number[][]] => [x.slice(a, b), y.slice(a, b)];
    for (let round = 0; round < 3; round++) {
      const before = parts.model.state();
      parts.step(...cut(0, 1));
      parts.step(...cut(1, 4));
      expect(parts.model.state()).toEqual(before);
      const loss = parts.step(...cut(4, 5));
      expect(loss).toBeCloseTo(whole.step(x, y), 5);
      for (const [name, values] of Object.entries(whole.model.state()))
        values.forEach((w, i) => expect(parts.model.state()[name][i]).toBeCloseTo(w, 5));
    }
  });

  test('a batch that is not finite changes nothing, and the update goes on without it', () => {
    const model = nn.sequential([nn.dense(1)]).build([1]);
    const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), accumulate: 2 });
    const other = model.clone();
    const plain = trainStep(other, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) });
    step([[1]], [[2]]);
    expect(() => step([[1e30]], [[-1e30]])).toThrow(DivergenceError);
    step([[2]], [[1]]);
    plain([[1], [2]], [[2], [1]]);
    const [a, b] = [model.state(), other.state()];
    for (const name of Object.keys(a)) expect(a[name][0]).toBeCloseTo(b[name][0], 6);
  });

  test('is refused where it is not a count', async () => {
    await expect(trained({ accumulate: 0 })).rejects.toThrow(OptionError);
    await expect(trained({ accumulate: 1.5 })).rejects.toThrow('fit: accumulate is 1.5');
  });
});
