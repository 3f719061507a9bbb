import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { DataError } from '../../src/errors.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { sgd } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { json } from '../fixtures/index.js';

interface Figures {
  readonly y_true: { readonly data: number[] };
  readonly y_pred: { readonly data: number[] };
  readonly accuracy: number;
  readonly confusion: { readonly data: number[] };
  readonly precision_macro: number;
  readonly recall_macro: number;
  readonly f1_macro: number;
  readonly binary: {
    readonly y: { readonly data: number[] };
    readonly score: { readonly data: number[] };
    readonly roc_auc: number;
  };
}
const { metrics: truth } = json<{ metrics: Figures }>('closed_forms.json');
const labels = tensor(truth.y_true.data);
/** Scores whose largest is the prediction. */
const scores = tensor(truth.y_pred.data.map((guess) => [0, 1, 2, 3].map((k) => (k === guess ? 2 : k / 10))));

describe("scikit-learn's figures", () => {
  test.each([
    ['accuracy', metrics.accuracy(), truth.accuracy],
    ['precision', metrics.precision(), truth.precision_macro],
    ['recall', metrics.recall(), truth.recall_macro],
    ['f1', metrics.f1(), truth.f1_macro],
    ['topK', metrics.topK(1), truth.accuracy],
    ['topK', metrics.topK(4), 1],
  ] as const)('%s', (name, metric, expected) => {
    expect(metric(scores, labels).item()).toBeCloseTo(expected, 6);
    expect(metric.config.name).toBe(name);
  });
  test('confusionMatrix', () => {
    const table = metrics.confusionMatrix()(scores, labels);
    expect(table.shape).toEqual([4, 4]);
    expect([...table.data()]).toEqual(truth.confusion.data);
  });
  test('rocAuc', () => {
    const { y, score, roc_auc } = truth.binary;
    const [target, column] = [tensor(y.data), tensor(score.data.map((s) => [s]))];
    expect(metrics.rocAuc()(column, target).item()).toBeCloseTo(roc_auc, 6);
    const two = tensor(score.data.map((s) => [Math.log(1 - s), Math.log(s)]));
    expect(metrics.rocAuc()(two, target).item()).toBeCloseTo(roc_auc, 6);
  });
});

describe('by hand', () => {
  test('a class that is neither there nor said is no part of the mean', () => {
    const output = tensor([
      [2, 1, 0],
      [1, 2, 0],
      [2, 1, 0],
    ]);
    const target = tensor([0, 1, 1]);
    expect(metrics.precision()(output, target).item()).toBeCloseTo((0.5 + 1) / 2, 6);
    expect(metrics.recall()(output, target).item()).toBeCloseTo((1 + 0.5) / 2, 6);
    expect(metrics.f1()(output, target).item()).toBeCloseTo((2 / 3 + 2 / 3) / 2, 6);
  });
  test('topK counts what is larger', () => {
    const output = tensor([
      [1, 3, 2],
      [3, 2, 1],
    ]);
    const target = tensor([0, 1]);
    expect([1, 2, 3].map((k) => metrics.topK(k)(output, target).item())).toEqual([0, 0.5, 1]);
    expect(() => metrics.topK(2)(tensor([[1], [2]]), tensor([0, 1]))).toThrow('topK is for several classes');
  });
  test('r2 of a column, of several, and of equal targets', () => {
    const t = tensor([[3], [-0.5], [2], [7]]);
    const y = tensor([[2.5], [0], [2], [8]]);
    expect(metrics.r2()(y, t).item()).toBeCloseTo(0.948608137, 6);
    const two = metrics.r2()(
      tensor([
        [0, 2],
        [-1, 2],
        [8, -5],
      ]),
      tensor([
        [0.5, 1],
        [-1, 1],
        [7, -6],
      ]),
    );
    expect(two.item()).toBeCloseTo(0.9368005, 5);
    expect(
      metrics
        .r2()(tensor([1, 1]), tensor([1, 1]))
        .item(),
    ).toBe(1);
    expect(
      metrics
        .r2()(tensor([1, 2]), tensor([1, 1]))
        .item(),
    ).toBe(0);
  });
  test('rocAuc counts ties by half, is a mean over classes, and needs all of them', () => {
    expect(
      metrics
        .rocAuc()(tensor([[1], [1], [2], [0]]), tensor([1, 0, 1, 0]))
        .item(),
    ).toBeCloseTo(3.5 / 4, 6);
    const sure = tensor([
      [9, 0, 0],
      [0, 9, 0],
      [0, 0, 9],
    ]);
    expect(
      metrics
        .rocAuc()(sure, tensor([0, 1, 2]))
        .item(),
    ).toBe(1);
    expect(() => metrics.rocAuc()(sure, tensor([0, 1, 1]))).toThrow(DataError);
  });
});

