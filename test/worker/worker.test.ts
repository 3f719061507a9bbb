import { describe, expect, test } from 'vitest';
import {
  type ConfusionMatrix,
  confusionMatrix,
  crossEntropy,
  DataError,
  dataset,
  DivergenceError,
  earlyStopping,
  encode,
  evaluate,
  fit,
  type FitOptions,
  LeakageError,
  kFold,
  mse,
  nn,
  OptionError,
  pipeline,
  r2,
  saveSafetensors,
  sgd,
  ShapeError,
  split,
  standardize,
  type StepRecord,
} from '../../dist/index.js';
import { trainInWorker } from '../../dist/worker.js';
import { bitsOf, branches, sequences, spirals, tasks, untimed, used } from './problems.js';

const rejected = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
const endless = { stop: undefined, monitors: undefined, groups: undefined, epochs: 1_000_000 };

describe('the result is that of fit, to the bit', () => {
  test.each([
    ['a bit of everything', spirals],
    ['several tasks', tasks],
    ['several inputs, a shared layer and two heads', branches],
    ['sequences of unequal length', sequences],
  ])('%s', async (_, problem) => {
    const { model, train, options } = problem();
    const [here, there] = [model(), model()];
    const expected = await fit(here as never, train, options);
    const training = trainInWorker(there as never, train, options);
    const { model: trained, run } = await training.result;
    expect(trained).toBe(there);
    expect(bitsOf(there as never)).toEqual(bitsOf(here as never));
    expect(run.history.map(untimed)).toEqual(expected.history.map(untimed));
    const { history, kept, report, ...rest } = expected;
    expect(run).toMatchObject(rest);
    expect(run.kept?.step).toBe(kept?.step);
    expect(run.report()).toBe(report());
    expect(evaluate(there as never, train)).toEqual(evaluate(here as never, train));
  });

  test('a model that has been trained before goes on from there', async () => {
    const { model, train, options } = spirals();
    const [here, there] = [model(), model()];
    for (const each of [here, there]) await fit(each, train, { ...options, epochs: 2 });
    await fit(here, train, options);
    await trainInWorker(there, train, options).result;
    expect(bitsOf(there)).toEqual(bitsOf(here));
  });

  test('a pipeline that changes its target tells scores in the units of the target', async () => {
    const x = Array.from({ length: 60 }, (_, i) => [i / 60]);
    const data = dataset({ x, y: x.map(([v], i) => 5000 + 900 * v + (i % 3)) });
    const { train, validation } = split(data, { seed: 1 });
    const options: FitOptions = {
      validation,
      loss: mse(),
      metrics: r2(),
      optimizer: sgd({ learningRate: 0.2 }),
      epochs: 20,
      stop: earlyStopping({ patience: 3 }),
    };
    const [here, there] = [0, 1].map(() => pipeline([nn.sequential([nn.dense(1)])], { target: 'standardize' }));
    const expected = await fit(here, train, options);
    const { run } = await trainInWorker(there, train, options).result;
    expect(run.history.map(untimed)).toEqual(expected.history.map(untimed));
    expect(run.report()).toBe(expected.report());
    expect(run.kept?.validation?.loss).toBeGreaterThan(1);
    expect(there.predict([[0.5]]).item()).toBe(here.predict([[0.5]]).item());
    expect(evaluate(there, validation)).toEqual(evaluate(here, validation));
  });

  test('confusion matrices know the names of the classes', async () => {
    const data = dataset({
      x: Array.from({ length: 30 }, (_, i) => [i % 3]),
      y: Array.from({ length: 30 }, (_, i) => 'abc'[i % 3]),
    });
    const names: unknown[] = [];
    const options: FitOptions = {
      loss: crossEntropy(),
      metrics: confusionMatrix(),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 2,
      onEpoch: ({ training }) => void names.push((training.confusionMatrix as unknown as ConfusionMatrix).classNames),
    };
    const { run } = await trainInWorker(nn.sequential([nn.dense(3)]), data, options).result;
    expect(names).toEqual([data.classNames, data.classNames]);
    const here = await fit(nn.sequential([nn.dense(3)]), data, { ...options, onEpoch: undefined });
    expect(run.report()).toBe(here.report());
    expect(run.report()).toContain('confusionMatrix, rows are the true classes');
  });

  test('the model of a pipeline, whose steps are fitted here', async () => {
    const table = Array.from({ length: 40 }, (_, i) => `${i % 7 ? i : ''},${'abc'[i % 3]},${i % 2}`).join('\n');
    const data = dataset.fromCsv(`n,c,y\n${table}\n`, { target: 'y' });
    const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), epochs: 3, seed: 4 };
    const [here, there] = [0, 1].map(() => pipeline([encode, nn.sequential([nn.dense(4), nn.tanh(), nn.dense(2)])]));
    await fit(here, data, options);
    const { model } = await trainInWorker(there, data, options).result;
    expect(model).toBe(there);
    expect(saveSafetensors(there)).toEqual(saveSafetensors(here));
    expect(there.classify([{ c: 'a', n: null }])).toEqual(here.classify([{ c: 'a', n: null }]));
  });

  test('bytes stay bytes, and a part of a set is sent alone', async () => {
    const x = Uint8Array.from({ length: 600 }, (_, i) => (i * 37) % 256);
    const train = dataset({
      x,
      shape: [6],
      scale: 1 / 255,
      y: Int32Array.from({ length: 100 }, (_, i) => i % 3),
    }).slice(10, 90);
    const options: FitOptions = { ...spirals().options, validation: undefined, stop: undefined, monitors: undefined };
    const [here, there] = [spirals().model(), spirals().model()];
    await fit(here, train, options);
    await trainInWorker(there, train, options).result;
    expect(bitsOf(there)).toEqual(bitsOf(here));
  });

  test('sets of many pieces arrive whole', async () => {
    const n = 40_000;
    const x = Float32Array.from({ length: 60 * n }, (_, i) => ((i * 7919) % 1000) / 1000);
    const train = dataset({ x, shape: [60], y: Int32Array.from({ length: n }, (_, i) => i % 3) });
    const { loss, optimizer } = spirals().options;
    const options: FitOptions = { loss, optimizer, batchSize: 4000, epochs: 1, trainSample: 100 };
    const [here, there] = [spirals().model(), spirals().model()];
    await fit(here, train, options);
    await trainInWorker(there, train, options).result;
    expect(bitsOf(there)).toEqual(bitsOf(here));
  });
});

