import { describe, expect, test } from 'vitest';
import { DataError, DivergenceError, LeakageError, OptionError } from '../../src/errors.js';
import { profile } from '../../src/compile/profile.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import type { Model } from '../../src/nn/model.js';
import { adam, linearDecay, rule, sgd } from '../../src/optim/index.js';
import { earlyStopping, l1, l2 } from '../../src/regularize/index.js';
import { dataset } from '../../src/data/dataset.js';
import { evaluate, type EpochRecord, fit, fitEpochs, type FitOptions, trainStep } from '../../src/train/index.js';
import { callCount } from '../../src/wasm/engine.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

const network = () => nn.sequential([nn.dense(8), nn.relu(), nn.dense(2)]);
const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  loss: crossEntropy(),
  optimizer: sgd({ learningRate: 0.1 }),
  epochs: 3,
  ...more,
});
const weightsOf = (model: Model) => Float32Array.from(model.parameters().flatMap(({ get }) => [...get()]));

describe('history', () => {
  test('has one record for each epoch, with everything that is promised', async () => {
    const seen: number[] = [];
    const run = await fit(
      network(),
      clouds(70),
      options({ validation: clouds(30, 2), metrics: [accuracy()], onEpoch: ({ epoch }) => void seen.push(epoch) }),
    );
    expect(seen).toEqual([1, 2, 3]);
    expect(run.stopped).toEqual({ reason: 'epochs', epoch: 3 });
    expect(run.history.map(({ step }) => step)).toEqual([3, 6, 9]);
    for (const { loss, training, validation, learningRate, gradNorm, seconds } of run.history) {
      for (const scores of [training, validation]) expect(Object.keys(scores ?? {})).toEqual(['loss', 'accuracy']);
      expect(learningRate).toBe(0.1);
      for (const number of [loss, gradNorm, seconds]) expect(number).toBeGreaterThan(0);
    }
    expect(run.best?.value).toBe(Math.min(...run.history.map(({ validation }) => validation?.loss as number)));
    expect(run.report()).toMatch(/^3 epochs: all epochs made, 9 updates, best /);
  });

  test('the loss is the mean of the batches before their updates, weighted with their rows', async () => {
    const steps: { loss: number; step: number; epoch: number }[] = [];
    const run = await fit(network(), clouds(70), options({ epochs: 1, onStep: (record) => void steps.push(record) }));
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    const [a, b, c] = steps.map(({ loss }) => loss);
    expect(run.history[0].loss).toBeCloseTo((32 * a + 32 * b + 6 * c) / 70, 12);
  });

  test('the first loss has the penalties in it, training has not', async () => {
    const data = clouds(40);
    const at = async (penalties: FitOptions['penalties']) => {
      let first = 0;
      const onStep = ({ loss, step }: { loss: number; step: number }) => {
        if (!step) first = loss;
      };
      const model = network().build([2], { seed: 3 });
      const norms = model.parameters().filter(({ name }) => name.endsWith('weight'));
      const weights = norms.flatMap(({ get }) => [...get()]);
      await fit(model, data, options({ epochs: 1, batchSize: 'full', penalties, onStep }));
      return { first, weights };
    };
    const plain = await at([]);
    const sum = (f: (w: number) => number) => plain.weights.reduce((total, w) => total + f(w), 0);
    expect((await at([l2(0.1)])).first - plain.first).toBeCloseTo(0.05 * sum((w) => w * w), 4);
    expect((await at(l1(0.1))).first - plain.first).toBeCloseTo(0.1 * sum(Math.abs), 4);
  });

  test('fitEpochs gives the same records, and memory comes back when the loop is left', async () => {
    const before = memoryInfo().used;
    const model = network();
    const losses: number[] = [];
    for await (const { loss, epoch } of fitEpochs(model, clouds(70), options())) {
      losses.push(loss);
      if (epoch === 2) break;
    }
    const run = await fit(network(), clouds(70), options());
    expect(losses).toEqual(run.history.slice(0, 2).map(({ loss }) => loss));
    model.dispose();
    expect(memoryInfo().used).toBeLessThanOrEqual(before + 2 * 4 * (48 + 16));
  });
});

