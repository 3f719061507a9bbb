import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { gaussians, moons } from '../../src/data/synthetic/index.js';
import { DataError, LeakageError, OptionError, ShapeError } from '../../src/errors.js';
import { lasso, logisticRegression, ridge } from '../../src/models/index.js';
import { draws } from '../../src/random/draws.js';
import '../../src/tensor/methods.js';
import { memoryInfo } from '../../src/wasm/memory.js';

const { normal } = draws([1, 2], 0);
const x = Array.from({ length: 60 }, () => [normal(), 5 + normal(), normal()]);
const truth = ([a, b, c]: readonly number[]): number => 3 * a - 2 * b + 0.5 * c + 7;
const values = dataset({ x, y: x.map((row) => [truth(row) + 0.1 * normal()]) });
const labels = dataset({ x, y: x.map((row) => Number(truth(row) > -3)), classes: 2 });

/** One row gives a model the tests that all linear ones have. */
const MODELS = [
  { name: 'ridge', make: () => ridge({ lambda: 0.1 }), data: values },
  { name: 'lasso', make: () => lasso({ lambda: 0.1 }), data: values },
  { name: 'logisticRegression', make: () => logisticRegression({ l2: 0.1 }), data: labels },
];
describe.each(MODELS)('$name', ({ name, make, data }) => {
  test('returns itself, says how it was made, and learns the same bits again', () => {
    const model = make();
    expect(model.config.name).toBe(name);
    expect(model.fit(data)).toBe(model);
    expect([model.weights.shape, model.bias.shape]).toEqual([[3, 1], [1]]);
    expect(model.weights.toArray()).toEqual(make().fit(data).weights.toArray());
    const before = memoryInfo();
    model.fit(data);
    expect(memoryInfo().programs).toBe(before.programs);
  });
  test('predicts in the shape of the targets: rows, tensors, sealed sets', () => {
    const model = make().fit(data);
    const answers = model.predict(data.with({ sealed: true }));
    expect(answers.shape).toEqual([60, ...data.targetShape]);
    expect(model.predict(x.slice(0, 2)).toArray()).toEqual(answers.slice([0], [2]).toArray());
  });
  test('a column that never changes gets no weight', () => {
    const more = data.with({ x: Float32Array.from(x.flatMap((row) => [0.1, ...row])), shape: [4] });
    const model = make().fit(more);
    expect(model.weights.data()[0]).toBe(0);
    const plain = make().fit(data).weights.data();
    plain.forEach((w, i) => {
      expect(model.weights.data()[i + 1]).toBeCloseTo(w, 5);
    });
  });
  test('weights of rows are as many copies of them; rows without a target do not count', () => {
    const twice = make().fit(data.rows([...Array(60).keys(), 0, 0, 3]));
    const weights = Float32Array.from({ length: 60 }, (_, i) => (i === 0 ? 3 : i === 3 ? 2 : 1));
    const weighted = make().fit(data.with({ weights }));
    const target = { ...data.target(), mask: Float32Array.from({ length: 60 }, (_, i) => Number(i < 30)) };
    const [masked, half] = [make().fit(data.with({ targets: [target] })), make().fit(data.take(30))];
    twice.weights.data().forEach((w, i) => {
      expect(weighted.weights.data()[i]).toBeCloseTo(w, 4);
      expect(masked.weights.data()[i]).toBe(half.weights.data()[i]);
    });
  });
  test('refuses what cannot be, and keeps what it knew', () => {
    expect(() => make().weights).toThrow(
      new OptionError(`${name}: this model has not learned anything yet; call fit(data) first`),
    );
    const model = make().fit(data);
    const before = model.weights.toArray();
    expect(() => model.fit(data.with({ sealed: true }))).toThrow(LeakageError);
    expect(() => model.fit(dataset({ x }))).toThrow(DataError);
    expect(() => model.fit([] as never)).toThrow(OptionError);
    expect(() => model.predict([[1, 2]])).toThrow(
      new ShapeError(`${name}.predict: examples of [2] were given, but [3] were learned from`),
    );
    expect(model.weights.toArray()).toEqual(before);
  });
});

