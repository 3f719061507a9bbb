import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import { accuracy, f1 } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, rule, sgd } from '../../src/optim/index.js';
import { diagnose } from '../../src/diagnose/index.js';
import { earlyStopping, ema, swa } from '../../src/regularize/index.js';
import { evaluate, fit, fitEpochs, type FitOptions, type Run } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

const train = clouds(500, 1);
const validation = clouds(40, 2);
const network = () => nn.sequential([nn.dense(8), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.7 }), nn.dense(2)]);
const trained = async (more: Partial<FitOptions> = {}) => {
  const model = network();
  const run = await fit(model, train, {
    loss: crossEntropy(),
    metrics: [accuracy(), f1()],
    optimizer: adam({ learningRate: 0.02 }),
    epochs: 4,
    validation,
    trainSample: 40,
    ...more,
  });
  return { model, run };
};

describe('how many rows training scores are of', () => {
  test.each([
    [300, undefined, undefined, 300],
    [3000, undefined, undefined, 2048],
    [3000, 40, undefined, 2048],
    [3000, 2500, undefined, 2500],
    [3000, 40, 100, 100],
    [300, 40, 1000, 300],
  ])(
    '%i rows, validation %s, trainSample %s: %i in the history, and all at the end',
    async (n, m, trainSample, rows) => {
      const run = await fit(nn.sequential([nn.dense(2)]), clouds(n), {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        epochs: 1,
        batchSize: 'full',
        ...(m !== undefined && { validation: clouds(m, 2) }),
        ...(trainSample !== undefined && { trainSample }),
      });
      expect(run.history[0].rows).toEqual({ training: rows, ...(m !== undefined && { validation: m }) });
      expect(run.kept?.rows.training).toBe(n);
      expect(run.report()).toContain(
        `epoch 1, on ${n} training rows${m === undefined ? '' : ` and ${m} of validation`}\n`,
      );
    },
  );
});

describe('what is kept has the scores of the whole training set', () => {
  /** The scores of the current model. */
  const expected = (model: ReturnType<typeof network>) => [evaluate(model, train), evaluate(model, validation)];
  const scoresOf = ({ kept }: Run) => [kept?.training, kept?.validation];
  test.each<[string, Partial<FitOptions>]>([
    ['of the last epoch', {}],
    ['of the best epoch', { stop: earlyStopping({ patience: 2 }), epochs: 30 }],
    ['of the best between epochs', { stop: earlyStopping({ patience: 3, every: { steps: 5 } }), epochs: 10 }],
    ['of the last epoch where the best is not restored', { stop: earlyStopping({ patience: 2, restoreBest: false }) }],
    ['of the average', { average: ema({ decay: 0.9 }) }],
    ['of the average whose statistics are collected anew', { average: swa({ start: { epochs: 2 } }) }],
  ])('%s', async (_, more) => {
    const { model, run } = await trained(more);
    expect(scoresOf(run)).toEqual(expected(model));
    const same = run.history.find(({ step }) => step === run.kept?.step);
    expect(same?.training).not.toEqual(run.kept?.training);
    expect(diagnose(run).trainError).toBe(1 - evaluate(model, train).accuracy);
    expect(run.report()).toContain(`on 500 training rows and 40 of validation`);
  });
  test('also where the signal ends training within an epoch', async () => {
    for (const stop of [undefined, earlyStopping({ patience: 50 })]) {
      const stopper = new AbortController();
      const onStep = ({ step }: { step: number }): void => {
        if (step === 40) stopper.abort();
      };
      const { model, run } = await trained({ onStep, signal: stopper.signal, ...(stop && { stop }) });
      expect(run.stopped).toEqual({ reason: 'aborted', epoch: 2 });
      expect(scoresOf(run)).toEqual(expected(model));
      if (!stop) expect(run.kept?.step).toBeGreaterThan(run.history.at(-1)?.step as number);
    }
  });
  test('and is undefined where there was no whole epoch', async () => {
    const { run } = await trained({ signal: AbortSignal.abort() });
    expect(run.kept).toBeUndefined();
    expect(run.report()).toBe('0 epochs: stopped by the signal');
  });
  test('without a second look where the history saw all rows', async () => {
    const { run } = await trained({ trainSample: 500 });
    expect(run.kept).toBe(run.history.at(-1));
  });
});

describe('nothing is evaluated', () => {
  /** Calls of a metric on the whole training set. */
  const counted = () => {
    const seen = { whole: 0 };
    const metric = Object.assign(
      (output: Tensor, target: Tensor) => {
        if (output.shape[0] === 500) seen.whole++;
        return accuracy()(output, target);
      },
      { config: { name: 'counted', options: {} } },
    );
    return { seen, metric };
  };
  test('more than once at the end', async () => {
    const { seen, metric } = counted();
    await trained({ metrics: metric });
    expect(seen.whole).toBe(1);
  });
  test('after an error, and where a loop is left', async () => {
    const { seen, metric } = counted();
    const explode = rule({
      stage: 'gradient',
      scalars: ({ step }) => [step < 20 ? 1 : Number.POSITIVE_INFINITY],
      apply: ({ grad, scalars }) => ({ grad: grad.mul(scalars) }),
    });
    await expect(trained({ metrics: metric, rules: explode })).rejects.toThrow('diverged');
    for await (const { epoch } of fitEpochs(network(), train, {
      loss: crossEntropy(),
      optimizer: adam(),
      metrics: metric,
      trainSample: 40,
      epochs: 3,
    }))
      if (epoch === 2) break;
    expect(seen.whole).toBe(0);
  });
  test('that keeps memory', async () => {
    const before = memoryInfo().used;
    const { model } = await trained();
    model.dispose();
    expect(memoryInfo().used).toBeLessThanOrEqual(before);
  });
});

test('training goes on with all data until the validation loss is that of the whole training set', async () => {
  const { run } = await trained({
    trainSample: 20,
    epochs: 30,
    stop: earlyStopping({ patience: 3, retrain: 'continue', maxEpochs: 3 }),
  });
  expect(run.kept?.rows.training).toBe(500);
  expect(run.retrained?.target).toBe(run.kept?.training.loss);
});
