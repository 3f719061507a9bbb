import { describe, expect, test } from 'vitest';
import { DataError, OptionError } from '../../src/errors.js';
import { dataset, split } from '../../src/data/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { nn } from '../../src/index.js';
import { adam } from '../../src/optim/index.js';
import { evaluate, fit } from '../../src/train/index.js';
import { tensor } from '../../src/tensor/create.js';

/** n rows whose targets repeat 0 … classes − 1. */
const round = (n: number, classes: number) => Array.from({ length: n }, (_, i) => i % classes);
const of = (y: Parameters<typeof dataset>[0]['y'], more: object = {}) => {
  const n = (y as ArrayLike<number>).length;
  return dataset({ x: Array.from({ length: n }, (_, i) => [i]), y, ...more });
};
const kind = (data: { kind: string; classes: number }) => [data.kind, data.classes];

describe('whole numbers in a list', () => {
  test.each<[string, readonly number[], object, [string, number]]>([
    ['every class from 0 on, ten rows for each', round(30, 3), {}, ['classes', 3]],
    ['one row fewer', round(29, 3), {}, ['values', 0]],
    ['a class that never occurs', round(90, 3).map((v) => 2 * v), {}, ['values', 0]],
    ['from 1 on', round(90, 3).map((v) => v + 1), {}, ['values', 0]],
    ['below 0', round(90, 3).map((v) => v - 1), {}, ['values', 0]],
    ['ages', Array.from({ length: 300 }, (_, i) => 20 + (i % 75)), {}, ['values', 0]],
    ['many classes, and rows enough', round(2000, 200), {}, ['classes', 200]],
    ['always 0', round(50, 1), {}, ['values', 0]],
    ['one that is not whole', [...round(90, 3), 0.5], {}, ['values', 0]],
    ['a number of classes', [0, 2], { classes: 3 }, ['classes', 3]],
    ['names of classes', [0, 2], { classes: ['a', 'b', 'c'] }, ['classes', 3]],
    ['false', round(30, 3), { classes: false }, ['values', 0]],
  ])('%s', (_, y, more, expected) => {
    expect(kind(of([...y], more))).toEqual(expected);
    expect(kind(of(Float32Array.from(y), more))).toEqual(expected);
    expect(kind(of(Float64Array.from(y), more))).toEqual(expected);
    const x = y.map((v) => [v]);
    expect(kind(dataset({ x, y: tensor([...y]), ...more }))).toEqual(expected);
  });
  test.each([Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array])(
    'in a %o they are labels, however few',
    (array) => {
      expect(kind(of(array.of(0, 2)))).toEqual(['classes', 3]);
      expect(kind(of(array.of(0, 2), { classes: false }))).toEqual(['values', 0]);
    },
  );
  test('rows that lack their target do not count', () => {
    const mask = round(40, 3).map((v) => Number(v !== 0));
    expect(kind(of(round(40, 3), { mask }))).toEqual(['values', 0]);
    expect(
      kind(
        of([...round(28, 2), ...new Array(20).fill(7)], { mask: [...new Array(28).fill(1), ...new Array(20).fill(0)] }),
      ),
    ).toEqual(['classes', 2]);
  });
  test.each<[string, () => unknown, new (m: string) => Error, string]>([
    [
      'labels beyond what float32 can tell apart',
      () => of(Uint32Array.of(0, 4294967295)),
      DataError,
      'dataset: y is 4294967295 in row 1, counted from 0; labels go up to 16777215: say { classes: false } where they are values',
    ],
    [
      'more classes than that',
      () => of([0, 1], { classes: 2 ** 25 }),
      OptionError,
      'dataset: classes is 33554432; it must be their number',
    ],
    [
      'a name that stands twice',
      () => of(['a', 'b'], { classes: ['a', 'b', 'a'] }),
      OptionError,
      "dataset: classes name 'a' twice",
    ],
    [
      'names that are none',
      () => of([0, 1], { classes: ['a', null] }),
      OptionError,
      'dataset: classes[1] is null; names are strings',
    ],
  ])('refused: %s', (_, attempt, type, text) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(text);
  });
  test('many classes of a few rows are split as fast as few', () => {
    expect(split(of(Int32Array.from({ length: 40 }, (_, i) => 16_000_000 * (i % 2)))).train.size).toBe(28);
  });
});