test('options are looked at', () => {
  expect(() => ridge({ lambda: -1 })).toThrow('ridge: lambda is -1; it must be a number from 0');
  expect(() => ridge(undefined as never)).toThrow('ridge: options must be an object');
  expect(() => ridge({} as never)).toThrow('ridge: lambda is undefined');
  expect(() => lasso({ alpha: 1 } as never)).toThrow("lasso: unknown option 'alpha'");
  expect(() => logisticRegression({ l1: Number.NaN })).toThrow('logisticRegression: l1 is NaN');
  expect(() => logisticRegression({ polynomial: { degree: 1.5 } })).toThrow(
    'logisticRegression: polynomial: degree is 1.5',
  );
  expect(() => logisticRegression().fit(values)).toThrow('logisticRegression.fit: y is values, not labels');
  expect(() => logisticRegression().fit(dataset({ x: [[1], [2]], y: [0, 0] }))).toThrow('there is one class only');
});

test('least squares: exact where there are as many unknowns as rows, and where columns depend on each other', () => {
  const line = dataset({ x: [[0], [1]], y: [1.5, 3.5] });
  expect(
    ridge({ lambda: 0 })
      .fit(line)
      .predict([[2]])
      .item(),
  ).toBeCloseTo(5.5, 6);
  const twins = dataset({ x: x.map(([a, b]) => [a, 2 * a, b]), y: x.map(([a, b]) => 3 * a + b), classes: false });
  const [a, twice, b] = ridge({ lambda: 0 }).fit(twins).weights.data();
  expect([a, twice, b].map((w) => Math.round(w * 1e4) / 1e4)).toEqual([3, 0, 1]);
  const wide = dataset({
    x: [
      [1, 2, 3, 5],
      [3, 1, 0, 2],
    ],
    y: [0.5, 1],
  });
  expect(ridge({ lambda: 0 }).fit(wide).predict(wide).data()[1]).toBeCloseTo(1, 5);
});
test('several outputs: the mean is over all elements, as in mse', () => {
  const two = dataset({ x, y: x.map((row) => [truth(row), row[0]]) });
  for (const make of [ridge, lasso]) {
    const model = make({ lambda: 0.2 }).fit(two);
    expect([model.weights.shape, model.predict(two).shape]).toEqual([
      [3, 2],
      [60, 2],
    ]);
    const first = make({ lambda: 0.4 }).fit(dataset({ x, y: x.map((row) => [truth(row)]) }));
    first.weights.data().forEach((w, i) => {
      expect(model.weights.data()[2 * i]).toBeCloseTo(w, 5);
    });
  }
});

describe('logistic regression', () => {
  test('units and unpenalized weights: the probabilities stay', () => {
    const data = moons({ n: 200, noise: 0.4, seed: 3 });
    const scaled = data.with({ x: data.x.map((v, i) => (i % 2 ? 1e4 * v + 3e4 : v / 100)) as Float32Array });
    const [a, b] = [data, scaled].map((set) => logisticRegression().fit(set).classify(set).probabilities.data());
    a.forEach((p, i) => {
      expect(b[i]).toBeCloseTo(p, 3);
    });
  });
  test('classes that can be told apart without error are, and weights are finite', () => {
    const data = gaussians({ n: 90, noise: 0.05, seed: 1 });
    const model = logisticRegression().fit(data);
    expect([...model.predict(data).data()]).toEqual([...data.y]);
    expect(model.weights.data().every(Number.isFinite)).toBe(true);
    const { labels: same, probabilities } = model.classify(data);
    expect([...same]).toEqual([...data.y]);
    expect(probabilities.shape).toEqual([90, data.classes]);
  });
  test('features that depend on each other share their weight', () => {
    const data = moons({ n: 100, noise: 0.4, seed: 3 });
    const twice = data.with({ x: Float32Array.from([...data.x].flatMap((v) => [v, -2 * v])), shape: [4] });
    const [a, b] = [data, twice].map((set) => logisticRegression().fit(set).classify(set).probabilities.data());
    a.forEach((p, i) => {
      expect(b[i]).toBeCloseTo(p, 4);
    });
    const steep = logisticRegression({ polynomial: { degree: 9 } }).fit(data);
    expect(steep.weights.data().every(Number.isFinite)).toBe(true);
  });
  test('powers beyond float32 are refused', () => {
    const data = dataset({ x: [[1e9], [2]], y: [0, 1] });
    expect(() => logisticRegression({ polynomial: { degree: 5 } }).fit(data)).toThrow(
      new DataError(
        'logisticRegression.fit: a product of powers is Infinity in row 0, column 5, counted from 0; fill the value in or leave the row out',
      ),
    );
  });
  test('where no column changes, the classes have their shares', () => {
    const data = dataset({ x: [[1], [1], [1], [1]], y: [1, 1, 1, 0] });
    const model = logisticRegression().fit(data);
    expect([...model.weights.data()]).toEqual([0]);
    expect(model.classify([[1]]).probabilities.data()[1]).toBeCloseTo(0.75, 4);
  });
});
