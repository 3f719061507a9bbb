import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import type { Dataset } from '../../src/data/columns.js';
import { configured } from '../../src/config.js';
import type { Tensor } from '../../src/graph/tensor.js';
import {
  binaryCrossEntropy,
  cosineSimilarity,
  crossEntropy,
  focal,
  gaussianNll,
  kl,
  type Loss,
  mse,
  poisson,
  quantile,
  triplet,
} from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { AnyModel } from '../../src/nn/model.js';
import { adam } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { evaluate, fit, type FitOptions } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const baseline = async (data: Dataset, loss: FitOptions['loss'], model: AnyModel) =>
  (await fit(model, data, { loss, optimizer: adam(), epochs: 1 })).baseline;
const dense = (units: number, more: Parameters<typeof nn.dense>[1] = {}) => nn.sequential([nn.dense(units, more)]);
const x = Array.from({ length: 10 }, (_, i) => [i / 10]);
const y = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2];
const labels = dataset({ x, y, classes: 4 });
const entropy = (shares: number[]) => shares.reduce((sum, p) => sum - (p ? p * Math.log(p) : 0), 0);
const variance = (values: number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
};
/** The loss of a model that has only a bias, after long training: the best constant, found by descent. */
const found = async (data: Dataset, loss: Loss, units: number, probabilities = false) => {
  const blind = data.map(({ x: row }) => ({ x: row.map(() => 0) }));
  const model = nn.sequential([nn.dense(units), ...(probabilities ? [nn.defineModel({}, (_, t) => t.softmax())] : [])]);
  await fit(model, blind, { loss, optimizer: adam({ learningRate: 0.1 }), batchSize: 'full', epochs: 2500 });
  return evaluate(model, blind, { loss }).loss;
};

