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
