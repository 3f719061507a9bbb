import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { classificationReport, mistakes } from '../../src/diagnose/index.js';
import { DataError, UnsupportedError } from '../../src/errors.js';
import * as nn from '../../src/nn/index.js';
import '../../src/tensor/methods.js';
import { json } from '../fixtures/index.js';

interface Figures {
  readonly y_true: { readonly data: number[] };
  readonly y_pred: { readonly data: number[] };
  readonly accuracy: number;
  readonly precision_macro: number;
  readonly recall_macro: number;
  readonly f1_macro: number;
  readonly f1_per_class: readonly number[];
}
const { metrics: truth } = json<{ metrics: Figures }>('closed_forms.json');
/** Answers with what it is given. */
const model = nn.sequential([(t) => t]).build([4]);
const x = truth.y_pred.data.map((guess, i) => [0, 1, 2, 3].map((k) => (k === guess ? 2 + i / 100 : k / 10)));
const data = dataset({ x, y: truth.y_true.data, classes: ['a', 'b', 'c', 'd'] });

describe('the report has scikit-learn’s figures', () => {
  const found = classificationReport(model, data);
  test('of all classes', () => {
    expect(found.accuracy).toBeCloseTo(truth.accuracy, 9);
    expect(found.macro.precision).toBeCloseTo(truth.precision_macro, 9);
    expect(found.macro.recall).toBeCloseTo(truth.recall_macro, 9);
    expect(found.macro.f1).toBeCloseTo(truth.f1_macro, 9);
    expect(found.weighted.recall).toBeCloseTo(truth.accuracy, 9);
    expect(found.weighted.support).toBe(truth.y_true.data.length);
  });
  test('of each, by name', () => {
    expect(found.classes.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    found.classes.forEach(({ f1 }, k) => expect(f1).toBeCloseTo(truth.f1_per_class[k], 9));
  });
  test('as text', () => {
    const lines = String(found).split('\n');
    expect(lines[0]).toBe('          precision  recall      f1  support');
    expect(lines[1]).toBe('a            0.8667  0.7222  0.7879       18');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['', 'a', 'b', 'c', 'd', 'accuracy', 'macro', 'weighted']);
  });
  test('with weights, as if rows were there several times', () => {
    const weights = x.map((_, i) => i % 3);
    const places = weights.flatMap((w, i) => new Array<number>(w).fill(i));
    const weighed = classificationReport(model, data.with({ weights: Float32Array.from(weights) }));
    expect(weighed).toEqual(classificationReport(model, data.rows(places)));
  });
});

describe('mistakes', () => {
  test('begin with the row whose own class has the least probability', () => {
    const found = mistakes(model, data, { k: 3 });
    const wrong = truth.y_true.data.map((_, i) => i).filter((i) => truth.y_true.data[i] !== truth.y_pred.data[i]);
    const own = (i: number): number => {
      const e = x[i].map(Math.exp);
      return e[truth.y_true.data[i]] / e.reduce((a, b) => a + b);
    };
    expect(found.map(({ row }) => row)).toEqual([...wrong].sort((a, b) => own(a) - own(b)).slice(0, 3));
    const [{ row, label, predicted, probability }] = found;
    expect([label, predicted]).toEqual([truth.y_true.data[row], truth.y_pred.data[row]].map((k) => 'abcd'[k]));
    expect(probability).toBeCloseTo(Math.exp(Math.max(...x[row])) / x[row].map(Math.exp).reduce((a, b) => a + b), 5);
    expect(String(found).split('\n')[0]).toBe('row  label  predicted  probability');
    expect(mistakes(model, data, { k: 1000 })).toHaveLength(wrong.length);
  });
  test('are none where all is correct', () => {
    expect(
      mistakes(model, data.rows([0, 1, 2, 3].filter((i) => truth.y_true.data[i] === truth.y_pred.data[i]))),
    ).toEqual([]);
  });
});

test.each([
  ['classificationReport', classificationReport],
  ['mistakes', mistakes],
] as const)('%s refuses values and several heads', (name, f) => {
  const values = dataset({ x, y: x.map(([v]) => v + 0.5) });
  expect(() => f(model, values)).toThrow(DataError);
  expect(() => f(model, values)).toThrow(`${name}: y is values, not labels`);
  const heads = nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(4), b: nn.dense(4) } }).build([4]);
  expect(() => f(heads as never, data)).toThrow(UnsupportedError);
});
