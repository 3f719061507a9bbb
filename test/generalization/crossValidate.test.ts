import { describe, expect, test } from 'vitest';
import { type Build, compare, crossValidate } from '../../src/generalization/index.js';
import {
  accuracy,
  adam,
  crossEntropy,
  type Dataset,
  dataset,
  datasets,
  earlyStopping,
  LeakageError,
  mse,
  nn,
  OptionError,
  pipeline,
  randomGenerator,
  ridge,
  standardize,
  tensor,
} from '../../src/index.js';

const moons = datasets.moons({ n: 60, noise: 0.2, seed: 1 });
const network = () => nn.sequential([nn.dense(4, { activation: 'relu' }), nn.dense(2)]);
const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), epochs: 3, seed: 4 };
const line = (n: number): Dataset => {
  const x = randomGenerator(3).normal([n, 2]).data();
  return dataset({
    x: tensor(x, [n, 2]),
    y: Array.from({ length: n }, (_, i) => 2 * x[2 * i] - x[2 * i + 1] + 0.1 * Math.sin(i * i)),
  });
};

test('gives a score for each fold of each repetition, and answers to each row', async () => {
  const found = await crossValidate(network, moons, { ...options, folds: 3, repeats: 2, seeds: 2 });
  expect(found.scores).toHaveLength(6);
  expect(found.score).toBe('accuracy');
  expect(found.mean).toBeCloseTo(found.scores.reduce((a, b) => a + b) / 6, 12);
  expect(found.interval[0]).toBeLessThan(found.mean);
  expect(found.interval[1]).toBeGreaterThan(found.mean);
  expect(found.outOfFold.shape).toEqual([60, 2]);
  for (const sum of found.outOfFold.sum(1).data()) expect(sum).toBeCloseTo(1, 5);
  expect(String(found)).toContain('mean accuracy');
});

test('has the same bits for the same seed, and others for another', async () => {
  const bits = async (seed: number) => {
    const { scores, outOfFold } = await crossValidate(network, moons, { ...options, seed, folds: 2 });
    return [scores, [...outOfFold.data()]];
  };
  expect(await bits(1)).toEqual(await bits(1));
  expect(await bits(1)).not.toEqual(await bits(2));
});

test('a constant answer is judged by the rows left out: the mean of the others', async () => {
  const y = Array.from({ length: 12 }, (_, i) => (i * i) / 7);
  const data = dataset({ x: y.map((_, i) => [i]), y });
  const build = () => {
    let mean = 0;
    return {
      kind: 'values' as const,
      fit: (train: Dataset) => {
        mean = Array.from(train.y).reduce((a, b) => a + b, 0) / train.size;
      },
      predict: (x: unknown) => tensor(new Array<number>((x as Dataset).size).fill(mean)),
    };
  };
  const { scores, outOfFold } = await crossValidate(build, data, { folds: 12 });
  const total = y.reduce((a, b) => a + b);
  outOfFold.data().forEach((answer, i) => {
    expect(answer).toBeCloseTo((total - y[i]) / 11, 4);
  });
  const errors = y.map((value) => (value - (total - value) / 11) * (value - (total - value) / 11));
  const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b);
  sorted(scores).forEach((error, i) => {
    expect(error).toBeCloseTo(sorted(errors)[i], 3);
  });
});

test('ridge is judged by the loss, and in the order of time the first rows have no answer', async () => {
  const found = await crossValidate(() => ridge({ lambda: 0.01 }), line(40), { folds: 3, order: 'time' });
  expect(found.score).toBe('loss');
  expect(found.mean).toBeLessThan(0.05);
  const answers = [...found.outOfFold.data()];
  expect(answers.map(Number.isNaN)).toEqual(answers.map((_, i) => i < 10));
});

test('steps of a pipeline are fitted to the training rows of each fold alone', async () => {
  const fitted: number[] = [];
  const step = {
    fit: (train: Dataset) => {
      fitted.push(train.size);
      return standardize.fit(train);
    },
  };
  await crossValidate(() => pipeline([step, network()]), moons, { ...options, folds: 3 });
  expect(fitted).toEqual([40, 40, 40]);
});

