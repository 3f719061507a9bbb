import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import * as diagnose from '../../src/diagnose/index.js';
import { eigenvalues } from '../../src/diagnose/eigenvalues.js';
import { outermost } from '../../src/diagnose/lanczos.js';
import { LeakageError, OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { Model } from '../../src/nn/model.js';
import { adam, cosineDecay, scheduleCurve, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { tensor } from '../../src/tensor/create.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';

/** y = 2a − b + 1 with some noise; rows of known second moments. */
const { normal } = draws([1, 2], 3);
const rows = Array.from({ length: 200 }, () => [normal(), 3 * normal()]);
const line = dataset({ x: rows, y: rows.map(([a, b]) => [2 * a - b + 1 + 0.5 * normal()]) });
const linear = () => nn.sequential([nn.dense(1)]).build([2]);
const untouched = async <T>(model: Model, f: () => T): Promise<T> => {
  const before = model.state();
  const result = await f();
  expect(model.state()).toEqual(before);
  return result;
};

describe('the range test of the rate', () => {
  test('finds a rate that trains, and leaves the model as it is', async () => {
    const model = linear();
    const options = { loss: mse(), optimizer: sgd({ learningRate: 1 }) };
    const found = await untouched(model, () => diagnose.learningRateRange(model, line, options));
    const { rates, losses, smoothed, suggestion } = found;
    expect(losses.length).toBe(rates.length);
    expect(smoothed.length).toBe(rates.length);
    expect(rates[0]).toBe(1e-6);
    expect(rates[1] / rates[0]).toBeCloseTo(1e7 ** (1 / 99), 8);
    // The steepest direction has the second moment 9: from 2/(2·9) on, steps go too far.
    expect(suggestion).toBeLessThan(1 / 9);
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(rates.at(-1)).toBeLessThan(10);
    const run = await fit(model, line, { ...options, optimizer: sgd({ learningRate: suggestion }), epochs: 30 });
    expect(run.history.at(-1)?.loss).toBeLessThan(0.4);
    expect(found.picture(30, 5)).toContain('rate');
    expect(diagnose.learningRateRange(linear(), line, options)).toMatchObject({ rates, losses, suggestion });
  });
  test('goes through whole epochs and batches of any size, and an unbuilt model stays so', () => {
    const model = nn.sequential([nn.dense(4), nn.batchNorm(), nn.dense(2)]);
    const found = diagnose.learningRateRange(model, clouds(65), {
      loss: crossEntropy(),
      optimizer: adam(),
      batchSize: 16,
      steps: 30,
      from: 1e-4,
      to: 1e-2,
    });
    expect(found.rates.length).toBe(30);
    expect(() => model.parameters()).toThrow('no parameters yet');
  });
  test('refuses sealed sets and ranges that are none', () => {
    const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }) };
    const range =
      (more: object, data = clouds(20)) =>
      () =>
        diagnose.learningRateRange(nn.sequential([nn.dense(2)]), data, { ...options, ...more });
    expect(range({}, clouds(20, 1, true))).toThrow(LeakageError);
    expect(range({ from: 1, to: 0.1 })).toThrow('learningRateRange: to is 0.1; it must be above from, 1');
    expect(range({ step: 3 })).toThrow("unknown option 'step'; did you mean 'steps'?");
  });
});

describe('gradient noise', () => {
  test('of a model of one weight is σ/√n, with σ known', async () => {
    // J = (w·1 − y)²: a row's gradient is 2(w − y), so σ is 2·√var(y).
    const values = Array.from({ length: 500 }, () => normal());
    const data = dataset({ x: values.map(() => [1]), y: values.map((v) => [v]) });
    const model = nn.sequential([nn.dense(1, { bias: false })]).build([1]);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const sigma = 2 * Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length);
    const options = { loss: mse(), batchSizes: [1, 4, 16, 64, 256], draws: 300 };
    const noise = await untouched(model, () => diagnose.gradientNoise(model, data, options));
    expect(noise.slope).toBeGreaterThan(-0.55);
    expect(noise.slope).toBeLessThan(-0.45);
    expect(Math.abs(noise.sigma / sigma - 1)).toBeLessThan(0.1);
    for (const { batchSize, standardError } of noise)
      expect(Math.abs(standardError / (sigma / Math.sqrt(batchSize)) - 1)).toBeLessThan(0.15);
  });
  test('a hundred times the rows make it ten times as small, in a network too', () => {
    const model = nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]).build([2]);
    const noise = diagnose.gradientNoise(model, clouds(300), { loss: crossEntropy(), batchSizes: [2, 200] });
    expect(noise[0].standardError / noise[1].standardError).toBeGreaterThan(8);
    expect(noise[0].standardError / noise[1].standardError).toBeLessThan(12.5);
    expect(() => diagnose.gradientNoise(model, clouds(20), { batchSizes: [] })).toThrow(OptionError);
  });
});

