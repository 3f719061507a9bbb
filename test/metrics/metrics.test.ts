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
  readonly f1_per_class: readonly number[];
  readonly binary: {
    readonly y: { readonly data: number[] };
    readonly score: { readonly data: number[] };
    readonly roc_auc: number;
    readonly average_precision: number;
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
    ['fBeta', metrics.fBeta(1), truth.f1_macro],
    ['balancedAccuracy', metrics.balancedAccuracy(), truth.recall_macro],
    ...truth.f1_per_class.map((f1, of) => ['f1', metrics.f1({ of }), f1] as const),
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
  test('prAuc', () => {
    const { y, score, average_precision } = truth.binary;
    const column = tensor(score.data.map((s) => [s]));
    expect(metrics.prAuc()(column, tensor(y.data)).item()).toBeCloseTo(average_precision, 6);
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

describe('of values, by hand', () => {
  const [t, y] = [tensor([[3], [-0.5], [2], [7]]), tensor([[2.5], [0], [2], [8]])];
  test.each([
    // scikit-learn's documentation has these figures.
    ['rmse', metrics.rmse(), Math.sqrt(0.375)],
    ['mape', metrics.mape(), 0.3273809523],
  ] as const)('%s', (_, metric, expected) => {
    expect(metric(y, t).item()).toBeCloseTo(expected, 6);
  });
  test('of several columns it is the mean of theirs', () => {
    const [a, b] = [
      tensor([
        [0, 0],
        [0, 0],
      ]),
      tensor([
        [3, 1],
        [3, 1],
      ]),
    ];
    expect(metrics.rmse()(a, b).item()).toBe(2);
  });
});

describe('one class of several', () => {
  test.each([0, 1, 2, 3])('%i: precision, recall and Fβ are shares of the confusion matrix', (of) => {
    const table = [0, 4, 8, 12].map((at) => truth.confusion.data.slice(at, at + 4));
    const answers = table.reduce((sum, row) => sum + row[of], 0);
    const rows = table[of].reduce((a, b) => a + b, 0);
    const [p, r] = [table[of][of] / answers, table[of][of] / rows];
    expect(metrics.precision({ of })(scores, labels).item()).toBeCloseTo(p, 6);
    expect(metrics.recall({ of })(scores, labels).item()).toBeCloseTo(r, 6);
    expect(metrics.fBeta(2, { of })(scores, labels).item()).toBeCloseTo((5 * p * r) / (4 * p + r), 6);
    expect(metrics.fBeta(0.5, { of })(scores, labels).item()).toBeCloseTo((1.25 * p * r) / (0.25 * p + r), 6);
  });
  test('by its name, in fit and evaluate, and by label', async () => {
    const x = Array.from({ length: 12 }, (_, i) => [i % 3]);
    const data = dataset({ x, y: x.map(([i]) => ['ant', 'bee', 'cat'][i]) });
    const model = nn.sequential([nn.dense(3)]);
    const asked = [
      metrics.recall({ of: 'cat' }),
      metrics.recall({ of: 'ant' }),
      metrics.recall({ of: 1 }),
      metrics.f1({ of: 'bee' }),
    ];
    const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.5 }), epochs: 2, metrics: asked };
    await fit(model, data, options);
    const found = evaluate(model, data) as unknown as Record<string, number>;
    expect(Object.keys(found)).toEqual(['loss', 'recall(cat)', 'recall(ant)', 'recall1', 'f1']);
    const output = model.predict(data);
    expect(found['recall(cat)']).toBeCloseTo(metrics.recall({ of: 2 })(output, data.y).item(), 6);
    expect(found.f1).toBeCloseTo(metrics.f1({ of: 1 })(output, data.y).item(), 6);
    const wrong = { ...options, metrics: metrics.recall({ of: 'cot' }) };
    await expect(fit(model, data, wrong)).rejects.toThrow(
      "recall: of is 'cot'; the classes are ant, bee, cat; did you mean 'cat'?",
    );
    expect(() => metrics.recall({ of: 'cat' })(output, data.y)).toThrow(
      "recall: 'cat' is the name of a class of a data set, which is not known here; give its label",
    );
    expect(() => metrics.recall({ of: 3 })(output, data.y)).toThrow(
      'recall: of is 3; the labels of 3 classes are 0 to 2',
    );
  });
});

describe('a row of weight w counts as w rows', () => {
  const weights = Array.from({ length: labels.size }, (_, i) => i % 3);
  const places = weights.flatMap((w, i) => new Array<number>(w).fill(i));
  const noisy = scores
    .mul(0.5)
    .add(tensor(truth.y_true.data.map((_, i) => [0, 1, 2, 3].map((k) => ((i * 7 + k * 5) % 11) / 7))));
  const column = noisy.slice([0, 1], [labels.size, 2]);
  const classes: metrics.ConfiguredMetric[] = [
    metrics.accuracy(),
    metrics.precision(),
    metrics.recall(),
    metrics.f1({ of: 2 }),
    metrics.fBeta(2),
    metrics.topK(2),
    metrics.balancedAccuracy(),
    metrics.rocAuc(),
    metrics.prAuc(),
    metrics.confusionMatrix(),
  ];
  const ofValues = [metrics.r2(), metrics.rmse(), metrics.mape()];
  test.each([
    ...classes.map((metric) => [metric.config.name, metric, noisy, labels] as const),
    ...ofValues.map((metric) => [metric.config.name, metric, column, labels.add(1)] as const),
  ])('%s', (_, metric, output, target) => {
    const repeated = metric(output.gather(places), target.gather(places)).data();
    metric(output, target, weights)
      .data()
      .forEach((x, i) => expect(x).toBeCloseTo(repeated[i], 5));
    expect(metric(output, target, weights).data()).not.toEqual(metric(output, target).data());
  });
  test('in evaluate, for every metric of its own kind', () => {
    const x = noisy.toArray<number[][]>();
    const model = nn.sequential([(t) => t]).build([4]);
    const set = dataset({ x, y: truth.y_true.data, classes: 4, weights });
    const found = evaluate(model, set, { loss: crossEntropy(), metrics: [metrics.accuracy(), metrics.rocAuc()] });
    expect(found.accuracy).toBeCloseTo(metrics.accuracy()(noisy, labels, weights).item(), 6);
    expect(found.rocAuc).toBeCloseTo(metrics.rocAuc()(noisy, labels, weights).item(), 6);
  });
  test('and each step of a row of several has its weight', () => {
    const [steps, truths] = [noisy.reshape([20, 3, 4]), labels.reshape([20, 3])];
    const rows = weights.slice(0, 20);
    const each = rows.flatMap((weight) => [weight, weight, weight]);
    for (const metric of [metrics.accuracy(), metrics.f1(), metrics.rocAuc()]) {
      const flat = metric(noisy, labels, each).item();
      expect(metric(steps, truths, rows).item()).toBe(flat);
      expect(metric(steps, truths, tensor(each, [20, 3])).item()).toBe(flat);
    }
  });
  test('and too many or few weights are refused', () => {
    expect(() => metrics.accuracy()(noisy, labels, [1, 2, 3])).toThrow(
      'accuracy: 3 weights for 60 rows; give one for each row',
    );
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
