import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { OptionError, ShapeError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy, r2, rocAuc, topK } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { sgd } from '../../src/optim/index.js';
import { earlyStopping } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit, type FitOptions } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const x = [[0], [1], [2], [3]];
const y = [0.5, 1.5, 2.5, 3.5];
const line = dataset({ x, y });
/** y is exactly x. */
const identity = () => {
  const model = nn.sequential([nn.dense(1)]).build([1]);
  return model.load({ '0.weight': Float32Array.of(1), '0.bias': Float32Array.of(0) });
};
const worst = (output: Tensor, target: Tensor): Tensor => output.sub(target).abs().max();
const median = (output: Tensor, target: Tensor): number => {
  const [o, t] = [output.data(), target.data()];
  const errors = Array.from(o, (value, i) => Math.abs(value - t[i])).sort();
  return errors[errors.length >> 1];
};
const shapes = (output: Tensor, target: Tensor): number => {
  expect(target.shape).toEqual(output.shape);
  return 0.1;
};
const scoresOf = (given: FitOptions['metrics']): Record<string, unknown> =>
  evaluate(identity(), line, { loss: mse(), metrics: given });

describe('a function of outputs and targets is a metric', () => {
  test('of tensors, or reading their numbers, giving a tensor or a number', () => {
    const found = scoresOf([worst, median, shapes, (o, t) => o.sub(t).mean(), r2()]);
    expect(Object.keys(found)).toEqual(['loss', 'worst', 'median', 'shapes', 'metric', 'r2']);
    expect(found).toMatchObject({ worst: 0.5, median: 0.5, shapes: 0.1, metric: -0.5 });
    expect(scoresOf(worst)).toMatchObject({ worst: 0.5 });
  });
  test('with a configuration, by its name', () => {
    const own = Object.assign((o: Tensor, t: Tensor) => o.sub(t).mean(), { config: { name: 'bias', options: {} } });
    expect(scoresOf([own])).toMatchObject({ bias: -0.5 });
  });
  test('that gives a table', () => {
    expect(
      scoresOf([
        function table() {
          return tensor([
            [1, 2],
            [3, 4],
          ]);
        },
      ]),
    ).toMatchObject({
      table: [
        [1, 2],
        [3, 4],
      ],
    });
  });
  test('in the history of fit, where stop can watch it', async () => {
    const run = await fit(nn.sequential([nn.dense(1)]), line, {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.02 }),
      epochs: 5,
      metrics: [median],
      validation: dataset({ x: [[1], [2]], y: [1.25, 2.25] }),
      stop: earlyStopping({ monitor: 'validation.median', mode: 'min', patience: 5 }),
    });
    expect(run.history.map(({ validation }) => typeof validation?.median)).toEqual(Array(5).fill('number'));
    expect(run.best?.value).toBe(Math.min(...run.history.map(({ validation }) => validation?.median as number)));
  });
  test('by head, of the rows that have its target', () => {
    const data = dataset({ x, y: { a: y, b: [0, 2, 2.5, 9] }, mask: { b: [1, 1, 1, 0] } });
    const model = nn.multiTask({ trunk: (t) => t, heads: { a: (t) => t.mul(1), b: (t) => t.mul(1) } }).build([1]);
    const rows = (o: Tensor): number => o.shape[0];
    const scores = evaluate(model, data, {
      loss: { a: mse(), b: mse() },
      metrics: { a: worst, b: [worst, rows, median] },
    });
    expect(scores).toMatchObject({ 'a.worst': 0.5, 'b.worst': 1, 'b.rows': 3, 'b.median': 0.5 });
    const all = evaluate(model, data, { loss: { a: mse(), b: mse() }, metrics: worst });
    expect(all).toMatchObject({ 'a.worst': 0.5, 'b.worst': 1 });
  });
});

describe('a metric that gives no number says what it gives', () => {
  test.each<[string, FitOptions['metrics'], new (m: string) => Error, string]>([
    [
      'a number for each row',
      [
        function errors(o: Tensor, t: Tensor) {
          return o.sub(t).abs();
        },
      ],
      ShapeError,
      "the metric 'errors' returns [4, 1] for output [4, 1] and target [4, 1]; it must return one number: end it with .mean()",
    ],
    [
      'nothing',
      [() => undefined as never],
      OptionError,
      "the metric 'metric' returns undefined for output [4, 1] and target [4, 1]; it must return one number",
    ],
    ['text', [() => '0.5' as never], OptionError, "the metric 'metric' returns '0.5' for output"],
    ['a promise', [(async () => 1) as never], OptionError, "the metric 'metric' returns a Promise"],
  ])('%s', (_, given, type, text) => {
    expect(() => scoresOf(given)).toThrow(type);
    expect(() => scoresOf(given)).toThrow(text);
  });
});

describe('what is no metric is refused in words', () => {
  test.each<[unknown, string]>([
    ['accuracy', "metrics is the string 'accuracy'; write a call, without quotes: metrics: accuracy()"],
    [['f1', r2()], "metrics[0] is the string 'f1'; write a call, without quotes: metrics[0]: f1()"],
    [[r2(), accuracy], 'metrics[1] is the factory accuracy itself; call it: metrics[1]: accuracy()'],
    [topK, 'metrics is the factory topK itself; call it: metrics: topK()'],
    [rocAuc, 'metrics is the factory rocAuc itself; call it: metrics: rocAuc()'],
    [[3], 'metrics[0] is 3; give one such as accuracy() or r2()'],
    [[null], 'metrics[0] is missing; give one such as accuracy() or r2()'],
    [[r2(), r2()], "metrics: 'r2' is there twice; leave one out, or give it another name"],
    [[() => 1, () => 2], "metrics: 'metric' is there twice"],
    [
      [
        function loss() {
          return 1;
        },
      ],
      "metrics: 'loss' is there twice",
    ],
  ])('%#', async (given, text) => {
    const options = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), epochs: 1, metrics: given as never };
    expect(() => scoresOf(given as never)).toThrow(OptionError);
    expect(() => scoresOf(given as never)).toThrow(`evaluate: ${text}`);
    await expect(fit(nn.sequential([nn.dense(1)]), line, options)).rejects.toThrow(`fit: ${text}`);
  });
});

test('metrics with other numbers have other names', () => {
  const data = dataset({ x: [[0], [1], [2], [0]], y: [0, 1, 2, 1], classes: 3 });
  const model = nn.sequential([(t) => t.reshape([-1]).oneHot(3)]).build([1]);
  const of = (given: FitOptions['metrics']) =>
    Object.keys(evaluate(model, data, { loss: crossEntropy(), metrics: given })).slice(1);
  expect(of([topK(1), accuracy(), topK(3)])).toEqual(['topK1', 'accuracy', 'topK3']);
  expect(of([topK(2)])).toEqual(['topK']);
  expect(of([accuracy(), accuracy({ threshold: 0.5 })])).toEqual(['accuracy', 'accuracy0.5']);
  expect(() => of([topK(2), topK(2)])).toThrow("'topK2' is there twice");
});

test('metrics take lists where they take tensors', () => {
  const scores = [
    [2, 1],
    [0, 3],
  ];
  expect(accuracy()(scores, [0, 0]).item()).toBe(0.5);
  expect(rocAuc()([[1], [2], [3]], Int32Array.of(0, 1, 1)).item()).toBe(1);
  expect(r2()(tensor([[1], [2]]), [1, 2]).item()).toBe(1);
});