test('epochs stream while training runs, and each loop sees all of them', async () => {
  const { model, train, options } = spirals();
  const stopper = new AbortController();
  const training = trainInWorker(model(), train, { ...options, ...endless, signal: stopper.signal });
  const seen: number[] = [];
  for await (const { epoch } of training) {
    seen.push(epoch);
    if (epoch === 5) stopper.abort();
  }
  const { run } = await training.result;
  expect(run.stopped.reason).toBe('aborted');
  expect(seen).toEqual(run.history.map(({ epoch }) => epoch));
  const again: number[] = [];
  for await (const { epoch } of training) again.push(epoch);
  expect(again).toEqual(seen);
});

test('callbacks and loggers hear here what fit tells them', async () => {
  const { model, train, options } = spirals();
  const listening = () => {
    const heard: unknown[] = [];
    const note =
      (name: string) =>
      (record: object): void =>
        void heard.push([name, untimed(record)]);
    const logger = { config: { name: 'mine', options: {} }, epoch: note('log'), step: note('log'), end: note('end') };
    return { heard, options: { ...options, onStep: note('step'), onEpoch: note('epoch'), logger } };
  };
  const [here, there] = [listening(), listening()];
  await fit(model(), train, here.options);
  await trainInWorker(model(), train, there.options).result;
  expect(there.heard.length).toBeGreaterThan(20);
  expect(there.heard).toEqual(here.heard);
});

test('progress is told', async () => {
  const { model, train, options } = spirals();
  const stopper = new AbortController();
  const progress = ({ steps }: { steps: number }): void => {
    expect(steps).toBeGreaterThan(1_000_000);
    stopper.abort();
  };
  const { run } = await trainInWorker(model(), train, { ...options, ...endless, progress, signal: stopper.signal })
    .result;
  expect(run.stopped.reason).toBe('aborted');
});