test('early stopping watches rows of the training part, never those that judge', async () => {
  const rows: (number | undefined)[] = [];
  const { scores } = await crossValidate(network, moons, {
    ...options,
    folds: 3,
    stop: earlyStopping({ patience: 1 }),
    onEpoch: (record) => {
      rows.push(record.rows.validation);
    },
  });
  expect(scores).toHaveLength(3);
  expect(new Set(rows)).toEqual(new Set([8]));
});

test('rows of one group tell of one another: with groups the score is honest', async () => {
  // Forty twins: each pair has one place and one label, and labels are drawn.
  const random = randomGenerator(7);
  const [places, labels] = [random.normal([40, 2]).data(), random.bernoulli([40], 0.5).data()];
  const pair = (i: number) => i >> 1;
  const rows = Array.from({ length: 80 }, (_, i) => i);
  const data = dataset({
    x: rows.map((i) => [places[2 * pair(i)], places[2 * pair(i) + 1]]),
    y: rows.map((i) => labels[pair(i)]),
    classes: 2,
  });
  const { nearestNeighbors } = await import('../../src/index.js');
  const torn = await crossValidate(() => nearestNeighbors({ k: 1 }), data);
  const whole = await crossValidate(() => nearestNeighbors({ k: 1 }), data, { groups: rows.map(pair) });
  expect(torn.mean).toBeGreaterThan(0.8);
  expect(whole.mean).toBeLessThan(0.65);
});

describe('compare', () => {
  test('tells a model that knows from one that does not, on the same folds only', async () => {
    const data = line(60);
    const good = await crossValidate(() => ridge({ lambda: 0.001 }), data, { repeats: 2 });
    const poor = await crossValidate(() => ridge({ lambda: 1000 }), data, { repeats: 2 });
    const { difference, p } = compare(good, poor);
    expect(difference).toBeLessThan(0);
    expect(p).toBeLessThan(0.01);
    const others = await crossValidate(() => ridge({ lambda: 1 }), data, { repeats: 2, seed: 1 });
    expect(() => compare(good, others)).toThrow('compare: a and b have other folds');
    const accurate = await crossValidate(network, moons, { ...options, folds: 2 });
    const lossy = await crossValidate(network, moons, { ...options, folds: 2, metrics: [] });
    expect(() => compare(accurate, lossy)).toThrow('compare: a is judged by accuracy and b by loss');
  });
});

const same = network();
test.each<[string, Build, Dataset, object, new (m: string) => Error, string]>([
  ['a sealed set', network, moons.with({ sealed: true }), options, LeakageError, 'crossValidate: this set is sealed'],
  ['one model', () => same, moons, options, OptionError, 'crossValidate: build returned a model that it had returned'],
  ['no loss', network, moons, { epochs: 1 }, OptionError, 'crossValidate: a network needs the options of fit'],
  ['validation', network, moons, { ...options, validation: moons }, OptionError, "unknown option 'validation'"],
  ['times', network, moons, { ...options, order: 'time', repeats: 2 }, OptionError, 'crossValidate: repeats is 2'],
  ['no model', () => 1 as never, moons, options, OptionError, 'crossValidate: build returned 1; it must return'],
])('%s is refused', async (_, build, data, given, kind, message) => {
  const error: unknown = await crossValidate(build, data, given).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(kind);
  expect((error as Error).message).toContain(message);
});

test('metrics name the score, and the loss is one where there are none', async () => {
  const own = function share(outputs: { shape: readonly number[] }) {
    return outputs.shape[0];
  };
  const found = await crossValidate(network, moons, { ...options, folds: 2, metrics: [own as never, accuracy()] });
  expect([found.score, ...found.scores]).toEqual(['share', 30, 30]);
  const regression = await crossValidate(() => nn.sequential([nn.dense(1)]), line(20), {
    ...options,
    loss: mse(),
    folds: 2,
  });
  expect(regression.score).toBe('loss');
});
