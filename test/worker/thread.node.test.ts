import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkpoint, dataset, DivergenceError, fit, OptionError, sgd, WorkerError } from '../../dist/index.js';
import { environment as env, hasRuntime, RUNTIMES } from '../../tools/hosts.mjs';
import { trainInWorker } from '../../dist/worker.js';
import { bitsOf, spirals, untimed, used } from './problems.js';

const THREAD = new URL('../../dist/workerThread.js', import.meta.url);
const { model, train, options } = spirals();
const endless = { ...options, stop: undefined, monitors: undefined, groups: undefined, epochs: 1_000_000 };

describe('a worker that dies', () => {
  test('is an error for the result, the loop and the loggers; the model stays', async () => {
    const ended: unknown[] = [];
    const logger = {
      config: { name: 'mine', options: {} },
      epoch: () => undefined,
      end: (summary: object) => void ended.push(summary),
    };
    const there = model().build([2]);
    const before = there.state();
    let worker: Worker | undefined;
    const training = trainInWorker(there, train, {
      ...endless,
      logger,
      worker: () => {
        worker = new Worker(THREAD);
        return worker;
      },
    });
    const loop = async (): Promise<void> => {
      for await (const { epoch } of training) if (epoch === 2) void worker?.terminate();
    };
    await expect(loop()).rejects.toThrow(WorkerError);
    await expect(training.result).rejects.toThrow('trainInWorker: the worker ended before its training');
    expect(there.state()).toEqual(before);
    expect(ended).toMatchObject([{ reason: 'error' }]);
  });

  test.each<[string, () => Worker, string]>([
    ['whose file is not there', () => new Worker(new URL('./none.js', import.meta.url)), 'Cannot find module'],
    ['that throws', () => new Worker('throw new Error("broken")', { eval: true }), 'the worker could not run: broken'],
    ['that exits', () => new Worker('process.exit(3)', { eval: true }), 'the worker ended before its training'],
  ])('one %s', async (_, worker, text) => {
    const training = trainInWorker(model(), train, { ...options, worker });
    await expect(training.result).rejects.toThrow(WorkerError);
    await expect(training.result).rejects.toThrow(text);
  });

  test.each<[string, string, string]>([
    ['null', 'null', 'the worker posted null, which is not an answer'],
    ['text', '"hello"', "the worker posted 'hello', which is not an answer"],
    ['an unknown kind', '{ kind: "hello" }', 'the worker posted an Object, which is not an answer'],
    ['a name of every object', '{ kind: "constructor" }', 'which is not an answer'],
    ['callbacks that there are not', '{ kind: "heard", events: [["hello", {}]] }', 'which is not an answer'],
    ['no list of callbacks', '{ kind: "heard", events: 3 }', 'which is not an answer'],
    ['an end without a run', '{ kind: "done" }', 'which is not an answer'],
    [
      'an end without numbers',
      '{ kind: "done", run: { history: [], stopped: {} }, built: {} }',
      'which is not an answer',
    ],
    ['a failure without words', '{ kind: "failed" }', 'which is not an answer'],
  ])('one that posts %s: an error, and the data stay', async (_, message, text) => {
    const there = model().build([2]);
    const before = there.state();
    const data = train.with({ x: train.x.slice() });
    const code = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => {}); parentPort.postMessage(${message})`;
    const worker = (): Worker => new Worker(code, { eval: true });
    const training = trainInWorker(there, data, { ...options, transfer: true, worker });
    await expect(training.result).rejects.toThrow(WorkerError);
    await expect(training.result).rejects.toThrow(text);
    expect(data.x).toEqual(train.x);
    expect(there.state()).toEqual(before);
  });
  test.each<[string, string]>([
    ['throws nothing', 'throw null'],
    ['throws an object without words', 'throw {}'],
    ['exits', ''],
  ])('one that %s, and posts nothing: the data stay', async (_, code) => {
    const data = train.with({ x: train.x.slice() });
    const worker = (): Worker => new Worker(code, { eval: true });
    await expect(trainInWorker(model(), data, { ...options, transfer: true, worker }).result).rejects.toThrow(
      WorkerError,
    );
    expect(data.x).toEqual(train.x);
  });
  test('one that only listens is waited for a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const listens = "require('node:worker_threads').parentPort.on('message', () => {})";
      const worker = (): Worker => new Worker(listens, { eval: true });
      const { result } = trainInWorker(model(), train, { ...options, worker });
      const failed = expect(result).rejects.toThrow(
        "trainInWorker: the worker has not answered for 60 s; its module must import 'regulus/worker-thread'",
      );
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(60_000);
      await failed;
    } finally {
      vi.useRealTimers();
    }
  });
  test.each<[string, unknown]>([
    ['an empty object', {}],
    ['null', null],
    ['a promise', Promise.resolve()],
    ['one that cannot be listened to', { postMessage: () => undefined, terminate: () => undefined }],
  ])('what is no worker: %s', async (_, given) => {
    const { result } = trainInWorker(model(), train, { ...options, worker: () => given as Worker });
    await expect(result).rejects.toThrow(WorkerError);
    await expect(result).rejects.toThrow('trainInWorker: the option `worker` gave no worker');
  });
  test('one whose every function throws', async () => {
    const throws = (): never => {
      throw new TypeError('no');
    };
    const worker = () => ({ postMessage: throws, terminate: throws, on: () => undefined });
    const signal = AbortSignal.abort();
    for (const more of [{}, { signal }]) {
      const { result } = trainInWorker(model(), train, { ...options, ...more, worker });
      await expect(result).rejects.toThrow(WorkerError);
      await expect(result).rejects.toThrow('nothing could be sent to the worker: no');
    }
  });
  test('without options the error comes by the result', async () => {
    await expect(trainInWorker(model(), train, undefined as never).result).rejects.toThrow(OptionError);
  });

  test('where none can be made', async () => {
    const worker = (): Worker => {
      throw new Error('no workers today');
    };
    await expect(trainInWorker(model(), train, { ...options, worker }).result).rejects.toThrow(
      'trainInWorker: no worker could be made: no workers today',
    );
  });
});

test('a training in a worker makes checkpoints, and another worker goes on from there to the same bits', async () => {
  const to = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  const kept = checkpoint({ to, resume: true });
  const short = { ...options, stop: undefined, monitors: undefined, epochs: 5 };
  await trainInWorker(model(), train, { ...short, epochs: 2, checkpoint: kept }).result;
  const { model: resumed, run } = await trainInWorker(model(), train, { ...short, checkpoint: kept }).result;
  expect(run.resumed).toMatchObject({ damaged: [] });
  expect(run.resumed?.step).toBeGreaterThan(0);
  const straight = model();
  await fit(straight, train, short);
  expect(bitsOf(resumed)).toEqual(bitsOf(straight));
});

describe('where no worker starts, training runs in this thread', () => {
  const warn = vi.fn();
  beforeAll(() => {
    vi.spyOn(console, 'warn').mockImplementation(warn);
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
  });
  afterAll(() => void vi.restoreAllMocks());

  test('to the same bits, callbacks and memory, and says so once', async () => {
    const records = (heard: unknown[]) => ({
      ...options,
      onStep: (record: object) => void heard.push(record),
      onEpoch: (record: object) => void heard.push(untimed(record)),
    });
    const [here, there] = [model(), model()];
    const [expected, heard, seen]: unknown[][] = [[], [], []];
    const { history, stopped } = await fit(here, train, records(expected));
    const before = used();
    for (const each of [there, model()]) {
      const training = trainInWorker(each, train, records(each === there ? heard : []));
      for await (const record of training) if (each === there) seen.push(untimed(record));
      const { run } = await training.result;
      expect(run.stopped).toEqual(stopped);
      if (each !== there) each.dispose();
    }
    expect(bitsOf(there)).toEqual(bitsOf(here));
    expect(heard).toEqual(expected);
    expect(seen).toEqual(history.map(untimed));
    there.dispose();
    expect(used()).toBeLessThanOrEqual(before);
    expect(warn.mock.calls).toEqual([
      [
        "trainInWorker: trains in this thread, as fit does: this host has no workers. The guide on workers tells how to serve the worker's file",
      ],
    ]);
  });
  test('it ends with a loop that is left, and other work goes on meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const training = trainInWorker(model(), train, endless);
    for await (const { epoch } of training) if (epoch === 3) break;
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect((await training.result).run.stopped.reason).toBe('aborted');
  });
  test('data can be moved, and are gone then', async () => {
    // The validation set is moved, too.
    const { model, train, options } = spirals();
    const data = train.with({ x: train.x.slice() });
    const [here, there] = [model(), model()];
    await fit(here, train, options);
    await trainInWorker(there, data, { ...options, transfer: true }).result;
    expect(bitsOf(there)).toEqual(bitsOf(here));
    expect(() => data.x).toThrow('the numbers of this set have been moved');
  });
  test('errors are those of fit', async () => {
    const wild = { ...options, augment: undefined, groups: undefined, optimizer: sgd({ learningRate: 1e30 }) };
    await expect(trainInWorker(model(), train, wild).result).rejects.toThrow(DivergenceError);
  });
});

describe('a Buffer of Node as data', () => {
  const bytes = Array.from({ length: 960 }, (_, i) => i % 256);
  const file = join(mkdtempSync(join(tmpdir(), 'bytes-')), 'x');
  writeFileSync(file, Uint8Array.from(bytes));
  const set = (x: Uint8Array) =>
    dataset({ x, shape: [16], scale: 1 / 255, y: Int32Array.from({ length: 60 }, (_, i) => i % 3) });
  const few = { loss: options.loss, optimizer: options.optimizer, epochs: 2 };
  test.each<[string, () => Buffer]>([
    ['of its own memory', () => Buffer.from(Uint8Array.from(bytes).buffer)],
    ['that is a part of a larger one', () => Buffer.from([0, ...bytes]).subarray(1)],
    ['of a file', () => readFileSync(file)],
  ])('%s is copied, and stays', async (_, buffer) => {
    const [here, there] = [model(), model()];
    await fit(here, set(Uint8Array.from(bytes)), few);
    const x = buffer();
    await trainInWorker(there, set(x), few).result;
    expect([...x]).toEqual(bytes);
    expect(bitsOf(there)).toEqual(bitsOf(here));
  });
});

/** Deno lets a worker read its own file only with this permission. */
const MORE: Readonly<Record<string, readonly string[]>> = { Deno: ['--allow-read'] };
const PROGRAMS = { Node: { program: process.execPath, flags: ['--no-warnings'] }, ...RUNTIMES };
test('a program that is given as text, and one that listens to nothing: the error is not lost', async () => {
  const script = (epochs: number): string => `
    import { adam, dataset, mse, nn } from './dist/index.js';
    import { trainInWorker } from './dist/worker.js';
    const data = dataset({ x: [[0], [1], [2]], y: [[0.5], [1.5], [2.5]] });
    trainInWorker(nn.sequential([nn.dense(1)]), data, { loss: mse(), optimizer: adam(), epochs: ${epochs}, onEpoch: ({ epoch }) => console.log(epoch) });`;
  const run = (epochs: number) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script(epochs)]);
  expect((await run(2)).stdout).toBe('1\n2\n');
  await expect(run(0)).rejects.toThrow('OptionError: fit: epochs is 0');
});

// That the program ends is part of the test: nothing may keep it alive.
test.for(Object.entries(PROGRAMS))(
  'the same bits from a worker in %s, and nothing is left running',
  { timeout: 60_000 },
  async ([name, { program, flags }], { skip }) => {
    skip(
      name in RUNTIMES && !hasRuntime(name),
      `${name} is not installed: npm ci --prefix tools/runtimes --ignore-scripts`,
    );
    const args = [...flags, ...(MORE[name] ?? []), 'test/worker/print.mjs'];
    const { stdout } = await promisify(execFile)(program, args, { env, timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({ equal: true, epochs: true, refused: true, reason: 'aborted' });
  },
);