describe('ending early', () => {
  test('a loop that is left ends the training as a signal does', async () => {
    const { model, train, options } = spirals();
    const fresh = model().build([2], { seed: options.seed });
    const before = used();
    const there = model();
    const training = trainInWorker(there, train, { ...options, ...endless });
    for await (const { epoch } of training) if (epoch === 3) break;
    // The model is trained when the loop is over, even if the result was not awaited.
    expect(there.state()).not.toEqual(fresh.state());
    const { run } = await training.result;
    expect(run.stopped.reason).toBe('aborted');
    expect(run.history.length).toBeGreaterThanOrEqual(3);
    there.dispose();
    // It may be less, because garbage may have been collected meanwhile.
    expect(used()).toBeLessThanOrEqual(before);
  });

  test('what was best is restored', async () => {
    const { model, train, options } = spirals();
    const stopper = new AbortController();
    const there = model();
    const stop = earlyStopping({ patience: 1_000_000 });
    const training = trainInWorker(there, train, { ...options, ...endless, stop, signal: stopper.signal });
    for await (const { epoch } of training) if (epoch === 4) stopper.abort();
    const { run } = await training.result;
    const best = Math.min(...run.history.map(({ validation }) => validation?.loss ?? 0));
    expect(run.best?.value).toBe(best);
    expect(run.kept?.step).toBe(run.best?.step);
    expect(evaluate(there, options.validation as typeof train).loss).toBe(best);
  });

  test('a signal that came before', async () => {
    const { model, train, options } = spirals();
    const given = { ...options, signal: AbortSignal.abort() };
    const { run } = await trainInWorker(model(), train, given).result;
    expect(run.stopped).toEqual({ reason: 'aborted', epoch: 0 });
    expect((await fit(model(), train, given)).stopped).toEqual(run.stopped);
  });
});

describe('errors are those of fit', () => {
  test('divergence, with where and the last finite parameters', async () => {
    const { model, train, options } = spirals();
    const wild = { ...options, augment: undefined, groups: undefined, optimizer: sgd({ learningRate: 1e30 }) };
    const [here, there] = [model(), model()];
    const expected = (await rejected(fit(here, train, wild))) as DivergenceError;
    const training = trainInWorker(there, train, wild);
    const error = (await rejected(training.result)) as DivergenceError;
    expect(error).toBeInstanceOf(DivergenceError);
    expect([error.message, error.step, error.layer]).toEqual([expected.message, expected.step, expected.layer]);
    expect(error.parameters).toEqual(expected.parameters);
    expect(bitsOf(there)).toEqual(bitsOf(here));
    await expect(
      (async () => {
        for await (const _ of training);
      })(),
    ).rejects.toBe(error);
  });

  const { model, train, test: sealed, options } = spirals();
  const other = nn.sequential([nn.dense(3)]).build([7]);
  test.each<[string, () => Promise<unknown>, () => Promise<unknown>, new (text: string) => Error]>([
    ['sealed', () => fit(model(), sealed, options), () => trainInWorker(model(), sealed, options).result, LeakageError],
    [
      'a sealed validation set',
      () => fit(model(), train, { ...options, validation: sealed }),
      () => trainInWorker(model(), train, { ...options, validation: sealed }).result,
      LeakageError,
    ],
    [
      'an unknown option',
      () => fit(model(), train, { ...options, epoch: 1 } as never),
      () => trainInWorker(model(), train, { ...options, epoch: 1 } as never).result,
      OptionError,
    ],
    ['another shape', () => fit(other, train, options), () => trainInWorker(other, train, options).result, ShapeError],
  ])('%s', async (_, here, there, Class) => {
    const [expected, error] = [await rejected(here()), await rejected(there())] as Error[];
    expect(error).toBeInstanceOf(Class);
    expect(error.message).toBe(expected.message);
  });

  test('what a callback throws', async () => {
    for (const name of ['onEpoch', 'onStep', 'progress'] as const) {
      const thrown = new Error(name);
      const throws = (): void => {
        throw thrown;
      };
      const error = await rejected(trainInWorker(model(), train, { ...options, ...endless, [name]: throws }).result);
      expect(error).toBe(thrown);
    }
  });
  const late = (): never => Promise.reject(new Error('late')) as never;
  const logger = { config: { name: 'mine', options: {} }, epoch: () => undefined };
  test.each<[string, Partial<FitOptions>]>([
    ['onEpoch', { onEpoch: late }],
    ['onStep', { onStep: late }],
    ['progress', { ...endless, progress: late }],
    ['a logger’s epoch', { logger: { ...logger, epoch: late } }],
    ['a logger’s step', { logger: [logger, { ...logger, step: late }] }],
    ['a logger’s end', { logger: { ...logger, end: late } }],
  ])('what %s rejects with', async (_, given) => {
    const error = await rejected(trainInWorker(model(), train, { ...options, ...given }).result);
    expect((error as Error).message).toBe('late');
  });
});

