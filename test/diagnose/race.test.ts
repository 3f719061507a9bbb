import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { compareOptimizers, descend, earlyStoppingAsL2, lossLandscape } from '../../src/diagnose/index.js';
import { LeakageError, OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { ridge } from '../../src/models/index.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adam, sam, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';

const train = clouds(60);
const validation = clouds(40, 2);
const network = (): ReturnType<typeof nn.sequential> => nn.sequential([nn.dense(4), nn.tanh(), nn.dense(2)]);
const unbounded = (): ReturnType<typeof nn.sequential> =>
  nn.sequential([nn.dense(4), nn.relu(), nn.dense(4), nn.relu(), nn.dense(2)]);
const options = { loss: crossEntropy(), epochs: 4, batchSize: 10 };

describe('compareOptimizers', () => {
  test('trains as fit does, with the same weights and batches for all', async () => {
    const race = await compareOptimizers(
      network,
      { slow: sgd({ learningRate: 0.01 }), same: sgd({ learningRate: 0.01 }), adam: adam({ learningRate: 0.05 }) },
      { train, validation },
      { ...options, metrics: accuracy(), seeds: [7, 8] },
    );
    expect(race.by).toBe('validation.loss');
    expect(race.optimizers.map(({ name, runs }) => [name, runs.map(({ seed }) => seed)])).toEqual([
      ['slow', [7, 8]],
      ['same', [7, 8]],
      ['adam', [7, 8]],
    ]);
    const alone = await fit(network(), train, {
      ...options,
      metrics: accuracy(),
      validation,
      optimizer: adam({ learningRate: 0.05 }),
      seed: 8,
    });
    const told = (history: readonly { loss: number; validation?: object }[]) =>
      history.map((h) => [h.loss, h.validation]);
    expect(told(race.optimizers[2].runs[1].history)).toEqual(told(alone.history));
    expect(told(race.optimizers[0].runs[0].history)).toEqual(told(race.optimizers[1].runs[0].history));
    for (const { runs, mean, low, high } of race.optimizers) {
      const values = runs.map(({ history }) => history[3].validation?.loss ?? -1);
      expect(runs.map(({ value }) => value)).toEqual(values);
      expect([low, high]).toEqual([Math.min(...values), Math.max(...values)]);
      expect(mean).toBeCloseTo((values[0] + values[1]) / 2, 12);
    }
    expect(race.leader).toBe('adam');
    expect(race.verdict).toMatch(
      /^adam with 0\.\d+ \(0\.\d+ to 0\.\d+\) leads in validation\.loss over 2 seeds, before slow/,
    );
    expect(String(race)).toContain(race.verdict);
  });
  test.each([
    [
      'bands overlap',
      { a: sgd({ learningRate: 0.1 }), b: sgd({ learningRate: 0.1 }) },
      { seeds: 2, seed: 5 },
      /^no clear winner in training\.loss over 2 seeds: a with .* b with .* overlap$/,
    ],
    [
      'there is one seed',
      { a: sgd({ learningRate: 0.1 }), b: sgd({ learningRate: 0 }) },
      { seeds: 1 },
      /^no clear winner: one seed has no band; the best training\.loss has a/,
    ],
    [
      'all diverge',
      { a: sgd({ learningRate: 1e30 }), b: sgd({ learningRate: 1e30 }) },
      { seeds: 2 },
      'no clear winner: every optimizer diverged',
    ],
  ])('has no clear winner where %s', async (_, optimizers, more, verdict) => {
    const race = await compareOptimizers(unbounded, optimizers, train, { ...options, ...more });
    expect(race.leader).toBeUndefined();
    expect(race.verdict).toMatch(verdict);
  });
  test('ranks by an accuracy, names a list, and counts a divergence as lost', async () => {
    const race = await compareOptimizers(
      unbounded,
      [sgd({ learningRate: 0.1 }), sgd({ learningRate: 0 }), sgd({ learningRate: 1e30 })],
      { train, validation },
      { ...options, epochs: 8, metrics: accuracy(), by: 'training.accuracy', seeds: 2 },
    );
    expect(race.optimizers.map(({ name }) => name)).toEqual(['sgd', 'sgd 2', 'sgd 3']);
    expect(race.leader).toBe('sgd');
    expect(race.verdict).toMatch(/; sgd 3 diverged$/);
    expect(race.optimizers[2].runs.every(({ diverged }) => diverged)).toBe(true);
    expect(race.optimizers[2].mean).toBeNaN();
  });
  const two = { a: sgd({ learningRate: 0.1 }), b: adam() };
  const shared = network();
  test.each<[string, () => Promise<unknown>, new (...args: never[]) => Error, string]>([
    [
      'a sealed set',
      () => compareOptimizers(network, two, clouds(20, 1, true), options),
      LeakageError,
      'compareOptimizers: this set is sealed',
    ],
    [
      'validation rows of the training set',
      () => compareOptimizers(network, two, { train, validation: train.slice(0, 9) }, options),
      LeakageError,
      'compareOptimizers: the validation set has rows',
    ],
    [
      'a single optimizer',
      () => compareOptimizers(network, { a: adam() }, train, options),
      OptionError,
      'give at least two',
    ],
    [
      'an optimizer that was not called',
      () => compareOptimizers(network, { a: adam(), b: adam } as never, train, options),
      OptionError,
      'compareOptimizers: optimizers',
    ],
    [
      'the optimizer among the options',
      () => compareOptimizers(network, two, train, { ...options, optimizer: adam() } as never),
      OptionError,
      'optimizer and validation are no options',
    ],
    [
      'one model for all',
      () => compareOptimizers(() => shared, two, train, options),
      OptionError,
      'build returned a model that it had returned before',
    ],
    [
      'an unknown value',
      () => compareOptimizers(network, two, train, { ...options, by: 'training.f1' }),
      OptionError,
      "by is 'training.f1', which an epoch does not have; there are training.loss",
    ],
    [
      'an unknown option',
      () => compareOptimizers(network, two, train, { ...options, epoch: 1 } as never),
      OptionError,
      "compareOptimizers: unknown option 'epoch'; did you mean 'epochs'?",
    ],
  ])('refuses %s', async (_, run, kind, message) => {
    const failed = run();
    await expect(failed).rejects.toThrow(kind);
    await expect(failed).rejects.toThrow(message);
  });
});

/** y = 2a − b; two weights, no bias. */
const { normal } = draws([1, 2], 3);
const x = Array.from({ length: 50 }, () => [normal(), 2 * normal()]);
const plane = dataset({ x, y: x.map(([a, b]) => [2 * a - b + 0.1 * normal()]) });
const linear = (): ReturnType<typeof nn.sequential> => nn.sequential([nn.dense(1, { bias: false })]).build([2]);
/** Mean squared error and its gradient, in float64. */
const slopeOf = (w: readonly number[], rows: readonly number[]): { value: number; grad: number[] } => {
  let [value, grad] = [0, [0, 0]];
  for (const i of rows) {
    const error = w[0] * x[i][0] + w[1] * x[i][1] - plane.y[i];
    value += (error * error) / rows.length;
    grad = grad.map((g, j) => g + (2 * error * x[i][j]) / rows.length);
  }
  return { value, grad };
};
const all = x.map((_, i) => i);

describe('descend of a model', () => {
  test('on the whole set is gradient descent', () => {
    const model = linear();
    const before = model.state();
    const { points, values } = descend(model, sgd({ learningRate: 0.05 }), {
      data: plane,
      loss: mse(),
      batchSize: 'full',
      steps: 20,
    });
    expect(model.state()).toEqual(before);
    let w = [...before['0.weight']];
    points.forEach((point, k) => {
      const { value, grad } = slopeOf(w, all);
      expect(values[k]).toBeCloseTo(value, 5);
      w.forEach((v, j) => expect(point[j]).toBeCloseTo(v, 5));
      w = w.map((v, j) => v - 0.05 * grad[j]);
    });
    expect(points.length).toBe(21);
  });
  test.each([
    ['momentum', () => sgd({ learningRate: 0.05, momentum: 0.9 })],
    ['adam', () => adam({ learningRate: 0.05 })],
    ['sam', () => sam(sgd({ learningRate: 0.05 }), { rho: 0.1 })],
  ])('on minibatches takes the path of fit: %s', async (_, optimizer) => {
    for (const make of [() => linear(), () => network().build([2])]) {
      const model = make();
      const set = model.parameters().length === 1 ? plane : train;
      const loss = set === plane ? mse() : crossEntropy();
      const found = descend(model, optimizer(), { data: set, loss, batchSize: 16, seed: 5, steps: 8 });
      await fit(model, set, { loss, optimizer: optimizer(), batchSize: 16, seed: 5, epochs: 2 });
      const after = descend(model, optimizer(), { data: set, loss, steps: 0 });
      expect(found.values[8]).toBeCloseTo(after.values[0], 5);
      if (set === plane) found.points[8].forEach((w, i) => expect(w).toBeCloseTo(after.points[0][i], 5));
    }
  });
  test('of more parameters is shown in the plane of start, end and the farthest point', () => {
    const model = network().build([2]);
    const { points } = descend(model, sgd({ learningRate: 0.5 }), {
      data: train,
      loss: crossEntropy(),
      batchSize: 4,
      steps: 30,
    });
    expect(points.every((p) => p.length === 2)).toBe(true);
    expect(points[0]).toEqual([0, 0]);
    const end = points[30];
    expect(end[0]).toBeGreaterThan(0);
    expect(end[1]).toBeCloseTo(0, 6);
    expect(Math.max(...points.map(([, y]) => Math.abs(y)))).toBeGreaterThan(0.01);
  });
  test('is clipped by parameter, and is disturbed by noise only where something is trained', () => {
    const model = nn.sequential([nn.dense(3), nn.batchNorm(), nn.dense(2)]).build([2]);
    const steps = { data: train, loss: crossEntropy(), batchSize: 'full', steps: 1 } as const;
    const optimizer = sgd({ learningRate: 1, weightDecay: 0.1 });
    const far = descend(model, optimizer, { ...steps, noise: 1, clip: clip.globalNorm(1e-3) });
    const plain = descend(model, sgd({ learningRate: 1 }), { ...steps, noise: 1, clip: clip.globalNorm(1e-3) });
    expect(plain.points[1][0]).toBeCloseTo(1e-3, 6);
    expect(far.points[1][0]).toBeGreaterThan(0.01);
  });
  test('refuses a sealed set, and a start', () => {
    const optimizer = adam();
    expect(() => descend(network(), optimizer, { data: clouds(9, 1, true), steps: 1 })).toThrow(LeakageError);
    expect(() => descend(network(), optimizer, { data: train, start: [1], steps: 1 } as never)).toThrow(OptionError);
  });
});

describe('the loss landscape along the gradient', () => {
  test('of a linear model is a parabola, and the gradient changes in proportion', () => {
    const model = linear();
    const w = [...model.state()['0.weight']];
    const { value, grad } = slopeOf(w, all);
    const moments = [0, 1].map((i) => [0, 1].map((j) => (2 * x.reduce((s, row) => s + row[i] * row[j], 0)) / x.length));
    const curved = moments.map((row) => row[0] * grad[0] + row[1] * grad[1]);
    const found = lossLandscape(model, plane, { loss: mse(), directions: 'gradient', steps: 5, range: 0.2 });
    expect(found.alphas).toEqual([0, 0.05, 0.1, 0.15000000000000002, 0.2]);
    found.alphas.forEach((a, i) => {
      const along = grad[0] * curved[0] + grad[1] * curved[1];
      expect(found.losses[0][i]).toBeCloseTo(value - a * (grad[0] ** 2 + grad[1] ** 2) + (a * a * along) / 2, 4);
      expect(found.changes?.[i]).toBeCloseTo(a * Math.hypot(...curved), 4);
    });
    expect(model.state()['0.weight']).toEqual(Float32Array.from(w));
  });
  test('in training mode normalizes with the rows, and random cuts have no training mode', () => {
    const model = nn.sequential([nn.dense(3), nn.batchNorm(), nn.dense(2)]).build([2]);
    const cut = (training: boolean) =>
      lossLandscape(model, train, { loss: crossEntropy(), directions: 'gradient', steps: 3, training });
    expect(cut(true).losses[0][0]).not.toBe(cut(false).losses[0][0]);
    expect(cut(true)).toEqual(cut(true));
    expect(() => lossLandscape(model, train, { training: true })).toThrow(
      "lossLandscape: training is for directions: 'gradient'",
    );
  });
});

describe('early stopping as L2', () => {
  // Orthogonal columns of ±1, scaled: the Hessian of the mean squared error is diagonal, with 2 · scale².
  const scales = [0.1, 0.5, 1];
  const rows = Array.from({ length: 8 }, (_, i) => [1, 2, 4].map((bit, j) => (i & bit ? 1 : -1) * scales[j]));
  const set = dataset({ x: rows, y: rows.map(([a, b, c]) => [30 * a - 4 * b + c]) });
  test('has the shares of a trained network and of ridge', async () => {
    const found = earlyStoppingAsL2(set, { learningRate: 0.05, steps: 20 });
    expect(found.lambda).toBe(1);
    found.directions.forEach(({ curvature }, i) => expect(curvature).toBeCloseTo(2 * scales[i] ** 2, 6));
    const model = nn.sequential([nn.dense(1)]).build([3]);
    model.load({ '0.weight': new Float32Array(3), '0.bias': new Float32Array(1) });
    await fit(model, set, { loss: mse(), optimizer: sgd({ learningRate: 0.05 }), batchSize: 'full', epochs: 20 });
    const shrunk = ridge({ lambda: found.lambda }).fit(set).weights?.data() as Float32Array;
    const best = [30, -4, 1];
    found.directions.forEach(({ early, l2 }, i) => {
      expect(model.state()['0.weight'][i] / best[i]).toBeCloseTo(early, 5);
      expect(shrunk[i] / best[i]).toBeCloseTo(l2, 5);
    });
    expect(String(found)).toMatch(/early stopping +L2/);
  });
  test('may overshoot, and refuses a rate with which descent diverges', () => {
    expect(earlyStoppingAsL2(set, { learningRate: 0.9, steps: 1 }).directions[2].early).toBeCloseTo(1.8, 6);
    expect(() => earlyStoppingAsL2(set, { learningRate: 1, steps: 1 })).toThrow(
      'earlyStoppingAsL2: learningRate is 1; it must be below 1.0000, because descent diverges',
    );
    expect(() => earlyStoppingAsL2(clouds(9, 1, true), { learningRate: 0.1, steps: 1 })).toThrow(LeakageError);
  });
});
