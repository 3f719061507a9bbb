import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { kFold, split, standardize } from '../../src/data/index.js';
import { DataError, OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy, confusionMatrix } from '../../src/metrics/index.js';
import { logisticRegression, nearestNeighbors } from '../../src/models/index.js';
import * as nn from '../../src/nn/index.js';
import { adam } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const nested = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => Array.from(values).slice(i * width, (i + 1) * width));

describe('windows of a series', () => {
  const line = Array.from({ length: 10 }, (_, i) => i);
  test('of one feature: the steps before, and the one after', () => {
    const data = dataset.windows(line, { length: 3 });
    expect([data.size, data.shape, data.targetShape, data.kind]).toEqual([7, [3, 1], [], 'values']);
    expect(nested(data.x, 3)[6]).toEqual([6, 7, 8]);
    expect([...data.y]).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });
  test.each([
    [{ length: 4, step: 2 }, 3, 4],
    [{ length: 4, horizon: 3 }, 4, 4],
    [{ length: 4, horizon: 3, step: 3 }, 2, 4],
    [{ length: 9 }, 1, 9],
  ])('%j: begin at multiples of the step, and end with the series', (options, size, length) => {
    const data = dataset.windows(Float64Array.from(line), options);
    const { horizon = 1, step = 1 } = options as { horizon?: number; step?: number };
    expect(data.size).toBe(size);
    nested(data.x, length).forEach((row, i) => expect(row).toEqual(line.slice(i * step, i * step + length)));
    nested(data.y, horizon).forEach((row, i) =>
      expect(row).toEqual(line.slice(i * step + length, i * step + length + horizon)),
    );
    expect(data.targetShape).toEqual(horizon > 1 ? [horizon] : []);
  });
  test('of several features, with the target by place or by name', () => {
    const rows = line.map((t) => [t, 10 * t, 100 * t]);
    const all = dataset.windows(tensor(rows), { length: 2, horizon: 2 });
    expect([all.shape, all.targetShape]).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect([...all.y.slice(0, 6)]).toEqual([2, 20, 200, 3, 30, 300]);
    const named = { t: line, ten: line.map((t) => 10 * t), hundred: Float32Array.from(line, (t) => 100 * t) };
    for (const [series, target] of [
      [rows, [2, 1]],
      [named, ['hundred', 'ten']],
    ] as const) {
      const data = dataset.windows(series as number[][], { length: 2, target });
      expect([data.shape, data.targetShape]).toEqual([[2, 3], [2]]);
      expect([...data.y.slice(0, 4)]).toEqual([200, 20, 300, 30]);
      expect([...data.x.slice(0, 6)]).toEqual([0, 0, 0, 1, 10, 100]);
    }
    const one = dataset.windows(named, { length: 2, target: 'ten' });
    expect([one.targetShape, one.targetName, one.y[0]]).toEqual([[], 'ten', 20]);
  });
  test('of labels', () => {
    const data = dataset.windows(
      line.map((t) => t % 3),
      { length: 2, horizon: 2, classes: ['a', 'b', 'c'] },
    );
    expect([data.kind, data.classes, data.targetShape]).toEqual(['classes', 3, [2]]);
    expect(data.y).toBeInstanceOf(Int32Array);
  });
  test('parts in the order of time see nothing of one another with a gap', () => {
    const data = dataset.windows(line.concat(line.map((t) => t + 10)), { length: 3, horizon: 2, step: 2 });
    for (const { train, validation } of kFold(data, 2, { order: 'time', gap: Math.floor((3 + 2 - 1) / 2) }))
      expect(Math.max(...train.y)).toBeLessThan(Math.min(...validation.x));
  });
  test('are learned from', async () => {
    const wave = dataset.windows(
      Array.from({ length: 60 }, (_, t) => Math.sin(t / 3)),
      { length: 6 },
    );
    const model = nn.sequential([nn.flatten(), nn.dense(1)]);
    await fit(model, wave, { loss: mse(), optimizer: adam({ learningRate: 0.1 }), epochs: 60 });
    expect(evaluate(model, wave).loss).toBeLessThan(0.01);
  });
  test.each<[() => unknown, string]>([
    [
      () => dataset.windows(line, { length: 8, horizon: 3 }),
      'windows: the series has 10 steps; a window of 8 with a horizon of 3 needs 11',
    ],
    [
      () => dataset.windows([1, 2, Number.NaN, 4], { length: 2 }),
      'windows: the series is NaN in row 2, counted from 0',
    ],
    [() => dataset.windows({ a: [1, 2, 3], b: [1, 2] }, { length: 1 }), "windows: 'b' is [2], and 'a' has 3 steps"],
    [() => dataset.windows({}, { length: 1 }), 'windows: the series has no features'],
  ])('refuses data: %#', (attempt, text) => {
    expect(attempt).toThrow(DataError);
    expect(attempt).toThrow(text);
  });
  test.each<[() => unknown, string]>([
    [() => dataset.windows(line, { length: 0 }), 'windows: length is 0; it must be a whole number from 1'],
    [
      () => dataset.windows({ load: line }, { length: 2, target: 'lod' }),
      "windows: target is 'lod'; the features are load; did you mean 'load'?",
    ],
    [() => dataset.windows(line, { length: 2, target: 1 }), 'windows: target is 1; the features are 0 to 0'],
    [
      () => dataset.windows(line, { length: 2, lenght: 1 } as never),
      "windows: unknown option 'lenght'; did you mean 'length'?",
    ],
  ])('refuses options: %#', (attempt, text) => {
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow(text);
  });
});