describe('the same bits', () => {
  const trained = async (more: Partial<FitOptions> = {}) => {
    const model = nn.sequential([nn.dense(8), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.7 }), nn.dense(2)]);
    await fit(model, clouds(130), options({ optimizer: adam({ learningRate: 0.01 }), epochs: 4, ...more }));
    return weightsOf(model);
  };
  test('for the same seed, however the steps are sliced', async () => {
    const expected = await trained({ seed: 5 });
    expect(await trained({ seed: 5 })).toEqual(expected);
    expect(await trained({ seed: 5, onStep: () => undefined })).toEqual(expected);
    expect(await trained({ seed: 6 })).not.toEqual(expected);
  });
  test('without shuffling, fit is a loop of trainStep', async () => {
    const data = clouds(100);
    const [fitted, stepped] = [network().build([2]), network().build([2])];
    const optimizer = adam({ learningRate: linearDecay({ from: 0.1, steps: 6 }) });
    await fit(fitted, data, options({ optimizer, shuffle: false, penalties: [l2(0.01)] }));
    const step = trainStep(stepped, { loss: crossEntropy(), optimizer, penalties: [l2(0.01)] });
    for (let epoch = 0; epoch < 3; epoch++)
      for (let at = 0; at < 100; at += 32) {
        const part = data.slice(at, Math.min(100, at + 32));
        const rows = Array.from({ length: part.size }, (_, i) => [...part.x.subarray(2 * i, 2 * i + 2)]);
        step(rows, [...part.y]);
      }
    expect(weightsOf(stepped)).toEqual(weightsOf(fitted));
    step.dispose();
  });
  test('bytes train like the floats that they stand for', async () => {
    const bytes = Uint8Array.from({ length: 64 * 2 }, (_, i) => (i * 37) % 256);
    const y = Array.from({ length: 64 }, (_, i) => i % 2);
    const [a, b] = [network(), network()];
    await fit(a, dataset({ x: bytes, shape: [2], scale: 1 / 255, y }), options());
    const floats = Float32Array.from(bytes, (v) => v * Math.fround(1 / 255));
    await fit(b, dataset({ x: floats, shape: [2], y }), options());
    expect(weightsOf(a)).toEqual(weightsOf(b));
  });
});

describe('batches', () => {
  test.each([
    [70, 32, false, [32, 32, 6]],
    [65, 32, false, [32, 32, 1]],
    [65, 32, true, [32, 33]],
    [20, 32, false, [20]],
    [33, 'full', false, [33]],
    [3, 1, false, [1, 1, 1]],
  ] as const)('of %i rows by %s, batch norm %s: %j', async (n, batchSize, norm, sizes) => {
    const model = nn.sequential([nn.dense(4), ...(norm ? [nn.batchNorm()] : []), nn.dense(2)]);
    const losses: number[] = [];
    const onStep = ({ loss }: { loss: number }) => void losses.push(loss);
    const run = await fit(model, clouds(n), options({ batchSize, epochs: 1, onStep }));
    const total = sizes.reduce<number>((sum, rows, i) => sum + rows * losses[i], 0);
    expect(losses.length).toBe(sizes.length);
    expect(run.history[0].loss).toBeCloseTo(total / n, 12);
    expect(run.history[0].step).toBe(sizes.length);
  });
});

describe('early stopping', () => {
  const overfitting = (more: Partial<FitOptions> = {}): FitOptions =>
    options({
      validation: clouds(40, 9),
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 400,
      batchSize: 'full',
      stop: earlyStopping({ patience: 5 }),
      ...more,
    });
  const wide = () => nn.sequential([nn.dense(64), nn.relu(), nn.dense(2)]);

  test('stops after the patience, with the parameters of the best epoch', async () => {
    const model = wide();
    const run = await fit(model, clouds(30), overfitting());
    expect(run.stopped.reason).toBe('patience');
    expect(run.stopped.epoch).toBe((run.best?.epoch as number) + 5);
    expect(evaluate(model, clouds(40, 9)).loss).toBe(run.best?.value);
    expect(run.best?.value).toBe(Math.min(...run.history.map(({ validation }) => validation?.loss as number)));
  });
  test('looks between epochs where it is asked to', async () => {
    const run = await fit(
      wide(),
      clouds(64),
      overfitting({ batchSize: 16, stop: earlyStopping({ patience: 3, every: { steps: 3 } }) }),
    );
    expect((run.best?.step as number) % 3).toBe(0);
    expect(run.stopped.reason).toBe('patience');
  });
  test('a signal ends training with the best parameters kept', async () => {
    const stopper = new AbortController();
    const model = wide();
    const onEpoch = ({ epoch }: EpochRecord) => {
      if (epoch === 40) stopper.abort();
    };
    const patient = earlyStopping({ patience: 1000 });
    const run = await fit(model, clouds(30), overfitting({ stop: patient, signal: stopper.signal, onEpoch }));
    expect(run.stopped).toEqual({ reason: 'aborted', epoch: 40 });
    expect(evaluate(model, clouds(40, 9)).loss).toBe(run.best?.value);
  });
  test('restores the best parameters also when training diverges', async () => {
    const model = wide();
    const explode = rule({
      stage: 'gradient',
      scalars: ({ step }) => [step < 20 ? 1 : Number.POSITIVE_INFINITY],
      apply: ({ grad, scalars }) => ({ grad: grad.mul(scalars) }),
    });
    const patient = earlyStopping({ patience: 1000 });
    const error = await fit(model, clouds(30), overfitting({ rules: [explode], stop: patient })).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(DivergenceError);
    expect((error as DivergenceError).step).toBe(20);
    expect(Object.keys((error as DivergenceError).parameters ?? {})).toEqual(
      model.parameters().map(({ name }) => name),
    );
    for (const w of weightsOf(model)) expect(Number.isFinite(w)).toBe(true);
  });
});

