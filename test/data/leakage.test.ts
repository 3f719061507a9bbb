import { describe, expect, test } from 'vitest';
import { LeakageError } from '../../src/errors.js';
import { Dataset, dataset, kFold, minMax, polynomialFeatures, split, standardize } from '../../src/data/index.js';
import * as R from '../../src/index.js';
import { clouds } from '../train/problems.js';

const { nn, crossEntropy, accuracy, adam, sgd } = R;
const network = () => nn.sequential([nn.dense(2)]);
const options = { loss: crossEntropy(), optimizer: adam(), epochs: 1 };

describe('fit refuses to validate on rows that it trains on', () => {
  const data = clouds(40);
  const around = new Float32Array(data.x.length + 10);
  around.set(data.x, 5);
  const within = dataset({ x: around.subarray(5, 5 + data.x.length), shape: [2], y: data.y });
  const bytes = dataset({
    x: new Uint8Array(40).map((_, i) => i),
    shape: [2],
    y: Int32Array.from({ length: 20 }, (_, i) => i % 2),
  });
  test.each<[string, Dataset, Dataset]>([
    ['the same set', data, data],
    ['a set of the same numbers', data, dataset({ x: data.x, shape: [2], y: Int32Array.from(data.y) })],
    ['its first rows', data, data.take(10)],
    ['its last row', data, data.slice(-1)],
    ['the set that it is part of', data.slice(5, 9), data],
    ['pieces that have a row in common', data.slice(0, 21), data.slice(20)],
    [
      'the middle of a larger memory',
      within,
      dataset({ x: around, shape: [2], y: new Int32Array(45).map((_, i) => i % 2) }),
    ],
    ['bytes', bytes, bytes.slice(3)],
    ['with other targets', data, data.map(({ y }) => ({ y: 1 - (y as number) }))],
  ])('%s', async (_, train, validation) => {
    const refused =
      'fit: the validation set has rows of the training set; give others, as split(data) and kFold(data, k) do';
    const model = network();
    await expect(R.fit(model, train, { ...options, validation })).rejects.toThrow(new LeakageError(refused));
    expect(() => model.parameters()).toThrow('no parameters yet');
    await expect(R.capacityCurve(network, [1], { train, validation }, options)).rejects.toThrow(LeakageError);
  });
  test.each<[string, Dataset, Dataset]>([
    ['pieces side by side', data.slice(0, 20), data.slice(20)],
    ['the parts of a split', split(data).train, split(data).validation],
    ['a fold', kFold(data, 4)[0].train, kFold(data, 4)[0].validation],
    ['pieces of one memory', within, dataset({ x: around.subarray(0, 4), shape: [2], y: Int32Array.of(0, 1) })],
  ])('but not %s', async (_, train, validation) => {
    expect((await R.fit(network(), train, { ...options, validation })).history.length).toBe(1);
  });
});

