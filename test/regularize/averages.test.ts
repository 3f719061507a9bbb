import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import * as augment from '../../src/augment/index.js';
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

/** The average after every update of a training that follows the sequence of the fixture. */
function averages(average: Rule): number[][] {
  const model = nn.sequential([nn.dense(sequence[0].length, { bias: false })]).build([1]);
  model.load({ '0.weight': Float32Array.from(sequence[0]) });
  const padded = (values: readonly number[], size: number) =>
    tensor([...values, ...new Array<number>(size - values.length).fill(0)]);
  // θ ← the next vector of the sequence: the gradient is the difference.
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

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const data = clouds(60);
const network = () => nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]);
const recipe = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }) };
const options = { ...recipe, batchSize: 10 };

describe.each<[string, Rule]>([
  ['ema', ema({ decay: 0.9 })],
  ['swa', swa({ start: { epochs: 2 }, every: 3 })],
])('in fit: %s', (_, average) => {
  const own = average.withEpochs?.(6) ?? average;
  /** The same average in a hand-written loop. */
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
      validation: data.rows(Array.from({ length: 30 }, (_, row) => row)),
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

test.each([
  ['one batch', 60],
  ['batches', 20],
  ['a last batch that is smaller', 25],
  ['a last batch that is larger', 59],
])('an average of stochastic weights has running statistics of its own: %s', async (_, batchSize) => {
  const model = nn.sequential([nn.dense(8), nn.batchNorm(), nn.relu(), nn.dense(2)]);
  const average = swa({ start: 2 });
  await fit(model, data, { ...options, batchSize, epochs: 6, shuffle: false, average });
  const state = model.state();
  // Means over the batches, under the averaged weights; nothing of the statistics under other weights remains.
  const inner = nn
    .sequential([nn.dense(8)])
    .build([2])
    .load({ '0.weight': state['0.weight'], '0.bias': state['0.bias'] });
  const starts = batchSize < 59 ? [0, 20, 25, 40, 50].filter((at) => at % batchSize === 0) : [0];
  const batches = starts.map((at, i) => inner.predict(data.slice(at, starts[i + 1] ?? 60)).toArray() as number[][]);
  const over = (f: (column: number[]) => number): number[] =>
    [...state['0.bias']].map((__, j) => mean(batches.map((rows) => f(rows.map((row) => row[j])))));
  const spread = (column: number[]): number =>
    column.reduce((sum, x) => sum + (x - mean(column)) ** 2, 0) / (column.length - 1);
  over(mean).forEach((m, i) => expect(state['1.running_mean'][i]).toBeCloseTo(m, 5));
  over(spread).forEach((v, i) => expect(state['1.running_var'][i]).toBeCloseTo(v, 4));
});
test('statistics are collected from augmented rows with dropped units too, to the same bits again', async () => {
  const trained = async () => {
    const model = nn.sequential([nn.dense(8), nn.dropout({ keep: 0.5 }), nn.batchNorm(), nn.relu(), nn.dense(2)]);
    const run = await fit(model, data, {
      ...options,
      batchSize: 25,
      epochs: 4,
      average: swa({ start: 2 }),
      augment: augment.mixup({ alpha: 0.2 }),
    });
    return { state: model.state(), losses: run.history.map(({ training }) => training.loss) };
  };
  const one = await trained();
  expect(await trained()).toEqual(one);
  expect(one.losses.every(Number.isFinite)).toBe(true);
});

describe('what is refused', () => {
  test.each<[() => unknown, string]>([
    [() => ema({} as never), 'ema: decay is undefined; it must be a number from 0 to 1'],
    [() => ema({ decay: Number.NaN }), 'ema: decay is NaN; it must be a number from 0 to 1'],
    [() => swa({ start: Number.POSITIVE_INFINITY }), 'swa: start is Infinity; it must be a whole number from 0'],
    [
      () => swa({ start: 0, every: { epochs: Number.NaN } }),
      'swa: every.epochs is NaN; it must be a whole number from 1',
    ],
    [() => ema({ decay: 1.1 }), 'ema: decay is 1.1; it must be a number from 0 to 1'],
    [() => ema({ decay: 0.9, start: 1 } as never), "ema: unknown option 'start'. Known: decay"],
    [() => swa({} as never), 'swa: start is undefined; it must be a whole number from 0'],
    [() => swa({ start: -1 }), 'swa: start is -1; it must be a whole number from 0'],
    [() => swa({ start: 0, every: 0 }), 'swa: every is 0; it must be a whole number from 1'],
    [
      () => swa({ start: { epoch: 1 } as never }),
      "swa: start: unknown option 'epoch'; did you mean 'epochs'? Known: steps, epochs",
    ],
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
    expect(make).toThrow(new OptionError(text));
  });
});