describe('a step', () => {
  test('is one call into WASM, and an epoch of whole batches one more for each slice', async () => {
    const model = network().build([2]);
    const step = trainStep(model, { loss: crossEntropy(), optimizer: adam() });
    const rows = [
      [0, 1],
      [1, 0],
    ];
    step(rows, [0, 1]);
    const before = callCount();
    for (let i = 0; i < 10; i++) step(rows, [0, 1]);
    expect(callCount() - before).toBe(10);
    step.dispose();
  });
  test('says what it is made of', () => {
    const model = network().build([2]);
    const step = trainStep(model, { loss: crossEntropy(), optimizer: adam(), penalties: l2(0.1) });
    step([[0, 1]], [0]);
    const text = step.describe();
    expect(text).toMatch(/^x \[1, 2\], y \[1\]\n/);
    for (const kernel of ['gemm', 'crossEntropyGradient', 'penalty', 'adam']) expect(text).toContain(kernel);
    expect(text).toMatch(/instructions, \d+ flops, \d+ bytes, arena \d+ for \d+ alive at once of \d+$/);
    step.dispose();
  });
  test('says where its time goes, and changes nothing by it', () => {
    const [a, b] = [network().build([2]), network().build([2])];
    const make = (model: typeof a) => trainStep(model, { loss: crossEntropy(), optimizer: adam(), penalties: l2(0.1) });
    const [profiled, plain] = [make(a), make(b)];
    for (let i = 0; i < 3; i++) {
      const timings = profile(profiled, [[0, 1]], [0]);
      expect(timings.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
      expect(timings.flatMap(({ kernels }) => kernels)).toContain('adam');
      expect(profiled([[0, 1]], [0])).toBe(plain([[0, 1]], [0]));
    }
    expect(a.state()).toEqual(b.state());
    profiled.dispose();
    plain.dispose();
  });
  test('that diverges changes nothing', () => {
    const model = nn.sequential([nn.dense(1)]).build([1]);
    const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 1 }) });
    const before = model.state();
    expect(() => step([[Number.NaN]], [[1]])).toThrow(DivergenceError);
    expect(() => step([[3e38]], [[1]])).toThrow('training diverged at step 0');
    expect(model.state()).toEqual(before);
    expect(Number.isFinite(step([[1]], [[1]]))).toBe(true);
    step.dispose();
  });
});

describe('what is refused, before anything has changed', () => {
  const train = clouds(20);
  const other = dataset({ x: [[1], [2]], y: [0, 1] });
  test.each<[string, () => Promise<unknown>, new (m: string) => Error, string]>([
    ['a sealed set', () => fit(network(), clouds(20, 1, true), options()), LeakageError, 'fit: this set is sealed'],
    [
      'a sealed validation set',
      () => fit(network(), train, options({ validation: clouds(20, 1, true) })),
      LeakageError,
      'fit: validation: this set is sealed',
    ],
    [
      'stop without validation',
      () => fit(network(), train, options({ stop: earlyStopping() })),
      DataError,
      'fit: stop watches the validation set, and there is none; give { validation } or leave stop out',
    ],
    [
      'another shape of examples',
      () => fit(network(), train, options({ validation: other })),
      DataError,
      'fit: examples of the validation set are [1], those of the training set [2]',
    ],
    [
      'an unknown option',
      () => fit(network(), train, { ...options(), epoch: 3 } as FitOptions),
      OptionError,
      "fit: unknown option 'epoch'; did you mean 'epochs'?",
    ],
    ['no epochs', () => fit(network(), train, options({ epochs: 0 })), OptionError, 'fit: epochs is 0'],
    [
      'too many classes',
      () => fit(network(), dataset({ x: [[1, 2]], y: [2], classes: 3 }), options()),
      DataError,
      "fit: label 2 in row 0 is not one of the model's 2 classes (0 to 1); change the labels or the last layer's units",
    ],
    [
      'no loss',
      () => fit(network(), train, { optimizer: adam(), epochs: 1 } as unknown as FitOptions),
      OptionError,
      'fit: loss is missing; give one such as crossEntropy() or mse()',
    ],
  ])('%s', async (_, attempt, type, text) => {
    const error = await attempt().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toContain(text);
  });
});
