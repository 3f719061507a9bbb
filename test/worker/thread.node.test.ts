import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { WorkerError } from '../../dist/index.js';
import { environment as env, hasRuntime, RUNTIMES } from '../../tools/hosts.mjs';
import { trainInWorker } from '../../dist/worker.js';
import { spirals } from './problems.js';

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

  test('where none can be made', async () => {
    const worker = (): Worker => {
      throw new Error('no workers today');
    };
    await expect(trainInWorker(model(), train, { ...options, worker }).result).rejects.toThrow(
      'trainInWorker: no worker could be made: no workers today',
    );
  });
});

/** Deno lets a worker read its own file only where it is told to. */
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