describe('a constant answer', () => {
  test('to labels is their shares', async () => {
    const { loss, accuracy } = (await baseline(labels, crossEntropy(), dense(4))) ?? {};
    expect(loss).toBeCloseTo(entropy([0.7, 0.2, 0.1]), 5);
    expect(accuracy).toBeCloseTo(0.7, 12);
  });
  test.each<[string, Loss, boolean?]>([
    ['label smoothing', crossEntropy({ labelSmoothing: 0.2 })],
    ['the other label smoothing', crossEntropy({ labelSmoothing: 0.2, smoothing: 'uniform' })],
    ['class weights', crossEntropy({ classWeights: [0.1, 3, 1, 1] })],
    ['both', crossEntropy({ classWeights: [0.1, 3, 1, 1], labelSmoothing: 0.1 })],
    ['focal', focal()],
    ['focal with another gamma', focal({ gamma: 0.5 })],
    ['probabilities', crossEntropy({ from: 'probabilities', labelSmoothing: 0.1 }), true],
  ])('to labels is the best one under %s too', async (_, loss, probabilities) => {
    const model = probabilities ? dense(4, { activation: (t: Tensor) => t.softmax() }) : dense(4);
    expect((await baseline(labels, loss, model))?.loss).toBeCloseTo(await found(labels, loss, 4, probabilities), 3);
  });
  test.each<[string, Loss, number, number[] | number[][]]>([
    ['quantile', quantile(0.8), 1, y.map((v, i) => v + i / 7)],
    ['quantile of several', quantile([0.25, 0.75]), 2, y.map((v, i) => v + i / 7)],
    ['gaussianNll', gaussianNll(), 4, y.map((v, i) => [v + i / 7, i])],
    ['poisson', poisson(), 1, y.map((v) => v + 0.5)],
    ['kl', kl(), 3, y.map((v) => [0.1, 0.2, 0.3].map((p, k) => (k === v ? p + 0.4 : p)))],
  ])('is the best one for %s too', async (_, loss, units, targets) => {
    const data = dataset({ x, y: targets, classes: false, weights: x.map((__, i) => 1 + (i % 3)) });
    expect((await baseline(data, loss, dense(units)))?.loss).toBeCloseTo(await found(data, loss, units), 2);
  });
  test('to directions is their mean', async () => {
    const targets = y.map((v, i) => [1 + v, 1 - i / 3]);
    const means = [0, 1].map((k) => targets.reduce((sum, t) => sum + t[k] / Math.hypot(...t), 0) / targets.length);
    const data = dataset({ x, y: targets });
    expect((await baseline(data, cosineSimilarity(), dense(2)))?.loss).toBeCloseTo(1 - Math.hypot(...means), 5);
  });
  test('of embeddings is one place for all', async () => {
    expect((await baseline(labels, triplet({ margin: 0.3 }), dense(2)))?.loss).toBeCloseTo(0.3, 6);
  });
  test('has the accuracy of the most frequent class by weight, as the metric has', async () => {
    const weights = y.map((v) => (v === 0 ? 1 : 10));
    const { accuracy } = (await baseline(dataset({ x, y, weights, classes: 4 }), crossEntropy(), dense(4))) ?? {};
    expect(accuracy).toBeCloseTo(20 / 37, 6);
  });
  test('to one label of two is its log-odds, and to probabilities the share', async () => {
    const two = dataset({ x, y: y.map((v) => Number(v > 0)), classes: 2 });
    for (const [loss, model] of [
      [binaryCrossEntropy(), dense(1)],
      [binaryCrossEntropy({ from: 'probabilities' }), dense(1, { activation: 'sigmoid' })],
    ] as const)
      expect(await baseline(two, loss, model)).toEqual({
        loss: expect.closeTo(entropy([0.7, 0.3]), 5),
        accuracy: 0.7,
      });
  });
  test('to values is their mean, whole numbers too: the loss decides, not the kind of the data', async () => {
    const whole = dataset({ x, y: Int32Array.from(y) });
    expect(whole.kind).toBe('classes');
    expect(await baseline(whole, mse(), dense(1))).toEqual({ loss: expect.closeTo(variance(y), 5) });
    const shifted = y.map((v) => v + 0.25);
    expect(await baseline(dataset({ x, y: shifted }), mse(), dense(1))).toEqual({
      loss: expect.closeTo(variance(y), 5),
    });
  });
  test('to sequences of labels is the shares over all of them', async () => {
    const words = Array.from({ length: 12 }, (_, i) => [i % 2, i % 2, 2]);
    const data = dataset({ x: words.map((row) => row.map((v) => [v])), y: words });
    const model = nn.sequential([nn.dense(3)]);
    expect(await baseline(data, crossEntropy(), model)).toEqual({
      loss: expect.closeTo(Math.log(3), 5),
      accuracy: expect.closeTo(1 / 3, 12),
    });
  });
  test('counts rows as their weights say, and only those that have a target', async () => {
    const weights = y.map((v) => (v === 0 ? 1 : 0));
    expect((await baseline(dataset({ x, y, weights, classes: 4 }), crossEntropy(), dense(4)))?.loss).toBeCloseTo(0, 5);
    const values = dataset({ x, y: y.map((v) => [v + 0.5]), weights: y.map((v) => (v < 2 ? 1 : 0)) });
    expect((await baseline(values, mse(), dense(1)))?.loss).toBeCloseTo(variance(y.slice(0, 9)), 5);
    const masked = dataset({ x, y: { a: y.map((v) => [v + 0.5]) }, mask: { a: y.map((v) => Number(v < 2)) } });
    const model = nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(1) } });
    expect((await baseline(masked, { a: mse() }, model))?.['a.loss']).toBeCloseTo(variance(y.slice(0, 9)), 5);
  });
  test('to labels of very many classes is their entropy', async () => {
    const many = dataset({ x, y, classes: 5000 });
    expect((await baseline(many, crossEntropy(), dense(5000)))?.loss).toBeCloseTo(entropy([0.7, 0.2, 0.1]), 5);
    expect(await baseline(many, crossEntropy({ labelSmoothing: 0.1 }), dense(5000))).toEqual({ accuracy: 0.7 });
  });
  test('does not need the first rows, nor few numbers in a target', async () => {
    const late = dataset({
      x: Array.from({ length: 1100 }, () => [0]),
      y: Array.from({ length: 1100 }, (_, i) => (i % 2 ? 0.25 : 0.75)),
      weights: Array.from({ length: 1100 }, (_, i) => Number(i >= 1050)),
    });
    expect((await baseline(late, mse(), dense(1)))?.loss).toBeCloseTo(1 / 16, 5);
    const wide = dataset({
      x: [[0], [1]],
      y: [new Array<number>(150_000).fill(0), new Array<number>(150_000).fill(1)],
    });
    expect((await baseline(wide, mse(), dense(150_000)))?.loss).toBeCloseTo(0.25, 5);
  });
  test('of more rows than are looked at at once is that of all of them', async () => {
    const { normal } = draws([1, 2], 3);
    const many = Array.from({ length: 2500 }, (_, i) => normal() + (i < 1100 ? 5 : 0));
    const data = dataset({ x: many.map(() => [0]), y: many });
    expect((await baseline(data, mse(), dense(1)))?.loss).toBeCloseTo(variance(many), 3);
  });
});

/** −log N(y; μ, σ²) without its constant; outputs [μ, log σ²]. */
const own: Loss = configured('nll', {}, (output: Tensor, target: Tensor) => {
  const n = output.shape[0];
  const [mean, logVariance] = [output.slice([0, 0], [n, 1]), output.slice([0, 1], [n, 2])];
  return target.reshape([n, 1]).sub(mean).square().mul(logVariance.neg().exp()).add(logVariance).mean().mul(0.5);
});

describe('where no constant answer is known', () => {
  test.each([
    ['[n]', y.map((v) => v + 0.5)],
    ['[n, 1]', y.map((v) => [v + 0.5])],
    ['whole numbers', y],
  ] as const)('fit trains: a loss of two outputs for one target %s', async (_, targets) => {
    expect(await baseline(dataset({ x, y: [...targets] as number[] }), own, dense(2))).toBeUndefined();
  });
  test('of one head, the others have theirs', async () => {
    const data = dataset({ x, y: { a: y.map((v) => [v + 0.5]), b: y } });
    const model = nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(2), b: nn.dense(3) } });
    const known = await baseline(data, { a: own, b: crossEntropy() }, model);
    expect(Object.keys(known ?? {})).toEqual(['b.loss', 'b.accuracy']);
  });
  test('accuracy has one all the same, where targets are classes', async () => {
    const own: Loss = configured('own', {}, (output: Tensor, target: Tensor) => {
      if (output.shape[0] !== target.size) throw new Error('unexpected');
      return output.square().mean();
    });
    expect(await baseline(labels, own, dense(4))).toEqual({ accuracy: 0.7 });
  });
});