describe('sequences of unequal length', () => {
  const rows = [[3, 1, 4], [1], [5, 9, 2, 6], [5, 3]];
  const data = dataset.sequences(rows, { y: [0, 1, 1, 0], classes: 2 });
  test('are padded behind, and the set knows their lengths', () => {
    expect([data.shape, data.kind]).toEqual([[4], 'classes']);
    expect(nested(data.x, 4)).toEqual(rows.map((row) => [...row, 0, 0, 0].slice(0, 4)));
    expect([...(data.lengths as Int32Array)]).toEqual([3, 1, 4, 2]);
  });
  test('of features, typed arrays and tensors', () => {
    const some = dataset.sequences([
      [[1, 2]],
      tensor([
        [3, 4],
        [5, 6],
      ]),
    ]);
    expect([some.shape, [...some.x], [...(some.lengths as Int32Array)]]).toEqual([
      [2, 2],
      [1, 2, 0, 0, 3, 4, 5, 6],
      [1, 2],
    ]);
    expect(dataset.sequences([Float32Array.of(1, 2), [3]]).shape).toEqual([2]);
  });
  test('of a given length: shorter ones are padded to it, longer ones cut behind', () => {
    const three = dataset.sequences(rows, { length: 3 });
    expect(nested(three.x, 3)[2]).toEqual([5, 9, 2]);
    expect([...(three.lengths as Int32Array)]).toEqual([3, 1, 3, 2]);
    expect(dataset.sequences(rows, { length: 6 }).shape).toEqual([6]);
  });
  test('lengths stay with their rows', () => {
    const lengthsOf = ({ lengths, x, size }: typeof data): boolean =>
      nested(x, x.length / size).every((row, i) => row.filter(Boolean).length === lengths?.[i]);
    const many = dataset.sequences(
      Array.from({ length: 40 }, (_, i) => new Array<number>(1 + (i % 5)).fill(1)),
      {
        y: Array.from({ length: 40 }, (_, i) => i % 2),
        classes: 2,
      },
    );
    const parts = split(many, { seed: 1 });
    const sets = [
      many.shuffle(2),
      many.slice(3, 9),
      many.rows([7, 1]),
      many.take(5),
      many.concat(many),
      parts.train,
      parts.test,
    ];
    for (const set of [...sets, ...kFold(many, 4).flatMap(({ train, validation }) => [train, validation])]) {
      expect(set.lengths).toHaveLength(set.size);
      expect(lengthsOf(set)).toBe(true);
    }
    expect(many.map(({ x }) => ({ x: [x[0]] })).lengths).toBeUndefined();
    expect(many.map(({ x }) => ({ x: x.map((v) => 2 * v) })).lengths).toEqual(many.lengths);
    const plain = dataset({ x: [[1, 1, 1, 1, 1]], y: [0], classes: 2 });
    expect(lengthsOf(plain.concat(many))).toBe(true);
    expect(plain.lengths).toBeUndefined();
  });
  test('are scaled by the steps that are there, and padding stays 0', () => {
    const scaled = standardize.fit(data).apply(data);
    const first = rows.map(([v]) => v);
    const mean = first.reduce((a, b) => a + b) / 4;
    const deviation = Math.sqrt(first.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4);
    nested(scaled.x, 4).forEach((row, i) => {
      expect(row[0]).toBeCloseTo((first[i] - mean) / deviation, 5);
      expect(row.slice(rows[i].length).every((v) => v === 0)).toBe(true);
    });
    // Of the third place there are 4 and 2.
    expect(nested(scaled.x, 4).map((row) => row[2])).toEqual([1, 0, -1, 0]);
    // Of the last there is one.
    expect(nested(scaled.x, 4)[2][3]).toBe(0);
  });
  test('with a target for each step, padded alike', () => {
    const labels = rows.map((row) => row.map((v) => v % 2));
    const tagged = dataset.sequences(rows, { y: labels, classes: 2 });
    expect([tagged.targetShape, nested(tagged.y, 4)]).toEqual([
      [4],
      labels.map((row) => [...row, 0, 0, 0].slice(0, 4)),
    ]);
    const heads = dataset.sequences(rows, { y: { tags: labels, whole: [0, 1, 1, 0] }, classes: { tags: 2, whole: 2 } });
    expect(heads.targets.map(({ shape }) => shape)).toEqual([[4], []]);
    const vectors = dataset.sequences(rows, { y: rows.map((row) => [row.length, 0]) });
    expect(vectors.targetShape).toEqual([2]);
  });
  test.each<[() => unknown, string]>([
    [() => dataset.sequences([]), 'sequences: the rows are a list of 0; give a list of at least one row'],
    [() => dataset.sequences([[1], []]), 'sequences: row 1 of x has no steps; leave it out'],
    [
      () => dataset.sequences([[[1, 2]], [[1]]]),
      'sequences: a step of row 1 of x is [1], and one of row 0 is [2]; all must be alike',
    ],
    [() => dataset.sequences([[1], [2, Number.NaN]]), 'sequences: row 1 of x is NaN in row 1, counted from 0'],
    [
      () => dataset.sequences(rows, { y: [[1, 2, 3], [1], [1, 2], [1, 2]] }),
      'sequences: row 2 has 4 steps in x and 2 in y',
    ],
    [() => dataset.sequences(5 as never), 'sequences: the rows are 5'],
  ])('refuses: %#', (attempt, text) => {
    expect(attempt).toThrow(DataError);
    expect(attempt).toThrow(text);
  });
});

