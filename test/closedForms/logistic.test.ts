/** Logistic regression: scikit-learn's minimum of the objective, and the conditions of a minimum where the objective
 *  contains the 1-norm. */
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/columns.js';
import { moons } from '../../src/data/synthetic/index.js';
import { logisticRegression } from '../../src/models/index.js';
import '../../src/tensor/methods.js';
import { rowsOf, table, truth } from './truth.js';

const TABLES = {
  breast_cancer: table('breast_cancer', 'benign'),
  iris: table('iris', 'class'),
  wine: table('wine', 'class'),
};

/** The mean cross-entropy in float64 and its gradients [inputs][outputs]; w [inputs, outputs]; one output is the logit
 *  of class 1. */
function lossAt(data: Dataset, w: ArrayLike<number>, b: ArrayLike<number>): { loss: number; slopes: number[][] } {
  const [inputs, outputs] = [data.shape[0], b.length];
  const slopes = Array.from({ length: inputs }, () => new Array<number>(outputs).fill(0));
  let loss = 0;
  for (let row = 0; row < data.size; row++) {
    const x = Array.from(data.x.subarray(row * inputs, (row + 1) * inputs));
    const own = Array.from(b, (bias, k) => x.reduce((sum, v, i) => sum + v * w[i * outputs + k], bias));
    const logits = outputs === 1 ? [0, own[0]] : own;
    const most = Math.max(...logits);
    const total = logits.reduce((sum, z) => sum + Math.exp(z - most), 0);
    loss += (Math.log(total) + most - logits[data.y[row]]) / data.size;
    const errors = logits.map((z, k) => Math.exp(z - most) / total - Number(k === data.y[row]));
    (outputs === 1 ? [errors[1]] : errors).forEach((e, k) => {
      for (let i = 0; i < inputs; i++) slopes[i][k] += (e * x[i]) / data.size;
    });
  }
  return { loss, slopes };
}

describe.each(Object.keys(TABLES) as (keyof typeof TABLES)[])('%s', (name) => {
  const data = TABLES[name];
  test.each(truth[`logreg_${name}`].cases)(
    'C $C',
    ({ l2_lambda_mean_form: lambda, objective_mean, train_acc, coef }) => {
      // λ‖w‖² there is (l2/2)‖w‖² here.
      const model = logisticRegression({ l2: 2 * lambda }).fit(data);
      const w = model.weights.data();
      const objective = lossAt(data, w, model.bias.data()).loss + lambda * w.reduce((sum, v) => sum + v * v, 0);
      expect(Math.abs(objective - objective_mean)).toBeLessThan(1e-7);
      const guess = model.predict(data).data();
      expect(guess.filter((label, i) => label === data.y[i]).length / data.size).toBeCloseTo(train_acc, 9);
      const [outputs] = coef.shape;
      rowsOf(coef).forEach((row, k) => {
        row.forEach((v, i) => {
          expect(w[i * outputs + k]).toBeCloseTo(v, 2);
        });
      });
    },
  );
  test.each([0.1, 0.01, 0.001])('the 1-norm %f: weights with a slope below λ are exactly 0, others have it', (l1) => {
    const model = logisticRegression({ l1 }).fit(data);
    const w = model.weights.data();
    const { slopes } = lossAt(data, w, model.bias.data());
    slopes.flat().forEach((slope, i) => {
      if (w[i] === 0) expect(Math.abs(slope)).toBeLessThan(l1 + 1e-5);
      else expect(Math.abs(slope + l1 * Math.sign(w[i]))).toBeLessThan(1e-5);
    });
    const nothing = w.filter((v) => v === 0).length;
    expect(nothing).toBeGreaterThan(0);
    expect(nothing).toBeLessThan(w.length);
  });
});

test('plain logistic regression is the polynomial one with w00, w01 and w10', () => {
  const data = moons({ n: 200, noise: 0.3, seed: 1 });
  const plain = logisticRegression({ l2: 0.01 }).fit(data);
  const lines = logisticRegression({ l2: 0.01, polynomial: { degree: 1, powers: 'total' } }).fit(data);
  const [w00, w01, w10] = lines.weights.data();
  const [w1, w2] = plain.weights.data();
  expect(w00).toBe(0);
  expect(w10).toBeCloseTo(w1, 5);
  expect(w01).toBeCloseTo(w2, 5);
  expect(lines.bias.item()).toBeCloseTo(plain.bias.item(), 5);
  const right = (degree: number): number => {
    const guess = logisticRegression({ l2: 1e-4, polynomial: { degree } }).fit(data).predict(data).data();
    return guess.filter((label, i) => label === data.y[i]).length / data.size;
  };
  expect(right(3)).toBeGreaterThan(right(1) + 0.02);
});
