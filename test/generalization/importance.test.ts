import { describe, expect, test } from 'vitest';
import { adam, dataset, DataError, encode, fit, LeakageError, mse, nn, pipeline } from '../../src/index.js';
import { importance, shift } from '../../src/generalization/index.js';
import { draws } from '../../src/random/draws.js';

const rows = (n: number, width: number, stream: number): number[][] => {
  const { normal } = draws([21, 22], stream);
  return Array.from({ length: n }, () => Array.from({ length: width }, () => normal()));
};

describe('importance', () => {
  const x = rows(2000, 3, 0).map(([a, b, c]) => [a, 2 * b, c]);
  const weights = [3, -1, 0];
  const y = Float32Array.from(x, (row) => row.reduce((sum, v, j) => sum + weights[j] * v, 0));
  const data = dataset({ x, y });
  const model = nn
    .sequential([nn.dense(1)])
    .build([3], { state: { '0.weight': Float32Array.from(weights), '0.bias': new Float32Array(1) } });
  test('of independent features in a linear model it is 2w²·var(x) in mse', () => {
    const found = importance(model, data, { loss: mse(), repeats: 10, seed: 3 });
    expect(found.map(({ feature }) => feature)).toEqual(['0', '1', '2']);
    [18, 8, 0].forEach((truth, j) => {
      expect(Math.abs(found[j].mean - truth)).toBeLessThan(0.08 * truth + 1e-9);
      expect(found[j].std).toBeLessThan(0.05 * truth + 1e-9);
    });
    expect(importance(model, data, { loss: mse(), repeats: 10, seed: 3 })).toEqual(found);
    expect(String(found).split('\n')[1]).toMatch(/^0 /);
    expect(importance(model, data).map(({ mean }) => mean > 1)).toEqual([true, true, false]);
  });
  test('of a pipeline it is of the columns of its table', async () => {
    const table = dataset.fromRows(
      x
        .slice(0, 200)
        .map(([a], i) => ({ age: i % 9 ? a : undefined, plan: i % 2 ? 'free' : 'pro', price: i % 2 ? 1 : 5 })),
      { target: 'price' },
    );
    const whole = pipeline([encode, nn.sequential([nn.dense(1)])]);
    await fit(whole, table, { loss: mse(), optimizer: adam({ learningRate: 0.1 }), epochs: 30 });
    const found = importance(whole, table);
    expect(found.map(({ feature }) => feature)).toEqual(['age', 'plan']);
    expect(found[1].mean).toBeGreaterThan(10 * Math.abs(found[0].mean));
  });
  test('a sealed set is not for choosing features', () => {
    expect(() => importance(model, data.with({ sealed: true }))).toThrow(LeakageError);
  });
});

describe('shift', () => {
  const set = (x: readonly number[][], sealed = false) => dataset({ x: [...x], sealed });
  test('p is uniform where nothing has shifted', () => {
    const ps = Array.from({ length: 60 }, (_, i) =>
      shift(set(rows(40, 2, 2 * i)), set(rows(30, 2, 2 * i + 1)), { permutations: 39, seed: i }),
    );
    for (const of of [
      ps.map(({ p }) => p),
      ps.map(({ columns }) => columns.find(({ name }) => name === '0')?.p ?? 0),
    ]) {
      const below = (limit: number): number => of.filter((p) => p <= limit).length / of.length;
      expect(below(0.05)).toBeLessThan(0.15);
      expect(Math.abs(below(0.5) - 0.5)).toBeLessThan(0.2);
    }
  });
  test.each([
    ['a mean', (v: number) => v + 1],
    ['a spread', (v: number) => 3 * v],
  ])('finds %s that has moved, and the column', (_, move) => {
    const other = rows(150, 3, 501).map(([a, b, c]) => [a, move(b), c]);
    const found = shift(set(rows(200, 3, 500)), set(other));
    expect(found.auc).toBeGreaterThan(0.65);
    expect(found.p).toBe(1 / 200);
    expect(found.columns[0]).toMatchObject({ name: '1', p: 1 / 200 });
    expect(found.columns[1].p).toBeGreaterThan(0.01);
    expect(String(found)).toMatch(/^the sets differ/);
    expect(shift(set(rows(200, 3, 500)), set(other))).toEqual(found);
  });
  test('tables with categories and missing cells', () => {
    const table = (share: number, gaps: number) =>
      dataset.fromRows(
        Array.from({ length: 100 }, (_, i) => ({
          plan: i % 10 < share ? 'pro' : 'free',
          age: i % 10 < gaps ? undefined : i % 7,
          y: i % 2,
        })),
        { target: 'y' },
      );
    const { columns } = shift(table(5, 1), table(9, 1), { permutations: 99 });
    expect(columns.map(({ name, p }) => [name, p <= 0.02])).toEqual([
      ['plan', true],
      ['age', false],
    ]);
    expect(columns[0].distance).toBeCloseTo(0.4, 9);
    expect(shift(table(5, 0), table(5, 6), { permutations: 99 }).columns[0]).toMatchObject({ name: 'age', p: 0.01 });
  });
  test('a sealed set counts it, and is no training set', () => {
    const sealed = set(rows(50, 2, 8), true);
    shift(set(rows(50, 2, 9)), sealed, { permutations: 1 });
    expect(sealed.opened).toBe(1);
    expect(() => shift(sealed, set(rows(50, 2, 9)))).toThrow(LeakageError);
    expect(() => shift(set(rows(4, 2, 9)), sealed)).toThrow(DataError);
  });
});
