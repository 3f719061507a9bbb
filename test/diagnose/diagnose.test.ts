import { describe, expect, test } from 'vitest';
import { configured } from '../../src/config.js';
import { dataset } from '../../src/data/dataset.js';
import { DataError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as datasets from '../../src/data/synthetic/index.js';
import { kFold, polynomialFeatures } from '../../src/data/index.js';
import type { Dataset } from '../../src/data/columns.js';
import { diagnose } from '../../src/diagnose/index.js';
import { crossEntropy, type Loss, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { adam } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { fit, type FitOptions } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const trained = async (model: ReturnType<typeof nn.sequential>, data: Dataset, epochs: number) => {
  const [{ train, validation }] = kFold(data, 2);
  return fit(model, train, {
    validation,
    epochs,
    batchSize: 'full',
    optimizer: adam({ learningRate: 0.02 }),
    loss: data.kind === 'classes' ? crossEntropy() : mse(),
    metrics: data.kind === 'classes' ? accuracy() : [],
  });
};
const wide = () => nn.sequential([nn.dense(64), nn.relu(), nn.dense(64), nn.relu(), nn.dense(2)]);
const parabola = (n: number, noise: number) => datasets.polynomial({ n, noise, coefficients: [0, 0, 3], seed: 1 });

test.each<[string, string, () => ReturnType<typeof trained>]>([
  ['underfitting', 'a line between the circles', () => trained(nn.sequential([nn.dense(2)]), datasets.circles(), 200)],
  ['good', 'a network on the circles', () => trained(wide(), datasets.circles({ n: 600 }), 200)],
  ['overfitting', 'a wide network on noise', () => trained(wide(), datasets.gaussians({ n: 60, noise: 1.5 }), 400)],
  ['underfitting', 'a line on a parabola', () => trained(nn.sequential([nn.dense(1)]), parabola(80, 0.1), 600)],
  [
    'overfitting',
    'degree 12 on ten points',
    () => trained(nn.sequential([nn.dense(1)]), polynomialFeatures({ degree: 12 }).apply(parabola(20, 1)), 4000),
  ],
])('%s: %s', async (verdict, _, run) => {
  const { trainError, validationError, gap, advice, ...rest } = diagnose(await run());
  expect({ trainError, validationError, ...rest }).toMatchObject({ verdict });
  expect(gap).toBe(validationError - trainError);
  expect(advice.length).toBeGreaterThan(0);
});

const { normal } = draws([5, 6], 7);
const rows = Array.from({ length: 200 }, () => [normal(), normal()]);
const halves = <T>(make: (from: number, to: number) => T): [T, T] => [make(0, 100), make(100, 200)];
const options = (more: Partial<FitOptions>): FitOptions => ({
  loss: mse(),
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 80,
  ...more,
});

describe('the loss decides what is compared', () => {
  test('whole-number targets under mse are values: a line that fits them is good', async () => {
    const of = (add: number) =>
      halves((from, to) => {
        const part = rows.slice(from, to);
        return dataset({ x: part, y: part.map(([a]) => Math.max(0, Math.round(20 + 8 * a)) + add) });
      });
    for (const [train, validation] of [of(0), of(0.25)]) {
      const run = await fit(nn.sequential([nn.dense(1)]), train, options({ validation, epochs: 300 }));
      expect(run.baseline?.loss).toBeGreaterThan(20);
      expect(diagnose(run).verdict).toBe('good');
    }
  });
  test('a loss of two outputs has no constant answer: fit trains, and the verdict is unclear', async () => {
    const nll: Loss = configured('nll', {}, (output: Tensor, target: Tensor) => {
      const n = output.shape[0];
      const [mean, spread] = [output.slice([0, 0], [n, 1]), output.slice([0, 1], [n, 2])];
      return target.reshape([n, 1]).sub(mean).square().mul(spread.neg().exp()).add(spread).mean();
    });
    const [train, validation] = halves((from, to) => {
      const part = rows.slice(from, to);
      return dataset({ x: part, y: part.map(([a, b]) => a - b) });
    });
    const run = await fit(nn.sequential([nn.dense(2)]), train, options({ loss: nll, validation, epochs: 20 }));
    const { verdict, gap, trainError, advice } = diagnose(run);
    expect(verdict).toBe('unclear');
    expect([trainError, trainError + gap]).toEqual([
      run.kept?.training.loss,
      expect.closeTo(run.kept?.validation?.loss as number),
    ]);
    expect(advice[0]).toContain('there is no constant answer to compare with');
    expect(run.report().split('\n').at(-1)).toBe('verdict: unclear');
  });
});

describe('what is not known is not said', () => {
  const data = datasets.gaussians({ n: 100, noise: 0.2 });
  const run = (more: Partial<FitOptions> = {}, set = data) =>
    fit(wide(), set, options({ loss: crossEntropy(), metrics: accuracy(), epochs: 20, ...more }));
  test('without a validation set a small training error is not good yet', async () => {
    const { verdict, validationError, advice } = diagnose(await run());
    expect([verdict, validationError]).toEqual(['unclear', Number.NaN]);
    expect(advice).toEqual(['give { validation } to fit: without it, the error on new rows is unknown']);
  });
  test('but a large one is underfitting', async () => {
    const [noise] = halves((from, to) =>
      dataset({ x: rows.slice(from, to), y: rows.slice(from, to).map((_, i) => i % 2) }),
    );
    const line = await fit(nn.sequential([nn.dense(2)]), noise, options({ loss: crossEntropy(), epochs: 2 }));
    expect(diagnose(line).verdict).toBe('underfitting');
  });
  test('where all targets are equal there is nothing to compare with', async () => {
    const [one, validation] = halves((from, to) =>
      dataset({ x: rows.slice(from, to), y: new Float32Array(100).fill(0.5) }),
    );
    const flat = await fit(nn.sequential([nn.dense(1)]), one, options({ validation, epochs: 2 }));
    expect(diagnose(flat).verdict).toBe('unclear');
  });
  test('a run without a whole epoch is refused', async () => {
    expect(() => diagnose({ history: [] } as never)).toThrow(DataError);
  });
});

describe('of several heads', () => {
  const made = (from: number, to: number) => {
    const part = rows.slice(from, to);
    return dataset({
      x: part,
      // One target is easy and in large units, the other is noise.
      y: { price: part.map(([a, b]) => [1000 * (a - b)]), coin: part.map((_, i) => (i * 7) % 2) },
    });
  };
  const network = () => nn.multiTask({ trunk: nn.dense(4), heads: { price: nn.dense(1), coin: nn.dense(2) } });
  const [train, validation] = halves(made);
  const trained = (lossWeights: Record<string, number>) =>
    fit(
      network(),
      train,
      options({
        loss: { price: mse(), coin: crossEntropy() },
        lossWeights,
        metrics: { coin: accuracy() },
        validation,
        epochs: 400,
      }),
    );
  test('each has a diagnosis, and the whole is that of the worst: units are not added up', async () => {
    const run = await trained({ price: 1e-4 });
    const { head, heads, ...whole } = diagnose(run);
    expect(head).toBe('coin');
    expect(heads?.price).toMatchObject({
      verdict: 'good',
      trainError: run.kept?.training['price.loss'],
      validationError: run.kept?.validation?.['price.loss'],
    });
    expect(heads?.coin.verdict).toBe('underfitting');
    expect(whole).toEqual(heads?.coin);
    expect(whole.trainError).toBe(1 - (run.kept?.training['coin.accuracy'] as number));
    expect(run.report().split('\n').at(-1)).toBe('verdict: underfitting (price good, coin underfitting)');
  });
  test('one that does not count is judged, but not the worst', async () => {
    const { head, heads, verdict } = diagnose(await trained({ price: 1e-4, coin: 0 }));
    expect([head, verdict, heads?.coin.verdict]).toEqual(['price', 'good', 'underfitting']);
  });
});

test('a report ends with the baseline and the verdict, in numbers that people read', async () => {
  const [{ train, validation }] = kFold(datasets.gaussians({ n: 100, noise: 0.2 }), 2);
  const run = await fit(wide(), train, options({ loss: crossEntropy(), metrics: accuracy(), validation, epochs: 20 }));
  const lines = run.report().split('\n');
  expect(lines.at(-1)).toBe(`verdict: ${diagnose(run).verdict}`);
  expect(lines.at(-2)).toMatch(/^a constant answer: loss \d\.\d{4}, accuracy \d\.\d{4}$/);
  expect(run.report()).not.toMatch(/\d\.\d{5}/);
  for (const value of Object.values(run.history[0].training)) expect(String(value).length).toBeLessThan(13);
});