describe('outputs that are NaN', () => {
  const wide = tensor([
    [3, 2, 1],
    [Number.NaN, 0, 0],
    [0, 2, Number.NaN],
    [0, 0, 1],
  ]);
  const narrow = tensor([[1], [Number.NaN], [-1], [Number.NaN]]);
  test.each([
    ['of several classes', wide, tensor([0, 0, 1, 2])],
    ['of two classes', narrow, tensor([1, 0, 0, 1])],
  ] as const)('are no answer, %s', (_, output, target) => {
    expect(metrics.accuracy()(output, target).item()).toBe(0.5);
    for (const metric of [metrics.precision(), metrics.recall(), metrics.f1(), metrics.rocAuc()])
      expect(metric(output, target).item(), metric.config.name).toBeNaN();
  });
  test('are among no largest ones', () => {
    expect(
      metrics
        .topK(3)(wide, tensor([0, 0, 1, 2]))
        .item(),
    ).toBe(0.5);
    const infinite = tensor([[0, Number.NEGATIVE_INFINITY, 1]]);
    expect(
      [1, 2].map((k) =>
        metrics
          .topK(k)(infinite, tensor([0]))
          .item(),
      ),
    ).toEqual([0, 1]);
  });
  test('explain nothing, whatever the targets are', () => {
    const outputs = tensor([1, Number.NaN]);
    for (const target of [tensor([1, 2]), tensor([1, 1])]) expect(metrics.r2()(outputs, target).item()).toBeNaN();
    expect(
      metrics
        .r2()(tensor([1, 2]), outputs)
        .item(),
    ).toBeNaN();
  });
});

test('confusion matrices and reports have the names of the classes, by head too', async () => {
  const x = Array.from({ length: 12 }, (_, i) => [i % 3, i % 2]);
  const kind = x.map(([i]) => ['ant', 'bee', 'cat'][i]);
  const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.5 }), epochs: 30 };
  const data = dataset({ x, y: kind });
  const model = nn.sequential([nn.dense(8, { activation: 'tanh' }), nn.dense(3)]);
  const run = await fit(model, data, { ...options, metrics: metrics.confusionMatrix() });
  const found = evaluate(model, data).confusionMatrix as unknown as metrics.ConfusionMatrix;
  expect(found.classNames).toEqual(['ant', 'bee', 'cat']);
  expect(JSON.stringify(found)).toBe('[[4,0,0],[0,4,0],[0,0,4]]');
  expect([...found]).toEqual([
    [4, 0, 0],
    [0, 4, 0],
    [0, 0, 4],
  ]);
  const text = '     ant  bee  cat\nant    4    0    0\nbee    0    4    0\ncat    0    0    4';
  expect(String(found)).toBe(text);
  expect(run.report()).toContain(
    `  confusionMatrix, rows are the true classes\n${text.replace(/^/gm, '    ')}\na constant answer`,
  );
  const heads = nn.multiTask({ trunk: nn.dense(4), heads: { kind: nn.dense(3), odd: nn.dense(2) } });
  const both = dataset({ x, y: { kind, odd: x.map(([, odd]) => odd) }, classes: { odd: 2 } });
  const losses = { kind: crossEntropy(), odd: crossEntropy() };
  const scores = evaluate(heads.build([2]), both, { loss: losses, metrics: metrics.confusionMatrix() });
  const of = (name: string) => scores[`${name}.confusionMatrix`] as unknown as metrics.ConfusionMatrix;
  expect(of('kind').classNames).toEqual(['ant', 'bee', 'cat']);
  expect(of('odd').classNames).toBeUndefined();
  expect(String(of('odd')).split('\n')).toHaveLength(3);
});

test('all go through fit and evaluate, tables as nested lists', async () => {
  const model = nn.sequential([nn.dense(2)]);
  const data = dataset({ x: [[0], [1], [2], [3]], y: [0, 0, 1, 1], classes: 2 });
  const all = [metrics.rocAuc(), metrics.accuracy(), metrics.confusionMatrix(), metrics.f1()];
  const run = await fit(model, data, {
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.5 }),
    epochs: 20,
    metrics: all,
    validation: data.rows([0, 1, 2, 3]),
  });
  const found = evaluate(model, data) as unknown as Record<string, unknown>;
  expect(Object.keys(found)).toEqual(['loss', 'rocAuc', 'accuracy', 'confusionMatrix', 'f1']);
  expect(found.rocAuc).toBe(1);
  const table = found.confusionMatrix as number[][];
  expect(table.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([2, 2]);
  expect(run.report()).not.toContain('confusionMatrix');
  expect(run.history.at(-1)?.validation).toEqual(found);
});
