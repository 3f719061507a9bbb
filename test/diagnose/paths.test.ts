import { describe, expect, test } from 'vitest';
import { dataset, split } from '../../src/data/index.js';
import { moons, polynomial } from '../../src/data/synthetic/index.js';
import { capacityCurve, type Learner, regularizationPath } from '../../src/diagnose/index.js';
import { LeakageError, OptionError, UnsupportedError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { lasso, logisticRegression, nearestNeighbors, ridge } from '../../src/models/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { earlyStopping, l1, l2 } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const { train, validation, test: sealed } = split(moons({ n: 200, noise: 0.3, seed: 1 }), { seed: 1 });
const data = { train, validation };
const network = (units: number) => nn.sequential([nn.dense(units), nn.relu(), nn.dense(2)]);
const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.02 }), epochs: 20 };
const curve = polynomial({ n: 60, noise: 0.2, coefficients: [0, 1, 2], seed: 1 });
const values = { train: curve.slice(0, 30), validation: curve.slice(30) };

describe('capacityCurve', () => {
  test('tells 1 − accuracy of each model, in the order given', async () => {
    const made: ReturnType<typeof network>[] = [];
    const found = await capacityCurve(
      (units) => {
        made.push(network(units));
        return made[made.length - 1];
      },
      [8, 1],
      data,
      options,
    );
    expect(found.map(({ capacity }) => capacity)).toEqual([8, 1]);
    found.forEach((row, i) => {
      const error = (set: typeof train) => 1 - evaluate(made[i], set, { metrics: accuracy() }).accuracy;
      expect(row).toEqual({ capacity: [8, 1][i], trainError: error(train), validationError: error(validation) });
    });
    expect(found[0].trainError).toBeLessThan(found[1].trainError);
  });
  test('tells the loss where targets are values, without penalties', async () => {
    const model = nn.sequential([nn.dense(1)]);
    const [{ trainError, validationError }] = await capacityCurve(() => model, [1], values, {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.1 }),
      penalties: l2(1),
      epochs: 5,
    });
    expect(trainError).toBe(evaluate(model, values.train).loss);
    expect(validationError).toBe(evaluate(model, values.validation).loss);
  });
  test("a model's own options come first, and early stopping watches the validation set", async () => {
    const seen: number[] = [];
    const stop = earlyStopping({ patience: 2 });
    await capacityCurve(
      (epochs) => ({
        model: network(4),
        options: { epochs, onEpoch: ({ validation: v }) => void seen.push(v?.loss ?? -1) },
      }),
      [1, 2],
      data,
      { ...options, stop },
    );
    expect(seen.length).toBe(3);
    expect(Math.min(...seen)).toBeGreaterThan(0);
  });
  test('an accuracy with a threshold of its own is the one that counts', async () => {
    const build = () => nn.sequential([nn.dense(1, { activation: 'sigmoid' })]);
    const own = {
      loss: mse(),
      optimizer: adam({ learningRate: 0.1 }),
      epochs: 30,
      metrics: accuracy({ threshold: 0.5 }),
    };
    const [{ trainError }] = await capacityCurve(build, [1], data, own);
    expect(trainError).toBeLessThan(0.25);
  });
  test.each<[string, (capacity: number) => Learner, number[], object]>([
    ['neighbours', (k) => nearestNeighbors({ k }), [1, 5], data],
    ['degrees of a classifier', (degree) => logisticRegression({ l2: 1e-4, polynomial: { degree } }), [1, 3], data],
    ['degrees of a curve', (degree) => ridge({ lambda: 0, polynomial: { degree } }), [1, 2], values],
    [
      'one’s own',
      () => ({ fit: () => 0, predict: (x) => tensor(new Float32Array((x as typeof train).size)) }),
      [1],
      data,
    ],
  ])('takes ready models: %s', async (_, build, capacities, sets) => {
    const found = await capacityCurve(build, capacities, sets as typeof data);
    for (const { trainError, validationError } of found) {
      expect(trainError).toBeGreaterThanOrEqual(0);
      expect(validationError).toBeGreaterThan(0);
    }
    if (_ === 'neighbours') expect(found[0].trainError).toBe(0);
    if (_ === 'one’s own') expect(found[0].trainError).toBeCloseTo(0.5, 1);
  });
});

test('rows without a target are no errors; answers that do not fit are refused', async () => {
  const half = data.train.target();
  const mask = Float32Array.from({ length: data.train.size }, (_, i) => Number(i < 10));
  const some = data.train.with({ targets: [{ ...half, mask }] });
  const guess = (size?: number): Learner => ({
    fit: () => 0,
    predict: (x) => tensor(new Float32Array(size ?? (x as typeof train).size)),
  });
  const [{ trainError }] = await capacityCurve(() => guess(), [1], { ...data, train: some });
  expect(trainError).toBeCloseTo(half.values.slice(0, 10).filter((label) => label !== 0).length / 10, 9);
  await expect(capacityCurve(() => guess(3), [1], data)).rejects.toThrow(
    'the model predicts 3 numbers for 140 targets',
  );
});