describe('the critical point of a model', () => {
  test('of a line has the Hessian of its data', async () => {
    const model = linear();
    await fit(model, line, { loss: mse(), optimizer: sgd({ learningRate: 0.05 }), batchSize: 'full', epochs: 400 });
    const {
      gradientNorm,
      eigenvalues: found,
      kind,
    } = await untouched(model, () => diagnose.criticalPoint(model, line));
    // The Hessian of mse is 2XᵀX/n with a column of ones.
    const X = rows.map((row) => [...row, 1]);
    const H = [0, 1, 2].map((i) => [0, 1, 2].map((j) => X.reduce((s, x) => s + (2 * x[i] * x[j]) / X.length, 0)));
    const truth = eigenvalues(Float64Array.from(H.flat()), 3);
    expect(kind).toBe('minimum');
    expect(gradientNorm).toBeLessThan(1e-4);
    found.forEach((value, i) => expect(Math.abs(value / truth[i] - 1)).toBeLessThan(1e-3));
  });
  test('of a network whose units are equal is a saddle that training would not leave', () => {
    const model = nn.sequential([nn.dense(3), nn.tanh(), nn.dense(2)]).build([2]);
    model.load(Object.fromEntries(model.parameters().map(({ name, get }) => [name, get().fill(0)])));
    const { kind, gradientNorm } = diagnose.criticalPoint(model, clouds(64), { loss: crossEntropy() });
    expect(kind).toBe('saddle');
    expect(gradientNorm).toBeLessThan(1e-6);
  });
  test('is none where training has not come to rest', async () => {
    const model = nn.sequential([nn.dense(3), nn.tanh(), nn.dense(2)]);
    await fit(model, clouds(64), { loss: crossEntropy(), optimizer: adam(), epochs: 5 });
    const { kind, gradientNorm } = diagnose.criticalPoint(model, clouds(64));
    expect(kind).toBe('none');
    expect(gradientNorm).toBeGreaterThan(1e-3);
  });
  test('of many parameters is told by the outermost eigenvalues', () => {
    const model = nn.sequential([nn.dense(40), nn.tanh(), nn.dense(20), nn.tanh(), nn.dense(2)]).build([2]);
    const found = diagnose.criticalPoint(model, clouds(64), { loss: crossEntropy() });
    expect(found.eigenvalues.length).toBe(2);
    expect(found.eigenvalues[0]).toBeLessThan(found.eigenvalues[1]);
    expect(diagnose.criticalPoint(model, clouds(64), { loss: crossEntropy() })).toEqual(found);
    expect(diagnose.criticalPoint(model, clouds(64))).toEqual(found);
  });
  test('Lanczos finds what Jacobi finds', () => {
    const n = 60;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = normal();
    const all = eigenvalues(matrix, n);
    const product = (v: Float64Array) =>
      Float64Array.from({ length: n }, (_, i) => v.reduce((s, x, j) => s + matrix[i * n + j] * x, 0));
    const [least, most] = outermost(n, product, [3, 4]);
    expect(least).toBeCloseTo(all[0], 2);
    expect(most).toBeCloseTo(all[n - 1], 2);
  });
  test('a function of many numbers is looked at alike', () => {
    const scale = tensor(Array.from({ length: 400 }, (_, i) => (i === 7 ? -3 : 1 + i / 100)));
    const { eigenvalues: ends, kind } = diagnose.criticalPoint(
      (v) => v.square().mul(scale).sum(),
      new Array<number>(400).fill(0),
    );
    expect(kind).toBe('saddle');
    expect(ends[0]).toBeCloseTo(-6, 1);
    expect(ends[1]).toBeCloseTo(2 * 4.99, 1);
  });
});

describe('around a minimum', () => {
  const fitted = async () => {
    const model = linear();
    await fit(model, line, { loss: mse(), optimizer: adam({ learningRate: 0.05 }), epochs: 60 });
    return model;
  };
  test('sharpness is half the trace of the Hessian of the weights, times the variance', async () => {
    const model = await fitted();
    const rise = await untouched(model, () => diagnose.sharpness(model, line, { std: 0.1, draws: 400 }));
    const trace = rows.reduce((s, [a, b]) => s + (2 * (a * a + b * b)) / rows.length, 0);
    expect(Math.abs(rise / (0.5 * trace * 0.01) - 1)).toBeLessThan(0.15);
    expect(diagnose.sharpness(model, line, { std: 0 })).toBe(0);
    expect(diagnose.sharpness(model, line, { std: 0.1 })).toBe(diagnose.sharpness(model, line, { std: 0.1 }));
  });
  test('a slice of the loss is lowest in the middle and a parabola of the model’s own scale', async () => {
    const model = await fitted();
    const { alphas, betas, losses } = await untouched(model, () =>
      diagnose.lossLandscape(model, line, { steps: 5, range: 0.5, directions: 2 }),
    );
    expect(alphas).toEqual([-0.5, -0.25, 0, 0.25, 0.5]);
    expect(betas).toEqual(alphas);
    const middle = losses[2][2];
    losses.forEach((row, j) => row.forEach((loss, i) => expect(loss >= middle - 1e-3, `${i}, ${j}`).toBe(true)));
    const [a, b, c] = [losses[2][0], losses[2][1], losses[2][2]];
    expect((a - c) / (b - c)).toBeCloseTo(4, 0);
    const along = diagnose.lossLandscape(model, line, { steps: 3 });
    expect(along.betas).toEqual([0]);
    expect(along.losses[0][1]).toBeCloseTo(middle, 6);
  });
});

test('a schedule shows its rates', () => {
  const curve = scheduleCurve(cosineDecay({ from: 1, steps: 10 }), 11);
  expect(curve.steps.length).toBe(11);
  expect(curve.rates[0]).toBe(1);
  expect(curve.rates[5]).toBeCloseTo(0.5, 12);
  expect(curve.picture(11, 5).split('\n')[0]).toBe('1.000 ┤···');
  expect(scheduleCurve(0.1, 2).rates).toEqual([0.1, 0.1]);
  expect(() => scheduleCurve('cosine' as never, 3)).toThrow(OptionError);
});