describe('a sealed set', () => {
  const { train, validation, test: sealed } = split(clouds(60), { seed: 1 });
  const model = network().build([2]);
  const loss = crossEntropy();
  const range = { from: 1e-3, to: 1, steps: 3 };
  test.each<[string, () => unknown]>([
    ['split', () => split(sealed)],
    ['kFold', () => kFold(sealed, 2)],
    ['standardize.fit', () => standardize.fit(sealed)],
    ['minMax.fit', () => minMax.fit(sealed)],
    ['fit', () => R.fit(network(), sealed, options)],
    ['fit', () => R.fit(network(), train, { ...options, validation: sealed })],
    ['sharpness', () => R.sharpness(model, sealed, { std: 0.1, loss })],
    ['sharpness', () => R.sharpness(model, sealed, {} as never)],
    ['criticalPoint', () => R.criticalPoint(model, sealed, { loss })],
    ['gradientNoise', () => R.gradientNoise(model, sealed, { batchSizes: [1, 2], loss })],
    ['gradientNoise', () => R.gradientNoise(model, sealed, {} as never)],
    ['lossLandscape', () => R.lossLandscape(model, sealed, { loss, steps: 3 })],
    [
      'learningRateRange',
      () => R.learningRateRange(model, sealed, { loss, optimizer: sgd({ learningRate: 1 }), ...range }),
    ],
    ['learningRateRange', () => R.learningRateRange(model, sealed, { nothing: 1 } as never)],
    ['capacityCurve', () => R.capacityCurve(network, [1], { train: sealed, validation }, options)],
    ['capacityCurve', () => R.capacityCurve(network, [1], { train, validation: sealed }, options)],
    ['capacityCurve', () => R.capacityCurve(network, [1], sealed as never, options)],
    ['regularizationPath', () => R.regularizationPath(network, [1], sealed as never, options)],
    ['regularizationPath', () => R.regularizationPath(network, [], { train, validation: sealed }, {})],
    [
      'regularizationPath',
      () => R.regularizationPath(() => R.ridge({ lambda: 1 }), [1], { train: sealed, validation }),
    ],
    ['inspectInitialization', () => R.inspectInitialization(model, sealed)],
    ['activity', () => R.activity(model, sealed)],
    ['nearestNeighbors.fit', () => R.nearestNeighbors().fit(sealed)],
    ['logisticRegression.fit', () => R.logisticRegression().fit(sealed)],
    ['preview', () => R.augment.preview(R.augment.gaussianNoise({ std: 1 }), sealed)],
  ])('is refused by %s', async (where, attempt) => {
    const { opened } = sealed;
    await expect((async () => attempt())()).rejects.toThrow(LeakageError);
    await expect((async () => attempt())()).rejects.toThrow(
      new RegExp(`^(fit: validation|${where}): this set is sealed`),
    );
    expect(sealed.opened).toBe(opened);
  });

  test('stays sealed', () => {
    expect(() => sealed.with({ sealed: false })).toThrow(LeakageError);
    expect(() => new Dataset({ ...sealed, sealed: false })).toThrow(
      new LeakageError('dataset: a sealed set stays sealed, and so does what is made of it'),
    );
    const scale = standardize.fit(train);
    for (const made of [
      sealed.with({ shape: [2] }),
      sealed.slice(1),
      sealed.rows([0]),
      sealed.shuffle(1),
      sealed.map(() => ({})),
      train.concat(sealed),
      sealed.concat(train),
      scale.apply(sealed),
      polynomialFeatures({ degree: 2 }).apply(sealed),
    ])
      expect(made.sealed).toBe(true);
    expect(train.with({ sealed: true }).with({ sealed: true }).sealed).toBe(true);
    expect(train.with({ sealed: false }).sealed).toBe(false);
  });

  test('counts how often it was opened, whatever was made of it', async () => {
    const { train, test: last } = split(clouds(60), { seed: 2 });
    const trained = network();
    await R.fit(trained, train, { ...options, metrics: accuracy() });
    const opened = (): number => {
      expect(scaled.opened).toBe(last.opened);
      return last.opened;
    };
    const scaled = standardize.fit(train).apply(last);
    expect(opened()).toBe(0);
    R.evaluate(trained, scaled);
    expect(opened()).toBe(1);
    trained.predict(last, { batchSize: 2 });
    expect(opened()).toBe(2);
    trained.classify(last.slice(1).map(() => ({})));
    expect(opened()).toBe(3);
    R.robustAccuracy(trained, last, R.fgsm({ epsilon: 0.1 }), { batchSize: 2 });
    expect(opened()).toBe(4);
    R.monteCarlo(trained, last, { samples: 2 });
    expect(opened()).toBe(5);
    R.nearestNeighbors().fit(train).predict(last);
    R.logisticRegression().fit(train).classify(train.concat(last));
    expect(opened()).toBe(7);
    R.evaluate(trained, train);
    expect([train.opened, opened()]).toEqual([0, 7]);
    expect(() => trained.predict(polynomialFeatures({ degree: 3 }).apply(last))).toThrow();
    expect(opened()).toBe(7);
  });
  test('of several targets is opened once', () => {
    const both = dataset({ x: [[1], [2]], y: { a: [0.5, 1.5], b: [1.5, 2.5] }, sealed: true });
    const model = nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(1), b: nn.dense(1) } });
    R.evaluate(model, both, { loss: { a: R.mse(), b: R.mse() } });
    model.classify(both);
    expect(both.opened).toBe(2);
  });
});
