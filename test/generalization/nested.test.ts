import { expect, test } from 'vitest';
import { crossValidate, nestedCrossValidate } from '../../src/generalization/index.js';
import {
  accuracy,
  adam,
  crossEntropy,
  type Dataset,
  dataset,
  datasets,
  earlyStopping,
  LeakageError,
  nn,
  OptionError,
  randomGenerator,
  ridge,
  tensor,
} from '../../src/index.js';

/** Rows of noise, with labels that are drawn too. */
const [rows, columns] = [60, 40];
const noise = (seed: number): Dataset => {
  const random = randomGenerator(seed);
  const x = random.normal([rows, columns]).data();
  const y = random.bernoulli([rows], 0.5).data();
  return dataset({ x: tensor(x, [rows, columns]), y: Int32Array.from(y), classes: 2 });
};
/** The sign of one column, the way round that is right more often in training. */
const signOf = (column: number) => {
  let sign = 1;
  const of = (x: unknown) => {
    const { size, x: values } = x as Dataset;
    return Array.from({ length: size }, (_, row) =>
      Number(sign * (values as Float32Array)[row * columns + column] > 0),
    );
  };
  return {
    kind: 'classes' as const,
    fit: (train: Dataset) => {
      const right = of(train).filter((label, row) => label === train.y[row]).length;
      if (2 * right < train.size) sign = -sign;
    },
    predict: (x: unknown) => tensor(of(x)),
  };
};

test('where there is nothing to choose, the choice promises more than chance and new rows keep to it', async () => {
  const all = Array.from({ length: columns }, (_, i) => i);
  let [apparent, mean] = [0, 0];
  for (let seed = 0; seed < 10; seed++) {
    const found = await nestedCrossValidate(signOf, all, noise(seed), { folds: 5, seed });
    expect(found.optimism).toBeCloseTo(found.apparent - found.mean, 12);
    apparent += found.apparent / 10;
    mean += found.mean / 10;
  }
  expect(apparent).toBeGreaterThan(0.6);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
});

test('chooses what is better, by the loss too, and says what was chosen', async () => {
  const x = randomGenerator(3).normal([60, 2]).data();
  const data = dataset({
    x: tensor(x, [60, 2]),
    y: Array.from({ length: 60 }, (_, i) => 2 * x[2 * i] - x[2 * i + 1] + 0.1 * Math.sin(i * i)),
  });
  const build = ({ lambda }: { lambda: number }) => ridge({ lambda });
  const candidates = [{ lambda: 1000 }, { lambda: 0.001 }, { lambda: 10 }];
  const found = await nestedCrossValidate(build, candidates, data, { folds: 3, inner: 4, repeats: 2 });
  expect(found.chosen).toEqual(Array(6).fill(candidates[1]));
  expect(found.best).toBe(candidates[1]);
  const direct = await crossValidate(() => build(candidates[1]), data, { folds: 3, repeats: 2 });
  expect(found.scores).toEqual(direct.scores);
  expect(found.outOfFold.data()).toEqual(direct.outOfFold.data());
  expect(found.optimism).toBeCloseTo(found.mean - found.apparent, 12);
  expect(String(found)).toContain('the best candidate is {"lambda":0.001}');
});

const moons = datasets.moons({ n: 60, noise: 0.2, seed: 1 });
const network = (units: number) => nn.sequential([nn.dense(units, { activation: 'relu' }), nn.dense(2)]);
const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), epochs: 3, seed: 4 };

test('rows that judge have no part in the choice, nor in stopping', async () => {
  const seen: number[] = [];
  const build = (units: number) => ({
    model: network(units),
    options: {
      onEpoch: ({ rows }: { rows: { validation?: number } }) => seen.push(rows.validation as number) && undefined,
    },
  });
  const more = { folds: 3, inner: 2, stop: earlyStopping({ patience: 1 }) };
  await nestedCrossValidate(build as never, [2, 4], moons, { ...options, ...more });
  // Of 60 rows 40 train; of these 20 do within, and a fifth of either is watched.
  expect(new Set(seen)).toEqual(new Set([4, 8]));
});

const call = (candidates: unknown, more: object = {}, data = moons) =>
  nestedCrossValidate(network, candidates as number[], data, { ...options, folds: 2, ...more } as never);
test.each<[string, () => Promise<unknown>, new (m: string) => Error, string]>([
  [
    'one candidate',
    () => call([1]),
    OptionError,
    'nestedCrossValidate: candidates is [1]; give a list of two at least',
  ],
  ['no candidate', () => call([1, null]), OptionError, 'candidates[1] is null'],
  ['a sealed set', () => call([1, 2], {}, moons.with({ sealed: true })), LeakageError, 'this set is sealed'],
  [
    'a score of ones own',
    () =>
      call([1, 2], {
        metrics: function share() {
          return 1;
        },
      }),
    OptionError,
    "the score is 'share', and mode is missing",
  ],
  ['no mode', () => call([1, 2], { mode: 'most' }), OptionError, "mode is 'most'"],
  ['one inner fold', () => call([1, 2], { inner: 1 }), OptionError, 'inner is 1'],
])('%s is refused', async (_, wrong, kind, message) => {
  const error: unknown = await wrong().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(kind);
  expect((error as Error).message).toContain(message);
});

test('with its mode, a metric of ones own chooses', async () => {
  const size = function size() {
    return 1;
  };
  const found = await call([1, 2], { metrics: [size, accuracy()], mode: 'max' });
  expect(found).toMatchObject({ score: 'size', chosen: [1, 1], optimism: 0 });
});