test('data can be moved: they are gone here afterwards, and fit says so', async () => {
  const { model, train, options } = spirals();
  const [here, there] = [model(), model()];
  await fit(here, train, options);
  const part = train.slice(0, 10);
  const single = train.with({ x: train.x.slice() });
  await trainInWorker(there, single, { ...options, transfer: true }).result;
  expect(bitsOf(there)).toEqual(bitsOf(here));
  expect(part.x.length).toBe(20);
  expect(() => part.y).toThrow(MOVED);
  await expect(fit(here, single, options)).rejects.toThrow(MOVED);
});
const MOVED = 'the numbers of this set have been moved to a worker (transfer); make the set again';

describe('data that are moved', () => {
  const { model, options } = spirals();
  const { validation, stop, monitors, ...plain } = options;
  const set = () => {
    const x = Float32Array.from({ length: 120 }, (_, i) => ((i * 37) % 100) / 100);
    return dataset({ x, shape: [2], y: Int32Array.from({ length: 60 }, (_, i) => i % 3) });
  };
  test('parts of one memory are copied: it stays with those that were not sent', async () => {
    const [here, there] = [model(), model()];
    const parts = () => [set().slice(0, 40), set().slice(40, 60)];
    const [train, validation] = parts();
    await fit(here, train, { ...plain, validation });
    const all = set();
    const [first, last] = [all.slice(0, 40), all.slice(40, 60)];
    await trainInWorker(there, first, { ...plain, validation: last, transfer: true }).result;
    expect(bitsOf(there)).toEqual(bitsOf(here));
    expect(all.x.length).toBe(120);
  });
  test.each<[string, (train: ReturnType<typeof set>) => FitOptions]>([
    ['the same set twice', (train) => ({ ...plain, validation: train })],
    ['a part of the set', (train) => ({ ...plain, validation: train.slice(0, 20) })],
    ['another view of its memory', (train) => ({ ...plain, validation: train.with({ x: train.x.subarray(0) }) })],
  ])('%s is refused before anything is moved', async (_, optionsOf) => {
    const train = set();
    const training = trainInWorker(model(), train, { ...optionsOf(train), transfer: true });
    await expect(training.result).rejects.toThrow(LeakageError);
    expect(train.x.length).toBe(120);
  });

  test('every use of them is an error that says so', async () => {
    const train = set();
    const there = model();
    const part = train.slice(0, 10);
    await trainInWorker(there, train, { ...plain, transfer: true }).result;
    for (const gone of [train, part]) {
      const uses: (() => unknown)[] = [
        ...[() => gone.x, () => gone.y, () => gone.targets, () => gone.kind, () => gone.rows([0]), () => gone.take(1)],
        ...[
          () => gone.map((row) => row),
          () => gone.with({ sealed: true }),
          () => gone.concat(set()),
          () => gone.shuffle(),
        ],
        ...[
          () => split(gone, { seed: 1 }),
          () => standardize.fit(gone),
          () => kFold(gone, 3),
          () => set().concat(gone),
        ],
        ...[() => there.predict(gone), () => there.classify(gone), () => evaluate(there, gone)],
      ];
      for (const use of uses) {
        expect(use).toThrow(DataError);
        expect(use).toThrow(MOVED);
      }
      const trainings = [
        fit(there, gone, plain),
        fit(there, set(), { ...plain, validation: gone }),
        trainInWorker(there, gone, plain).result,
        trainInWorker(there, set(), { ...plain, validation: gone }).result,
      ];
      for (const training of trainings) await expect(training).rejects.toThrow(MOVED);
    }
  });
});

test('one option says one thing: the callbacks do not make single steps', async () => {
  const { model, train, options } = spirals();
  const steps: StepRecord[] = [];
  const { run } = await trainInWorker(model(), train, { ...options, onStep: (record) => void steps.push(record) })
    .result;
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: run.history.at(-1)?.step ?? 0 }, (_, i) => i));
});

test('a model that is trained elsewhere belongs to that training', async () => {
  const { model, train, options } = spirals();
  const shared = model();
  const first = trainInWorker(shared, train, options);
  await expect(trainInWorker(shared, train, options).result).rejects.toThrow('being trained by trainInWorker');
  await expect(fit(shared, train, options)).rejects.toThrow('being trained by trainInWorker');
  await first.result;
  await fit(shared, train, { ...options, epochs: 1 });
});
