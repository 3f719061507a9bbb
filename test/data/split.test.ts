import { describe, expect, test } from 'vitest';
import { DataError, LeakageError, OptionError } from '../../src/errors.js';
import { dataset, kFold, split } from '../../src/data/index.js';

const labelled = (counts: readonly number[]) => {
  const y = counts.flatMap((n, label) => new Array<number>(n).fill(label));
  return dataset({ x: y.map((_, i) => [i]), y, classes: counts.length });
};
const count = (y: ArrayLike<number>, label: number) => Array.prototype.filter.call(y, (v) => v === label).length;

describe('split', () => {
  test('deals every row once, with the shares as a whole and in every class', () => {
    const data = labelled([178, 182, 177, 183, 181]);
    const parts = Object.values(split(data, { seed: 3 }));
    expect(parts.map(({ size }) => size)).toEqual([631, 135, 135]);
    const rows = parts.flatMap(({ x }) => [...x]).sort((a, b) => a - b);
    expect(rows).toEqual(Array.from({ length: 901 }, (_, i) => i));
    for (let label = 0; label < 5; label++)
      parts.forEach(({ y }, i) => {
        const fair = count(data.y, label) * [0.7, 0.15, 0.15][i];
        expect(Math.abs(count(y, label) - fair)).toBeLessThanOrEqual(1);
      });
  });
  test('depends on the seed only', () => {
    const x = (seed: number) => split(labelled([50, 50]), { seed }).train.x;
    expect(x(1)).toEqual(x(1));
    expect(x(1)).not.toEqual(x(2));
  });
  test('seals the test part, and what is made of it', () => {
    const { train, validation, test: last } = split(labelled([50, 50]));
    expect([train.sealed, validation.sealed, last.sealed]).toEqual([false, false, true]);
    expect(last.take(3).sealed).toBe(true);
    expect(last.slice(1, 4).sealed).toBe(true);
    expect(() => split(last)).toThrow(LeakageError);
    expect(() => kFold(last, 2)).toThrow(LeakageError);
  });
  test('takes other shares, and values instead of labels', () => {
    const data = dataset({
      x: Array.from({ length: 40 }, (_, i) => [i]),
      y: Array.from({ length: 40 }, (_, i) => i / 7),
    });
    const { train, validation, test: last } = split(data, { train: 0.5, validation: 0.25, test: 0.25 });
    expect([train.size, validation.size, last.size]).toEqual([20, 10, 10]);
  });
  test.each<[() => unknown, new (m: string) => Error, string]>([
    [
      () => split(labelled([5, 5]), { train: 0.8 }),
      OptionError,
      'split: train, validation and test are 0.8, 0.15, 0.15, together 1.1',
    ],
    [
      () => split(labelled([5, 5]), { trian: 0.8 } as never),
      OptionError,
      "split: unknown option 'trian'; did you mean 'train'?",
    ],
    [
      () => split(labelled([1, 1])),
      DataError,
      'split: 2 rows leave none for test (share 0.15); give more rows or a larger share',
    ],
  ])('refuses with a reason: %#', (attempt, type, text) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(text);
  });
});

describe('kFold', () => {
  test('validates on every row once, with even classes', () => {
    const folds = kFold(labelled([20, 31]), 5, { seed: 1 });
    expect(folds.flatMap(({ validation }) => [...validation.x]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 51 }, (_, i) => i),
    );
    for (const { train, validation } of folds) {
      expect(train.size + validation.size).toBe(51);
      expect(count(validation.y, 0)).toBe(4);
    }
  });
  test('refuses what cannot be folded', () => {
    expect(() => kFold(labelled([1, 1]), 3)).toThrow(
      'kFold: 2 rows cannot fill 3 parts; give more rows or a smaller k',
    );
    expect(() => kFold(labelled([3]), 1)).toThrow('kFold: k is 1; it must be a whole number from 2');
  });
});

describe('groups', () => {
  const size = 60;
  const labels = Array.from({ length: size }, (_, i) => (i * i) % 13);
  const data = dataset({ x: labels.map((label, i) => [i, label]), y: labels.map((_, i) => i / 7) });
  const groupsIn = (part: { x: ArrayLike<number> }) =>
    new Set(Array.prototype.filter.call(part.x, (_, i: number) => i % 2 === 1));
  const shared = (a: ReadonlySet<unknown>, b: ReadonlySet<unknown>) => [...a].filter((label) => b.has(label));
  test.each([
    ['labels', labels],
    ['names', labels.map((label) => `patient ${label}`)],
    ['a column', '1'],
  ])('%s: no group is on both sides, and no row is lost', (_, groups) => {
    const { train, validation, test: last } = split(data, { groups, seed: 2 });
    expect(train.size + validation.size + last.size).toBe(size);
    const [a, b, c] = [train, validation, last].map(groupsIn);
    expect([...shared(a, b), ...shared(a, c), ...shared(b, c)]).toEqual([]);
    const folds = kFold(data, 3, { groups, seed: 2 });
    for (const fold of folds) {
      expect(shared(groupsIn(fold.train), groupsIn(fold.validation))).toEqual([]);
      expect(Math.abs(fold.validation.size - size / 3)).toBeLessThanOrEqual(6);
    }
    expect(folds.reduce((sum, fold) => sum + fold.validation.size, 0)).toBe(size);
  });
  test('as many groups as parts give each part one', () => {
    const groups = labels.map((_, i) => i % 3);
    expect(Object.values(split(data, { groups })).map((part) => part.size)).toEqual([20, 20, 20]);
  });
});

describe('in the order of time', () => {
  const data = dataset({
    x: Array.from({ length: 50 }, (_, i) => [i]),
    y: Array.from({ length: 50 }, (_, i) => i / 7),
  });
  const rows = (part: { x: ArrayLike<number> }) => [part.x[0], part.x[part.x.length - 1]];
  test('split: training first, the test last, and a gap between them', () => {
    const parts = Object.values(split(data, { order: 'time', train: 0.6, validation: 0.2, test: 0.2, gap: 3 }));
    expect(parts.map(rows)).toEqual([
      [0, 26],
      [30, 36],
      [40, 49],
    ]);
    expect(parts[2].sealed).toBe(true);
  });
  // scikit-learn: TimeSeriesSplit(n_splits=3, gap=2) of 50 rows
  test('kFold: the folds of scikit-learn', () => {
    const folds = kFold(data, 3, { order: 'time', gap: 2 });
    expect(folds.map(({ train, validation }) => [...rows(train), ...rows(validation)])).toEqual([
      [0, 11, 14, 25],
      [0, 23, 26, 37],
      [0, 35, 38, 49],
    ]);
  });
  test.each<[() => unknown, string]>([
    [() => split(data, { gap: 1 }), "split: gap is 1; it must be 0 without order: 'time'"],
    [
      () => kFold(data, 2, { order: 'time', groups: '0' }),
      "kFold: order is 'time'; it must be left out where there are groups",
    ],
    [() => kFold(data, 3, { order: 'time', gap: 20 }), 'kFold: a gap of 20 leaves none of the first 14 rows'],
    [
      () => split(data, { groups: 'patient' }),
      "split: groups is 'patient'; it must be the name of a column or a list of 50 labels",
    ],
    [() => split(data, { groups: [1, 2] }), 'split: groups is [1, 2]; it must be the name'],
    [() => kFold(data, 3, { groups: new Uint8Array(50) }), 'kFold: the groups leave none for part 1'],
  ])('%s', (call, message) => {
    expect(call).toThrow(message);
  });
});
