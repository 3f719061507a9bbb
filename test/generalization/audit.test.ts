import { expect, test } from 'vitest';
import { type Dataset, dataset, datasets, LeakageError, split } from '../../src/index.js';
import { audit, type Finding, type FindingKind } from '../../src/generalization/index.js';
import { draws } from '../../src/random/draws.js';
import { text } from '../fixtures/index.js';

const rows = (n: number, width = 4, stream = 0): number[][] => {
  const { normal } = draws([11, 12], stream);
  return Array.from({ length: n }, () => Array.from({ length: width }, () => normal()));
};
const labels = (x: readonly number[][]): Int32Array => {
  const { normal } = draws([13, 14], 0);
  return Int32Array.from(x, ([a, b]) => Number(a - b + normal() > 0));
};
const x = rows(200);
const y = labels(x);
const CLEAN = dataset({ x, y, classes: 2 });
const changed = (f: (row: number[], i: number) => number[], to: ArrayLike<number> = y): Dataset =>
  dataset({ x: x.map(f), y: Int32Array.from(to), classes: 2 });
const kinds = (found: readonly Finding[]): FindingKind[] => [...new Set(found.map(({ kind }) => kind))];
const sortedByLabel = Array.from(y.keys()).sort((a, b) => y[a] - y[b] || a - b);

/** Each row plants one fault in clean data: what is found, and where. */
const PLANTED: [string, () => Dataset, Partial<Finding>][] = [
  [
    'a copy',
    () =>
      changed(
        (_row, i) => x[i === 60 ? 3 : i],
        y.map((_v, i) => y[i === 60 ? 3 : i]),
      ),
    { kind: 'duplicates', rows: [60] },
  ],
  [
    'a copy with noise',
    () => changed((row, i) => (i === 70 ? x[5].map((v) => v + 0.001) : row)),
    { kind: 'nearDuplicates', rows: [70] },
  ],
  [
    'a copy with another label',
    () =>
      changed(
        (_row, i) => x[i === 60 ? 3 : i],
        y.map((v, i) => (i === 60 ? 1 - y[3] : v)),
      ),
    { kind: 'conflict', rows: [60] },
  ],
  ['a constant column', () => changed((row) => [...row, 7]), { kind: 'constant', columns: ['4'] }],
  ['row numbers', () => changed((row, i) => [...row, 1000 + ((i * 37) % 200)]), { kind: 'identifier', columns: ['4'] }],
  [
    'growing numbers of a wide range',
    () => changed((row, i) => [...row, 1e5 + i * 911]),
    { kind: 'identifier', columns: ['4'] },
  ],
  ['the label as a column', () => changed((row, i) => [...row, y[i]]), { kind: 'tellsTarget', columns: ['4'] }],
  [
    'the label with noise',
    () => changed((row, i) => [...row, y[i] + 0.05 * x[i][0]]),
    { kind: 'tellsTarget', columns: ['4'] },
  ],
  ['sorted by label', () => CLEAN.rows(sortedByLabel), { kind: 'order' }],
  ['few of a class', () => CLEAN.rows(Array.from(y.keys()).filter((i) => y[i] === 0 || i < 10)), { kind: 'imbalance' }],
  [
    'a slip of units',
    () => changed((row, i) => (i === 9 ? [row[0], 1000 * row[1], row[2], row[3]] : row)),
    { kind: 'outliers', rows: [9] },
  ],
  [
    'a row from elsewhere',
    () => changed((row, i) => (i === 9 ? [9, -9, 9, -9] : row)),
    { kind: 'outliers', rows: [9] },
  ],
];
test.each(PLANTED)('finds %s', (_, make, expected) => {
  const found = audit(make());
  expect(found.map(({ message, ...rest }) => rest)).toEqual([expect.objectContaining(expected)]);
  expect(found[0].message.length).toBeLessThan(300);
  expect(String(found)).toContain(found[0].message);
});

test('clean data have no findings', () => {
  expect(audit(CLEAN)).toEqual([]);
  expect(String(audit(CLEAN))).toBe('nothing was found');
  for (const seed of [1, 2, 3])
    for (const make of [datasets.moons, datasets.circles, datasets.spirals, datasets.xor])
      expect(audit(make({ n: 300, noise: 0.2, seed }))).toEqual([]);
  for (const seed of [4, 5]) {
    const values = rows(300, 3, seed);
    expect(audit(dataset({ x: values, y: values.map(([a, b]) => a + b) }))).toEqual([]);
  }
});

test('real tables have what is truly in them', () => {
  const iris = dataset.fromCsv(text('tabular/iris.csv'), { target: 'class' });
  const found = audit(iris);
  expect(kinds(found)).toEqual(['duplicates', 'order']);
  expect(found[0].rows).toEqual([142]);
  expect(kinds(audit(iris.shuffle(1)))).toEqual(['duplicates']);
});

test('tables with text and missing cells are looked at as they are', () => {
  const { uniform } = draws([1, 1], 3);
  const people = Array.from({ length: 120 }, (_, i) => ({
    name: `person ${(i * 7919) % 1000}`,
    plan: ['free', 'pro', 'team'][Math.floor(3 * uniform())],
    age: uniform() < 0.1 ? undefined : 20 + 50 * uniform(),
    left: uniform() < 0.5 ? 'yes' : 'no',
  }));
  const data = dataset.fromRows(people, { target: 'left' });
  expect(audit(data).map(({ kind, columns }) => [kind, columns])).toEqual([['identifier', ['name']]]);
});

test('rows that parts share are found, also in a sealed set, which stays closed', () => {
  const {
    train,
    validation,
    test: last,
  } = split(dataset({ x: rows(400), y: labels(rows(400)), classes: 2 }), { seed: 1 });
  expect(audit({ train, validation, test: last })).toEqual([]);
  const copies = last.map(({ x: row }, i) => ({
    x: i === 4 ? train.x.slice(0, 4) : i === 6 ? train.x.slice(8, 12).map((v) => v + 0.0005) : row,
  }));
  const found = audit({ train, validation, test: copies });
  expect(found).toContainEqual(expect.objectContaining({ rows: [4], parts: ['train', 'test'] }));
  expect(found).toContainEqual(
    expect.objectContaining({ kind: 'nearDuplicates', rows: [6], parts: ['train', 'test'] }),
  );
  expect(found).toHaveLength(2);
  expect(last.opened).toBe(0);
  expect(() => copies.with({ sealed: false })).toThrow(LeakageError);
});

test('one seed gives one list, and large sets are sampled', () => {
  const large = dataset({ x: rows(5000, 3), y: new Int32Array(5000).map((_, i) => i % 2), classes: 2 });
  expect(audit(large, { rows: 100, seed: 2 })).toEqual(audit(large, { rows: 100, seed: 2 }));
  expect(() => audit({ validation: CLEAN } as never)).toThrow(/audit: the data are an Object; give a data set, or/);
});
