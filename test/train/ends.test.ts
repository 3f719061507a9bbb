import { describe, expect, test } from 'vitest';
import { OptionError, UnsupportedError } from '../../src/errors.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, rule, sgd } from '../../src/optim/index.js';
import { earlyStopping, swa } from '../../src/regularize/index.js';
import { evaluate, fit, type FitOptions, fitEpochs, trainStep } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';
import { noMoreMemoryThan } from '../support/memory.js';
import { clouds } from './problems.js';

/** However a training ends, no memory is held, nothing is lost, and the model can be used again. */

const train = clouds(96);
const validation = clouds(64, 2);
const make = () => nn.sequential([nn.dense(16, { activation: 'tanh' }), nn.dense(2)]).build([2]);
const options: FitOptions = { loss: crossEntropy(), optimizer: adam(), epochs: 3, batchSize: 16 };
const full = new Error('the disk is full');
const later = async (): Promise<void> => {
  await Promise.resolve();
  throw full;
};
const now = (): never => {
  throw full;
};

describe('a callback that fails ends the training with its error', () => {
  test.each<[string, Partial<FitOptions>]>([
    ['onEpoch throws', { onEpoch: now }],
    ['onEpoch rejects', { onEpoch: later }],
    ['onStep throws', { onStep: now }],
    ['onStep rejects', { onStep: later }],
    ['progress throws', { progress: now, epochs: 3000 }],
    ['progress rejects', { progress: later, epochs: 3000 }],
    ['logger.epoch throws', { logger: { config: { name: 'own', options: {} }, epoch: now } }],
    ['logger.epoch rejects', { logger: { config: { name: 'own', options: {} }, epoch: later } }],
    ['logger.step rejects', { logger: { config: { name: 'own', options: {} }, epoch: () => undefined, step: later } }],
    ['logger.end rejects', { logger: { config: { name: 'own', options: {} }, epoch: () => undefined, end: later } }],
  ])('%s', async (_, given) => {
    const model = make();
    const before = memoryInfo();
    await expect(fit(model, train, { ...options, ...given } as FitOptions)).rejects.toBe(full);
    noMoreMemoryThan(before);
    await fit(model, train, { ...options, epochs: 1 });
    model.dispose();
  });

  test('and the best parameters are there again, and loggers hear of it', async () => {
    const model = make();
    let best = Infinity;
    let ended: unknown;
    const wild = { ...options, optimizer: sgd({ learningRate: 3, momentum: 0.9 }), epochs: 30, validation };
    const failing = fit(model, train, {
      ...wild,
      stop: earlyStopping({ patience: 100 }),
      logger: {
        config: { name: 'own', options: {} },
        epoch: () => undefined,
        end: (summary) => {
          ended = summary;
        },
      },
      onEpoch: ({ epoch, validation: scores }) => {
        best = Math.min(best, scores?.loss ?? Infinity);
        if (epoch === 10) throw full;
      },
    });
    await expect(failing).rejects.toBe(full);
    expect(evaluate(model, validation, { loss: crossEntropy() }).loss).toBe(best);
    expect(ended).toEqual({ reason: 'error', epoch: 10 });
    model.dispose();
  });
});

describe('what fails while a training is set up holds nothing', () => {
  const failing = rule({
    stage: 'gradient',
    apply: () => {
      throw full;
    },
  });
  test.each<[string, () => [ReturnType<typeof make>, Partial<FitOptions>]]>([
    ['a rule that throws', () => [make(), { rules: failing }]],
    ['a rule that throws, beside an average', () => [make(), { rules: failing, average: swa({ start: 1 }) }]],
    ['a rule that throws, in an update of several batches', () => [make(), { rules: failing, accumulate: 2 }]],
    [
      'a layer that needs a whole batch',
      () => [nn.sequential([nn.dense(4), nn.batchNorm(), nn.dense(2)]).build([2]), { batchSize: 1 }],
    ],
    [
      'a loss that does not fit',
      () => [make(), { loss: Object.assign(now, { config: { name: 'own', options: {} } }) }],
    ],
  ])('%s', async (_, setup) => {
    const [model, given] = setup();
    const before = memoryInfo();
    for (let i = 0; i < 3; i++) await expect(fit(model, train, { ...options, ...given })).rejects.toThrow();
    noMoreMemoryThan(before);
    model.dispose();
  });
});

