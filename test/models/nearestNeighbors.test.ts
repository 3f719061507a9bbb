import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { moons } from '../../src/data/synthetic/index.js';
import { DataError, LeakageError, OptionError, ShapeError } from '../../src/errors.js';
import { digits } from '../../src/digits.js';
import { nearestNeighbors } from '../../src/models/index.js';
import { smallest } from '../../src/models/smallest.js';
import { draws } from '../../src/random/draws.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

/** The k nearest rows by sorting all float64 distances; equally near ones by their number. */
const nearest = (known: readonly Float32Array[], query: Float32Array, k: number): number[] =>
  known
    .map((row, i) => ({ i, distance: row.reduce((sum, v, j) => sum + (v - query[j]) ** 2, 0) }))
    .sort((a, b) => a.distance - b.distance || a.i - b.i)
    .slice(0, k)
    .map(({ i }) => i);

/** Clouds in which distances in float32 go wrong, each in a different way. */
const CLOUDS: [string, (normal: () => number) => number][] = [
  ['ordinary numbers', (normal) => normal()],
  ['few levels, with many ties', (normal) => Math.round(normal())],
  ['far from 0', (normal) => 1e4 + normal()],
  ['tiny', (normal) => 1e-20 * normal()],
  ['huge', (normal) => 1e18 * normal()],
  ['with squares beyond float32', (normal) => 1e25 * normal()],
];
describe.each(CLOUDS)('%s', (_, draw) => {
  test.each([1, 2, 5, 16, 33])('of %i columns: the neighbours are those of float64', (width) => {
    const { normal } = draws([7, width], 0);
    const cloud = (n: number): Float32Array[] =>
      Array.from({ length: n }, () => Float32Array.from({ length: width }, () => draw(normal)));
    const [known, asked] = [cloud(150), cloud(40)];
    const y = Int32Array.from(known, (_row, i) => i);
    const train = dataset({ x: known, y, classes: known.length });
    const first = nearestNeighbors().fit(train).predict(asked).data();
    expect([...first]).toEqual(asked.map((query) => nearest(known, query, 1)[0]));
    // The mean of the rows' numbers tells the set of the neighbours.
    const values = dataset({ x: known, y: Float32Array.from(y), classes: false });
    for (const k of [2, 7, 150]) {
      const means = nearestNeighbors({ k }).fit(values).predict(asked).data();
      asked.forEach((query, i) => {
        expect(means[i]).toBeCloseTo(
          nearest(known, query, k).reduce((sum, row) => sum + row / k, 0),
          4,
        );
      });
    }
  });
});

test('the training error is 0, unless equal rows have other labels: then the lower row counts', () => {
  const data = moons({ n: 300, noise: 0.6, seed: 1 });
  expect([...nearestNeighbors().fit(data).predict(data).data()]).toEqual([...data.y]);
  const images = digits({ images: true });
  expect([...nearestNeighbors().fit(images).predict(images).data()]).toEqual([...images.y]);
  const twins = dataset({
    x: [
      [1, 2],
      [1, 2],
      [3, 4],
    ],
    y: [1, 0, 0],
  });
  expect([...nearestNeighbors().fit(twins).predict(twins).data()]).toEqual([1, 1, 0]);
});
test('equally frequent classes: the lower one; weights are votes; rows without a target are no neighbours', () => {
  const x = [[0], [1], [2], [3]];
  const ask = (extra: object, k: number, at = 0): number =>
    nearestNeighbors({ k })
      .fit(dataset({ x, y: [2, 1, 1, 0], classes: 3, ...extra }))
      .predict([[at]])
      .item();
  expect([1, 2, 3, 4].map((k) => ask({}, k))).toEqual([2, 1, 1, 1]);
  expect(ask({ weights: [5, 1, 1, 1] }, 3)).toBe(2);
  expect(ask({ mask: [0, 1, 1, 1] }, 1)).toBe(1);
  expect(ask({ mask: [1, 0, 0, 1] }, 1, 2)).toBe(0);
});
test('values are averaged in the shape of the targets', () => {
  const data = dataset({
    x: [[0], [1], [9]],
    y: [
      [0.5, 1],
      [1.5, 3],
      [9, 9],
    ],
  });
  expect(
    nearestNeighbors({ k: 2 })
      .fit(data)
      .predict([[0], [0.6]])
      .toArray(),
  ).toEqual([
    [1, 2],
    [1, 2],
  ]);
});
test('bytes are scaled, and a tensor is compared with what a model would see', () => {
  const data = dataset({ x: Uint8Array.of(0, 255), shape: [1], scale: 1 / 255, y: [0, 1] });
  expect([
    ...nearestNeighbors()
      .fit(data)
      .predict(tensor([[0.4], [0.6]]))
      .data(),
  ]).toEqual([0, 1]);
});

test('what cannot be is refused, and what was learned stays', () => {
  const data = dataset({
    x: [
      [0, 0],
      [1, 1],
    ],
    y: [0, 1],
    classes: 2,
  });
  const model = nearestNeighbors({ k: 2 });
  expect(() => model.predict(data)).toThrow(
    new OptionError('nearestNeighbors: this model has not learned anything yet; call fit(data) first'),
  );
  expect(model.fit(data)).toBe(model);
  expect(() => model.fit(data.with({ sealed: true }))).toThrow(LeakageError);
  expect(() => model.fit(data.take(1))).toThrow(
    new DataError('nearestNeighbors.fit: 1 rows have no 2 nearest; give more rows or a smaller k'),
  );
  expect(() => model.fit(dataset({ x: [[1]] }))).toThrow(DataError);
  expect(() => model.fit({} as never)).toThrow(OptionError);
  expect(() => model.predict([[1, 2, 3]])).toThrow(
    new ShapeError('nearestNeighbors.predict: examples of [3] were given, but [2] were learned from'),
  );
  expect(() => nearestNeighbors({ k: 0 })).toThrow('nearestNeighbors: k is 0');
  expect(() => nearestNeighbors({ K: 1 } as never)).toThrow("unknown option 'K'; did you mean 'k'?");
  expect([...model.predict(data.with({ sealed: true })).data()]).toEqual([0, 0]);
  expect(model.config).toEqual({ name: 'nearestNeighbors', options: { k: 2 } });
});

test('the k-th smallest is that of sorting', () => {
  const { uniform } = draws([3, 3], 0);
  for (const n of [1, 2, 3, 10, 101]) {
    const values = Float64Array.from({ length: n }, () => Math.floor(uniform(0, n / 2)));
    const sorted = values.slice().sort();
    for (let k = 1; k <= n; k++) expect(smallest(values, k)).toBe(sorted[k - 1]);
  }
});