describe('labels that were taken for values', () => {
  const xor = {
    x: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    y: [0, 1, 1, 0],
  };
  const network = () => nn.sequential([nn.dense(8, { activation: 'tanh' }), nn.dense(2)]);
  const options = { loss: crossEntropy(), metrics: accuracy(), optimizer: adam({ learningRate: 0.05 }), epochs: 60 };
  test('are learned as labels, and judged as labels', async () => {
    const data = dataset(xor);
    expect(data.kind).toBe('values');
    const [model, same] = [network(), network()];
    const run = await fit(model, data, options);
    expect(run.baseline?.accuracy).toBe(0.5);
    expect(evaluate(model, data).accuracy).toBe(1);
    await fit(same, dataset({ ...xor, classes: 2 }), options);
    expect(same.state()).toEqual(model.state());
  });
  test('are joined to labels', () => {
    const all = of(round(30, 3)).concat(of([2, 1]));
    expect([kind(all), [...all.y.slice(-2)]]).toEqual([
      ['classes', 3],
      [2, 1],
    ]);
    expect(kind(of([2, 1]).concat(of(round(30, 3))))).toEqual(['classes', 3]);
    expect(() => of(round(30, 3)).concat(of([2, 1.5]))).toThrow("concat: targets are classes [] '' and values [] ''");
  });
  test('stay labels where map changes labels', () => {
    const data = of([0, 1, 2, 1], { classes: 3 });
    expect(kind(data.map(({ y }) => ({ y: Number(y === 1) })))).toEqual(['classes', 2]);
    expect(kind(data.map(({ y }) => ({ y: (y as number) / 2 })))).toEqual(['values', 0]);
  });
});

describe('one class only', () => {
  const text = (y: readonly string[]) => `a,y\n${y.map((v, i) => `${i},${v}`).join('\n')}\n`;
  const table = (y: readonly string[], more: object = {}) => dataset.fromCsv(text(y), { target: 'y', ...more });
  test.each<[string, () => unknown, string]>([
    [
      'a word',
      () => table(['hen', 'hen']),
      "fromCsv: column 'y' is 'hen' in all 2 rows: nothing can be learned from it; choose another target, or list the names in classes",
    ],
    ['a word, once', () => table(['hen']), "fromCsv: column 'y' is 'hen' in all 1 rows"],
    [
      'a number',
      () => table(['5', '5']),
      "fromCsv: column 'y' is 5 in all 2 rows: nothing can be learned from it; choose another target, or say what it is with classes (false: values)",
    ],
    [
      'in rows',
      () =>
        dataset.fromRows(
          [
            [1, 'a'],
            [2, 'a'],
          ],
          { target: -1 },
        ),
      "fromRows: column '1' is 'a' in all 2 rows",
    ],
  ])('is refused in tables: %s', (_, attempt, message) => {
    expect(attempt).toThrow(DataError);
    expect(attempt).toThrow(message);
  });
  test('is taken where classes says what it is', () => {
    expect(kind(table(['hen', 'hen'], { classes: ['cat', 'hen'] }))).toEqual(['classes', 2]);
    expect(kind(table(['1', '1'], { classes: 2 }))).toEqual(['classes', 2]);
    expect(kind(table(['5', '5'], { classes: false }))).toEqual(['values', 0]);
    expect(kind(table(['5']))).toEqual(['values', 0]);
  });
  test('is refused by fit, but not where the others are in other rows', async () => {
    const model = () => nn.sequential([nn.dense(2)]);
    const options = { loss: crossEntropy(), optimizer: adam(), epochs: 1 };
    const refused = "fit: y has one class only: 'hen' in every row; two or more can be told apart";
    await expect(fit(model(), of(['hen', 'hen']), options)).rejects.toThrow(new DataError(refused));
    await expect(fit(model(), of(Int32Array.of(0, 0)), options)).rejects.toThrow(
      'fit: y has one class only: 0 in every row',
    );
    const both = of(['cat', 'hen', 'hen']);
    for (const part of [both.slice(1), both.take(1), both.rows([1, 2])])
      expect((await fit(model(), part, options)).history.length).toBe(1);
  });
});

test('tables: whole numbers are values unless they look like classes', () => {
  const csv = (y: readonly number[], more: object = {}) =>
    dataset.fromCsv(`a,y\n${y.map((v, i) => `${i},${v}`).join('\n')}\n`, { target: 'y', ...more });
  expect(kind(csv(Array.from({ length: 500 }, (_, i) => 20 + (i % 75))))).toEqual(['values', 0]);
  expect(kind(csv(round(50, 5)))).toEqual(['classes', 5]);
  expect(kind(csv(round(50, 5), { classes: false }))).toEqual(['values', 0]);
  expect(kind(csv(round(10, 5), { classes: 5 }))).toEqual(['classes', 5]);
  expect(
    kind(
      dataset.fromRows(
        round(50, 5).map((y) => ({ a: 1, y })),
        { target: 'y' },
      ),
    ),
  ).toEqual(['classes', 5]);
});
