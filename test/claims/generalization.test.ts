/** Textbook statements about generalization and capacity, checked by small experiments. */
import { describe, expect, test } from 'vitest';
import { dataset, split } from '../../src/data/index.js';
import { moons, polynomial } from '../../src/data/synthetic/index.js';
import { capacityCurve, regularizationPath } from '../../src/diagnose/index.js';
import { digits } from '../../src/digits.js';
import { mse } from '../../src/losses/index.js';
import { lasso, logisticRegression, nearestNeighbors, ridge } from '../../src/models/index.js';
import * as nn from '../../src/nn/index.js';
import { sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { l1, l2 } from '../../src/regularize/index.js';
import { trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const column = <K extends string>(rows: readonly Record<K, number>[], name: K): number[] =>
  rows.map((row) => row[name]);
const least = (values: readonly number[]): number => values.indexOf(Math.min(...values));
/** Whether values fall to a minimum inside and rise again, both by at least the factor `times`. */
function isU(values: readonly number[], times: number): boolean {
  const best = values[least(values)];
  return values[0] > times * best && (values.at(-1) as number) > times * best;
}
const never = (rises: boolean, values: readonly number[], slack = 1e-9): boolean =>
  values.every((v, i) => i === 0 || (rises ? values[i - 1] - v : v - values[i - 1]) <= slack);

describe('one nearest neighbour', () => {
  test.each([
    ['noisy moons', moons({ n: 400, noise: 0.4, seed: 1 })],
    ['digits', digits()],
  ])('has no training error but a test error: %s', async (_, all) => {
    const { train, validation } = split(all, { seed: 1 });
    const [one, fifteen] = await capacityCurve((k) => nearestNeighbors({ k }), [1, 15], { train, validation });
    expect(one.trainError).toBe(0);
    expect(one.validationError).toBeGreaterThan(0);
    expect(fifteen.trainError).toBeGreaterThan(0);
  });
  test('has a larger gap than many neighbours where classes overlap', async () => {
    const { train, validation } = split(moons({ n: 600, noise: 0.5, seed: 2 }), { seed: 2 });
    const found = await capacityCurve((k) => nearestNeighbors({ k }), [1, 25], { train, validation });
    const [one, many] = found.map(({ trainError, validationError }) => validationError - trainError);
    expect(one).toBeGreaterThan(0.15);
    expect(many).toBeLessThan(0.5 * one);
    expect(found[1].validationError).toBeLessThan(found[0].validationError);
  });
});

describe('capacity', () => {
  const curve = polynomial({ n: 220, noise: 0.4, coefficients: [0, 1, -2, -3], seed: 3 });
  const data = { train: curve.slice(0, 20), validation: curve.slice(20) };
  test('with the degree the training error falls, and the validation error falls and rises', async () => {
    const degrees = [0, 1, 2, 3, 5, 8, 11, 14];
    const build = (degree: number) => ridge({ lambda: 0, polynomial: { degree } });
    const found = await capacityCurve(build, degrees, data);
    expect(never(false, column(found, 'trainError'), 1e-6)).toBe(true);
    expect(isU(column(found, 'validationError'), 1.5)).toBe(true);
    expect(degrees[least(column(found, 'validationError'))]).toBe(3);
  });
  test('of a classifier with polynomials of two inputs too, of which plain logistic regression is the first', async () => {
    const all = moons({ n: 640, noise: 0.35, seed: 5 });
    const sets = { train: all.slice(0, 60), validation: all.slice(60) };
    const build = (degree: number) => logisticRegression({ l2: 1e-7, polynomial: { degree } });
    const found = await capacityCurve(build, [0, 1, 3, 8], sets);
    const [train, validation] = [column(found, 'trainError'), column(found, 'validationError')];
    expect(never(false, train)).toBe(true);
    expect(train.at(-1)).toBe(0);
    expect(isU(validation, 1.1)).toBe(true);
  });
  test('is limited by a penalty: with λ the norm falls, and the validation error falls and rises', async () => {
    const lambdas = [0, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 100];
    const found = await regularizationPath((lambda) => ridge({ lambda, polynomial: { degree: 14 } }), lambdas, data);
    expect(never(false, column(found, 'norm'))).toBe(true);
    expect(never(true, column(found, 'trainError'), 1e-6)).toBe(true);
    expect(isU(column(found, 'validationError'), 1.5)).toBe(true);
  });
});

describe("the lecture's eight weights", () => {
  const dense = [0.2, 0.1, 0.3, 0.5, 0.1, 0.2, 0.5, 0.3];
  const sparse = [0, 0, 0, 2.1, 0, 0, 1.2, 0];
  test('the 2-norm punishes the large ones, the 1-norm treats all alike', () => {
    const price = (weights: readonly number[], penalty: ReturnType<typeof l1>): number => {
      const model = nn.sequential([nn.dense(1)]).build([8]);
      model.load({ '0.weight': Float32Array.from(weights), '0.bias': new Float32Array(1) });
      const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), penalties: penalty });
      // At x = 0 and y = 0 the loss is the penalty alone.
      return step([new Array(8).fill(0)], [[0]]);
    };
    expect(price(dense, l1(1))).toBeCloseTo(2.2, 5);
    expect(price(sparse, l1(1))).toBeCloseTo(3.3, 5);
    expect(price(dense, l2(2))).toBeCloseTo(0.78, 5);
    expect(price(sparse, l2(2))).toBeCloseTo(5.85, 5);
  });
  test('the 2-norm finds dense ones and the 1-norm sparse ones, which fit as well', () => {
    // Two hidden causes: every feature is a noisy copy of one of them, and the fourth and the seventh are exact copies.
    const { normal } = draws([8, 8], 0);
    const rows = Array.from({ length: 400 }, () => {
      const [a, b] = [normal(), normal()];
      return [0, 1, 2, 3, 4, 5, 6, 7].map((j) => {
        const cause = j < 4 ? a : b;
        return j === 3 || j === 6 ? cause : 0.8 * cause + 0.3 * normal();
      });
    });
    const y = rows.map((row) => row.reduce((sum, v, j) => sum + sparse[j] * v, 0.1 * normal()));
    const all = dataset({ x: rows, y: Float32Array.from(y), classes: false });
    const [train, rest] = [all.slice(0, 200), all.slice(200)];
    const errorOf = (model: ReturnType<typeof ridge>): number => {
      const found = model.predict(rest).data();
      return found.reduce((sum, v, i) => sum + (v - rest.y[i]) ** 2, 0) / rest.size;
    };
    const [two, one] = [ridge({ lambda: 0.1 }).fit(train), lasso({ lambda: 0.1 }).fit(train)];
    expect(two.weights.data().every((w) => Math.abs(w) > 0.05)).toBe(true);
    expect([...one.weights.data()].map((w) => w !== 0)).toEqual(sparse.map((w) => w !== 0));
    expect(errorOf(one)).toBeLessThan(1.1 * errorOf(two));
  });
});