describe('labels of steps and of places', () => {
  /** Whether the number is above the mean of itself and the one before. */
  const x = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 6 }, (__, t) => [((i * 7 + t * 5) % 11) / 5 - 1]),
  );
  const y = x.map((row) => row.map(([v], t) => Number(v > (row[t - 1]?.[0] ?? 0)) + Number(v > 0.5)));
  const data = dataset({ x, y, classes: ['low', 'high', 'top'] });
  test('are classes, [n, t] and [n, h, w]', () => {
    expect([data.kind, data.classes, data.targetShape]).toEqual(['classes', 3, [6]]);
    const maps = dataset({
      x: new Float32Array(16),
      shape: [2, 2, 1],
      y: [0, 1, 2, 0].map((k) => [
        [k, 0],
        [1, k],
      ]),
      classes: 3,
    });
    expect([maps.kind, maps.targetShape]).toEqual(['classes', [2, 2]]);
    expect(dataset({ x: [[1], [2]], y: [[0], [1]], classes: 2 }).targetShape).toEqual([]);
  });
  test('stay classes where rows are mapped, joined and scaled, and ready models refuse them', () => {
    const mapped = data.map(({ x: row, y: own }) => ({
      x: row.map((v) => 2 * v),
      y: Array.from(own as number[], (v) => 2 - v),
    }));
    for (const set of [mapped, data.concat(data), standardize.fit(data).apply(data), data.rows([2, 1])])
      expect([set.kind, set.classNames, set.targetShape]).toEqual(['classes', ['low', 'high', 'top'], [6]]);
    expect(mapped.y[0]).toBe(2 - data.y[0]);
    for (const ready of [nearestNeighbors(), logisticRegression()])
      expect(() => ready.fit(data)).toThrow('takes one label for each row, and y has [6] of them');
  });
  test('are learned from, with the baseline of their shares, metrics and the names of classes', async () => {
    const model = nn.sequential([nn.conv1d(16, 2, { padding: 'causal', activation: 'relu' }), nn.conv1d(3, 1)]);
    const { train, validation } = split(data, { seed: 1 });
    const options = {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.03 }),
      epochs: 150,
      metrics: [accuracy(), confusionMatrix()],
    };
    const run = await fit(model, train, { ...options, validation });
    const shares = [0, 1, 2].map((k) => Array.from(train.y).filter((v) => v === k).length / train.y.length);
    expect(run.baseline?.accuracy).toBeCloseTo(Math.max(...shares), 6);
    expect(run.baseline?.loss).toBeCloseTo(-shares.reduce((sum, p) => sum + p * Math.log(p), 0), 4);
    const scores = evaluate(model, validation) as unknown as { accuracy: number; confusionMatrix: number[][] };
    expect(scores.accuracy).toBeGreaterThan(0.9);
    expect(scores.confusionMatrix.flat().reduce((a, b) => a + b)).toBe(validation.y.length);
    expect(String(scores.confusionMatrix)).toContain('high');
  });
  test.each<[() => unknown, string]>([
    [
      () =>
        dataset({
          x: [[1], [2]],
          y: [
            [0, 1],
            [3, 0],
          ],
          classes: 3,
        }),
      'dataset: y is 3 in row 1, place 0, counted from 0; labels of 3 classes are 0 to 2',
    ],
    [
      () =>
        dataset({
          x: [[1], [2]],
          y: [
            [0, 1, 0],
            [1, 0, 0],
          ],
          classes: 3,
        }),
      'dataset: y is rows [2, 3] of 0 and one 1, a share for each class; leave classes out, or give labels',
    ],
  ])('refuses: %#', (attempt, text) => {
    expect(attempt).toThrow(DataError);
    expect(attempt).toThrow(text);
  });
});