describe('a signal', () => {
  test('that is aborted before makes no update', async () => {
    const model = make();
    const before = model.state();
    let steps = 0;
    const run = await fit(model, train, { ...options, signal: AbortSignal.abort(), onStep: () => void steps++ });
    expect(model.state()).toEqual(before);
    expect([run.history, run.stopped, steps]).toEqual([[], { reason: 'aborted', epoch: 0 }, 0]);
    expect(run.report()).toContain('stopped by the signal');
    model.dispose();
  });
  test('that is aborted after an epoch makes no update more', async () => {
    const model = make();
    const abort = new AbortController();
    let steps = 0;
    const run = await fit(model, train, {
      ...options,
      signal: abort.signal,
      onStep: () => void steps++,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) abort.abort();
      },
    });
    expect([run.history.length, steps, run.stopped]).toEqual([2, 12, { reason: 'aborted', epoch: 2 }]);
    model.dispose();
  });
});

describe('a model belongs to one training', () => {
  test('a second is refused by name until the first has ended', async () => {
    const model = make();
    const first = fit(model, train, options);
    const second = fit(model, train, options);
    await expect(second).rejects.toThrow(UnsupportedError);
    await expect(second).rejects.toThrow('fit: this model is being trained by fit, which has not ended');
    await first;
    await fit(model, train, options);
    model.dispose();
  });
  test('until a loop over its epochs is left', async () => {
    const model = make();
    const epochs = fitEpochs(model, train, options);
    await epochs.next();
    await expect(fit(model, train, options)).rejects.toThrow(UnsupportedError);
    await epochs.return({} as never);
    await fit(model, train, options);
    model.dispose();
  });
  test('it is not disposed of meanwhile', async () => {
    const model = make();
    const training = fit(model, train, {
      ...options,
      validation,
      stop: earlyStopping(),
      onEpoch: () => model.dispose(),
    });
    await expect(training).rejects.toThrow('dispose: this model is being trained by fit; await its end');
    expect(model.predict([[1, 2]]).shape).toEqual([1, 2]);
    model.dispose();
  });
  test('options that are refused leave it free', async () => {
    const model = make();
    await expect(fit(model, train, { ...options, epochs: 0 })).rejects.toThrow(OptionError);
    await fit(model, train, options);
    model.dispose();
  });
});

describe('what callbacks write into the model', () => {
  const plain = { ...options, optimizer: sgd({ learningRate: 0.1 }), batchSize: 'full', shuffle: false } as const;

  test('is what the next update starts from', async () => {
    const [model, twin] = [make(), make()];
    const other = make().state();
    await fit(model, train, { ...plain, epochs: 2, onEpoch: ({ epoch }) => void (epoch === 1 && model.load(other)) });
    await fit(twin.load(other), train, { ...plain, epochs: 1 });
    expect(model.state()).toEqual(twin.state());
    for (const m of [model, twin]) m.dispose();
  });
  test('between updates too, by set and by a step of trainStep', async () => {
    const [model, twin] = [make(), make()];
    const zero = ({ parameters }: ReturnType<typeof make>): void => parameters()[0].set(new Float32Array(32));
    const steps = [model, twin].map((m) => trainStep(m, { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }) }));
    const [rows, labels] = [[[1, 2]], [1]];
    await fit(model, train, {
      ...plain,
      epochs: 2,
      onStep: ({ step }) => {
        if (step !== 0) return;
        zero(model);
        steps[0](rows, labels);
      },
    });
    await fit(twin, train, { ...plain, epochs: 1 });
    zero(twin);
    steps[1](rows, labels);
    await fit(twin, train, { ...plain, epochs: 1 });
    expect(model.state()).toEqual(twin.state());
    for (const step of steps) step.dispose();
    for (const m of [model, twin]) m.dispose();
  });
  test('does not touch the best parameters', async () => {
    const model = make();
    const run = await fit(model, train, {
      ...options,
      validation,
      stop: earlyStopping({ patience: 10 }),
      onEpoch: () => model.parameters()[0].set(new Float32Array(32).fill(50)),
    });
    expect(evaluate(model, validation, { loss: crossEntropy() }).loss).toBe(run.best?.value);
    model.dispose();
  });
});