describe('regularizationPath', () => {
  test('tells norm and zeros of the weights, without biases', async () => {
    const made: ReturnType<typeof network>[] = [];
    const found = await regularizationPath(
      (lambda) => {
        const model = network(6);
        made.push(model);
        return { model, options: { penalties: l1(lambda, { proximal: true }) } };
      },
      [0, 0.3],
      data,
      { ...options, optimizer: sgd({ learningRate: 0.05 }) },
    );
    found.forEach(({ lambda, norm, zeros, coefficients }, i) => {
      expect(lambda).toBe([0, 0.3][i]);
      const w = made[i]
        .parameters()
        .filter(({ name }) => name.endsWith('weight'))
        .flatMap(({ get }) => [...get()]);
      expect(norm).toBeCloseTo(Math.hypot(...w), 5);
      expect(zeros).toBe(w.filter((v) => v === 0).length);
      expect(coefficients).toEqual(w);
    });
    expect(found[0].zeros).toBe(0);
    expect(found[1].zeros).toBeGreaterThan(0);
  });
  test('takes ready models', async () => {
    const [weak, strong] = await regularizationPath(
      (lambda) => lasso({ lambda, polynomial: { degree: 6 } }),
      [0.01, 1],
      values,
    );
    expect(strong.norm).toBeLessThan(weak.norm);
    expect(strong.zeros).toBeGreaterThan(weak.zeros);
    await expect(regularizationPath(() => nearestNeighbors(), [0], data)).rejects.toThrow(UnsupportedError);
  });
});

test('the path of the lasso is soft thresholding where features are orthogonal', async () => {
  // Columns of ±1: mse + λ‖w‖₁ has the minimum sign(c)·max(0, |c| − λ/2) with the correlations c.
  const x = Array.from({ length: 8 }, (_, i) => [1, 2, 4].map((bit) => (i & bit ? 1 : -1)));
  const set = dataset({ x, y: x.map(([a, b, c]) => [2 * a - 0.5 * b + 0.1 * c]) });
  const path = await regularizationPath((lambda) => lasso({ lambda }), [0, 0.4, 2], { train: set, validation: set });
  expect(path.map(({ coefficients }) => coefficients.map((w) => Number(w.toFixed(5))))).toEqual([
    [2, -0.5, 0.1],
    [1.8, -0.3, 0],
    [1, 0, 0],
  ]);
});

describe('both refuse, before anything is trained', () => {
  const build = () => {
    throw new Error('built too early');
  };
  test.each<[string, () => Promise<unknown>, new (...args: never[]) => Error, string]>([
    [
      'a sealed training set',
      () => capacityCurve(build, [1], { train: sealed, validation }, options),
      LeakageError,
      'capacityCurve: this set is sealed',
    ],
    [
      'a sealed validation set',
      () => regularizationPath(build, [1], { train, validation: sealed }, options),
      LeakageError,
      'regularizationPath: this set is sealed',
    ],
    [
      'no list',
      () => capacityCurve(build, [], data),
      OptionError,
      'capacityCurve: the second argument is []; give a list of numbers',
    ],
    ['no number', () => capacityCurve(build, [Number.NaN], data), OptionError, 'capacityCurve: values[0] is NaN'],
    [
      'no function',
      () => capacityCurve(3 as never, [1], data),
      OptionError,
      'capacityCurve: build is 3; it must be a function',
    ],
    [
      'no pair',
      () => capacityCurve(build, [1], train as never),
      Error,
      'capacityCurve: the data are a Dataset; give { train, validation }',
    ],
    [
      'no data set',
      () => capacityCurve(build, [1], { train: [], validation: [] } as never),
      OptionError,
      'is not a data set',
    ],
    [
      'several heads',
      () => capacityCurve(build, [1], { train: dataset({ x: [[1]], y: { a: [1], b: [1] } }), validation }),
      UnsupportedError,
      'has 2 targets',
    ],
    [
      'no model',
      () => capacityCurve(() => 'model' as never, [1], data),
      OptionError,
      "capacityCurve: build returned 'model'; it must return a model",
    ],
    ['no options', () => capacityCurve(() => network(1), [1], data), OptionError, 'a network needs the options of fit'],
  ])('%s', async (_, run, kind, message) => {
    const failed = run();
    await expect(failed).rejects.toThrow(kind);
    await expect(failed).rejects.toThrow(message);
  });
});
