/** Linear models and nearest neighbours against scikit-learn's figures and closed forms. */
import { describe, expect, test } from 'vitest';
import { dataset, polynomialFeatures } from '../../src/data/index.js';
import { capacityCurve, regularizationPath } from '../../src/diagnose/index.js';
import { digits } from '../../src/digits.js';
import { mse } from '../../src/losses/index.js';
import { lasso, nearestNeighbors, ridge } from '../../src/models/index.js';
import * as nn from '../../src/nn/index.js';
import { rule, sgd } from '../../src/optim/index.js';
import { l1, l2 } from '../../src/regularize/index.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { diagonal, difference, mirrored, rowsOf, table, truth } from './truth.js';

const diabetes = table('diabetes_raw', 'progression');
const zerosOf = (w: Float32Array): number => w.filter((v) => v === 0).length;

describe('ridge', () => {
  const { n, cases } = truth.ridge_diabetes;
  test.each(cases)('alpha $alpha', ({ alpha, coef, intercept, sse }) => {
    const model = ridge({ lambda: (2 * alpha) / n }).fit(diabetes);
    // Here the features are standardized in float32.
    expect(difference(model.weights.data(), coef)).toBeLessThan(1e-5);
    expect(difference(model.bias.data(), [intercept])).toBeLessThan(1e-6);
    const errors = model
      .predict(diabetes)
      .data()
      .reduce((sum, guess, i) => sum + (diabetes.y[i] - guess) ** 2, 0);
    expect(Math.abs(errors / sse - 1)).toBeLessThan(1e-6);
  });
});

describe('lasso', () => {
  const { cases, path, elastic_net } = truth.lasso_diabetes;
  test.each(cases)('alpha $alpha', ({ alpha, coef, intercept, n_zero }) => {
    const model = lasso({ lambda: 2 * alpha }).fit(diabetes);
    expect(difference(model.weights.data(), coef)).toBeLessThan(1e-6);
    expect(difference(model.bias.data(), [intercept])).toBeLessThan(1e-6);
    expect(zerosOf(model.weights.data())).toBe(n_zero);
  });
  test('along its path', async () => {
    const lambdas = path.alphas.map((alpha) => 2 * alpha);
    const all = { train: diabetes, validation: diabetes };
    const found = await regularizationPath((lambda) => lasso({ lambda }), lambdas, all);
    const coefs = rowsOf(path.coefs);
    found.forEach(({ norm, zeros }, i) => {
      // At alpha_max, printed with 12 digits, the first weight is about to leave 0.
      if (i) expect(zeros).toBe(coefs[i].filter((w) => w === 0).length);
      expect(norm).toBeCloseTo(Math.hypot(...coefs[i]), 3);
    });
    expect(
      zerosOf(
        lasso({ lambda: 2.0001 * path.alpha_max })
          .fit(diabetes)
          .weights.data(),
      ),
    ).toBe(10);
  });
  test('elastic net, by penalties of a network: the proximal 1-norm and the squared 2-norm', async () => {
    const { alpha, l1_ratio, coef, intercept } = elastic_net;
    const model = nn.sequential([nn.dense(1)]);
    await fit(model, diabetes, {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.1 }),
      penalties: [l2(2 * alpha * (1 - l1_ratio)), l1(2 * alpha * l1_ratio, { proximal: true })],
      batchSize: 'full',
      epochs: 300,
    });
    const { '0.weight': weight, '0.bias': bias } = model.state();
    expect(difference(weight, coef)).toBeLessThan(1e-4);
    expect(difference(bias, [intercept])).toBeLessThan(1e-4);
  });
});

describe('on a diagonal quadratic', () => {
  const { lam, w_star, cases } = truth.l1_soft_threshold_diagonal_quadratic;
  const data = diagonal(lam.data, w_star.data);
  test.each(cases)('the 1-norm is a soft threshold, the 2-norm a scale: $alpha', ({ alpha, w, l2_w }) => {
    const sparse = lasso({ lambda: alpha }).fit(data);
    expect(difference(sparse.weights.data(), w)).toBeLessThan(1e-6);
    expect(zerosOf(sparse.weights.data())).toBe(w.filter((v) => v === 0).length);
    expect(difference(ridge({ lambda: alpha }).fit(data).weights.data(), l2_w)).toBeLessThan(1e-6);
  });
  test('a norm of at most r is ridge with the right λ, and where projected descent arrives', async () => {
    const { r, alpha, w } = truth.norm_constraint;
    expect(difference(ridge({ lambda: alpha }).fit(data).weights.data(), w)).toBeLessThan(1e-6);
    const ball = rule({
      stage: 'project',
      apply: ({ theta }) => ({ theta: theta.mul(theta.norm().reciprocal().mul(r).minimum(1)) }),
    });
    const model = nn.sequential([nn.dense(1, { bias: false })]);
    const optimizer = sgd({ learningRate: 0.2 });
    await fit(model, data, { loss: mse(), optimizer, rules: ball, batchSize: 'full', epochs: 200 });
    expect(difference(model.state()['0.weight'], w)).toBeLessThan(1e-5);
  });
});

describe('capacity of polynomials on ten points', () => {
  const { x, y, cases } = truth.polynomial_capacity;
  const train = dataset({ x: x.data.map((v) => [v]), y: y.data });
  const places = Array.from({ length: 101 }, (_, i) => i / 50 - 1);
  const test101 = dataset({ x: places.map((v) => [v]), y: places.map((v) => 1.5 * v * v - 0.5 * v) });
  test('by degree: the training error falls to 0, the other is least at the truth', async () => {
    const plain = cases.filter(({ ridge_alpha }) => ridge_alpha === undefined);
    const build = (degree: number) => ridge({ lambda: 0, polynomial: { degree, bias: false } });
    const degrees = plain.map(({ degree }) => degree);
    const found = await capacityCurve(build, degrees, { train, validation: test101 });
    plain.forEach(({ degree, coef, train_mse, test_mse }, i) => {
      expect(found[i].trainError).toBeCloseTo(train_mse, 7);
      expect(found[i].validationError).toBeCloseTo(test_mse, 5);
      const model = build(degree).fit(train);
      expect(difference([...model.bias.data(), ...model.weights.data()], [...coef])).toBeLessThan(1e-4);
    });
  });
  const penalized = cases.filter(({ ridge_alpha }) => ridge_alpha !== undefined);
  test.each(penalized)('of degree 9 with alpha $ridge_alpha, the constant penalized like all others', (row) => {
    const columns = polynomialFeatures({ degree: row.degree }).apply(train);
    const data = mirrored(rowsOf({ shape: [10, 10], data: [...columns.x] }), y.data);
    const model = ridge({ lambda: (2 * (row.ridge_alpha as number)) / 10 }).fit(data);
    expect(difference(model.weights.data(), row.coef)).toBeLessThan(1e-4);
  });
});

test('nearest neighbours on digits', () => {
  const [train, rest] = [digits().slice(0, 1000), digits().slice(1000)];
  for (const [k, accuracy] of Object.entries(truth.knn_digits.accuracy)) {
    const guess = nearestNeighbors({ k: Number(k) })
      .fit(train)
      .predict(rest)
      .data();
    expect(guess.filter((label, i) => label === rest.y[i]).length / rest.size).toBeCloseTo(accuracy, 9);
  }
});
