import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, rule, type Rule, sgd } from '../../src/optim/index.js';
import { earlyStopping, ema, swa } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { optimizers, tolerance } from '../fixtures/index.js';
import { clouds } from '../train/problems.js';

const { sequence, ema: forgetting, polyak_mean, ema_decay } = optimizers().averaging;
const count = sequence.length;

/** The average after every update of a training that goes through the fixture's sequence. */
function averages(average: Rule): number[][] {
  const model = nn.sequential([nn.dense(sequence[0].length, { bias: false })]).build([1]);
  model.load({ '0.weight': Float32Array.from(sequence[0]) });
  const padded = (values: readonly number[], size: number) =>
    tensor([...values, ...new Array<number>(size - values.length).fill(0)]);
  // θ ← the next of the sequence: the gradient is what is between them.
  let next = 1;
  const steps = Array.from({ length: count - 1 }, () => next++);
  const follow = rule({
    stage: 'project',
    apply: ({ theta, step }) => ({
      theta: steps
        .map((k) => padded(sequence[k], theta.size).mul(step.equal(k - 1)))
        .reduce((sum, each) => sum.add(each)),
    }),
  });
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0 }), rules: follow, average });
  return steps.map(() => {
    step([[0]], [new Array(sequence[0].length).fill(0)]);
    return [...step.averaged()['0.weight']];
  });
}
const compare = (found: readonly number[][], truth: readonly (readonly number[])[]): void => {
  truth.forEach((row, i) => {
    row.forEach((x, j) => expect(Math.abs(found[i][j] - x), `${i}`).toBeLessThan(tolerance(row)));
  });
};

describe('averages of a given sequence', () => {
  test('that forget are PyTorch’s', () => {
    compare(averages(ema({ decay: Number(ema_decay) })), forgetting.slice(1));
  });
  test('that do not are the mean of all', () => {
    compare(averages(swa({ start: 0 })), polyak_mean.slice(1));
  });
  test('begin at an update and take every other', () => {
    const found = averages(swa({ start: 2, every: 2 }));
    const mean = (rows: readonly number[]): number[] =>
      sequence[0].map((_, j) => rows.reduce((sum, k) => sum + sequence[k][j], 0) / rows.length);
    const truth = sequence.slice(1).map((row, i) => {
      const update = i + 1;
      if (update < 2) return row;
      return mean(Array.from({ length: Math.floor((update - 2) / 2) + 1 }, (_, n) => 2 + 2 * n));
    });
    compare(found, truth);
  });
});

const data = clouds(60);
const network = () => nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]);
const recipe = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }) };
const options = { ...recipe, batchSize: 10 };

describe.each<[string, Rule]>([
  ['ema', ema({ decay: 0.9 })],
  ['swa', swa({ start: { epochs: 2 }, every: 3 })],
])('in fit: %s', (_, average) => {
  const own = average.withEpochs?.(6) ?? average;
  /** The same in a loop of one's own. */
  const byHand = () => {
    const model = network().build([2]);
    return { model, step: trainStep(model, { ...recipe, average: own }) };
  };
  test('the model has the average at the end, and training goes on from the parameters themselves', async () => {
    const { model: plain, step } = byHand();
    const fitted = network();
    const run = await fit(fitted, data, { ...options, epochs: 4, shuffle: false, average });
    for (let k = 0; k < 24; k++) {
      const rows = data.slice((k % 6) * 10, (k % 6) * 10 + 10);
      step(tensor([...rows.x], [10, 2]), tensor([...rows.y]));
    }
    expect(fitted.state()).toEqual(step.averaged());
    expect(fitted.state()).not.toEqual(plain.state());
    expect(run.history.at(-1)?.training.loss).toBeCloseTo(evaluate(fitted, data).loss, 6);
    const raw = network();
    await fit(raw, data, { ...options, epochs: 4, shuffle: false });
    expect(plain.state()).toEqual(raw.state());
  });
  test('early stopping keeps the best average', async () => {
    const model = network();
    const run = await fit(model, data, {
      ...options,
      epochs: 12,
      validation: data.take(30),
      average,
      stop: earlyStopping({ patience: 3, every: { steps: 4 } }),
    });
    expect(evaluate(model, data.take(30)).loss).toBeCloseTo(run.best?.value as number, 6);
  });
  test('to the same bits again', async () => {
    const trained = async () => {
      const model = network();
      await fit(model, data, { ...options, epochs: 3, average });
      return model.state();
    };
    expect(await trained()).toEqual(await trained());
  });
});

test('an average of stochastic weights has running statistics of its own', async () => {
  const model = nn.sequential([nn.dense(8), nn.batchNorm({ momentum: 1 }), nn.relu(), nn.dense(2)]);
  await fit(model, data, { ...options, batchSize: 60, epochs: 6, average: swa({ start: 2 }) });
  const state = model.state();
  // With a momentum of 1 and one batch they are those of the whole set under the averaged weights.
  const inner = nn
    .sequential([nn.dense(8)])
    .build([2])
    .load({ '0.weight': state['0.weight'], '0.bias': state['0.bias'] });
  const outputs = inner.predict(data);
  outputs
    .mean(0)
    .data()
    .forEach((m, i) => expect(state['1.running_mean'][i]).toBeCloseTo(m, 4));
});

describe('what is refused', () => {
  test.each<[() => unknown, string]>([
    [() => ema({} as never), 'ema: decay is undefined; it must be'],
    [() => ema({ decay: 1.1 }), 'ema: decay is 1.1; it must be'],
    [() => ema({ decay: 0.9, start: 1 } as never), "ema: unknown option 'start'"],
    [() => swa({} as never), 'swa: start is undefined; it must be'],
    [() => swa({ start: -1 }), 'swa: start is -1; it must be'],
    [() => swa({ start: 0, every: 0 }), 'swa: every is 0; it must be'],
    [() => swa({ start: { epoch: 1 } as never }), "swa: start: unknown option 'epoch'; did you mean 'epochs'?"],
    [
      () => trainStep(network(), { ...recipe, average: swa({ start: { epochs: 1 } }) })([[0, 0]], [0]),
      'swa: start counts epochs, which only fit knows; give a number of updates',
    ],
    [
      () => trainStep(network(), { ...recipe, average: [ema({ decay: 0.9 }), ema({ decay: 0.99 })] }),
      'trainStep: average is one of ema({ decay }) and swa({ start })',
    ],
    [
      () => trainStep(network(), { ...recipe, average: ema as never }),
      'trainStep: average are made by calling ema({ decay: 0.999 }); got a function',
    ],
  ])('%#', (make, text) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(text);
  });
});
