import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OptionError, WorkerError } from '../../dist/index.js';
// As it is built, with the engine that the studies use too.
import {
  choice,
  logUniform,
  search,
  type SearchOptions,
  type Space,
  threads,
  type ThreadsOptions,
  uniform,
} from '../../dist/sweep.js';
import * as studies from './studies.mjs';

const home = mkdtempSync(join(tmpdir(), 'sweep-'));
afterAll(() => rmSync(home, { recursive: true }));
const module = new URL('./studies.mjs', import.meta.url);

const networks = { rate: logUniform(1e-3, 1e-1), units: choice([2, 4]) };
test.each([
  ['numbers', { x: uniform(0, 1) }, { trials: 30, seed: 4 }],
  ['numbers', { x: uniform(0, 1) }, { trials: 30, seed: 4, median: { wave: 6 } }],
  ['numbers', { x: uniform(0, 1) }, { method: 'grid', levels: 9 }],
  ['training', networks, { trials: 9, method: 'halving' }],
] as const)('%s in threads has the table of one thread: %j %j', async (name, space, options) => {
  const here = await search(studies[name], space as Space, options as SearchOptions);
  for (const workers of [1, 3]) {
    const engine = threads({ module, workers });
    const there = await search(name, space as Space, { ...options, engine } as SearchOptions);
    expect(there).toEqual(here);
    expect(there.table()).toBe(here.table());
  }
});

test('the function itself names the study', async () => {
  const space = { x: uniform(0, 1) };
  const engine = threads({ module, workers: 1 });
  const named = await search('numbers', space, { trials: 4, engine });
  expect(await search(studies.numbers, space, { trials: 4, engine })).toEqual(named);
});

test('a thread that dies is replaced, and a trial that kills three is set aside', async () => {
  const space = { x: uniform(0, 1), mark: choice([join(home, 'mark')]) };
  const { trials, best } = await search('deadly', space, { trials: 8, engine: threads({ module, workers: 2 }) });
  expect(trials).toHaveLength(8);
  expect(trials[3]).toMatchObject({ state: 'failed', attempts: 3, reason: 'its worker ended 3 times: exit code 7' });
  expect(trials[5]).toMatchObject({ state: 'completed', attempts: 2 });
  for (const { trial, state, value, parameters } of trials)
    if (trial !== 3) expect([state, value]).toEqual(['completed', parameters.x]);
  expect(best?.value).toBe(Math.min(...trials.filter(({ trial }) => trial !== 3).map(({ value }) => value)));
});

test('a search in threads goes on where it was ended', async () => {
  const resume = join(home, 'resumed');
  const stopper = new AbortController();
  const options = { trials: 9, method: 'halving', engine: threads({ module, workers: 2 }) } as const;
  const onTrial = (): void => stopper.abort();
  const part = await search('training', networks, { ...options, resume, signal: stopper.signal, onTrial });
  expect(part.trials.length).toBeGreaterThan(0);
  const rest = await search('training', networks, { ...options, resume });
  expect(rest.table()).toBe((await search('training', networks, options)).table());
});

test('a signal ends trials that wait for it', async () => {
  const stopper = new AbortController();
  const onTrial = (): void => stopper.abort();
  const options = { trials: 5, engine: threads({ module, workers: 2 }), signal: stopper.signal, onTrial };
  const { trials } = await search('patient', { x: uniform(0, 1) }, options);
  expect(trials.map(({ trial }) => trial)).toEqual([0]);
});

describe('refused', () => {
  const space = { x: uniform(0, 1) };
  const call = (study: unknown, at = module): Promise<unknown> =>
    search(study as string, space, { trials: 2, engine: threads({ module: at, workers: 1 }) });
  const text = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  test.each([
    [() => call('number'), OptionError, "exports no study 'number'; did you mean 'numbers'? It exports"],
    [() => call('quite another'), OptionError, "exports no study 'quite another'; it exports deadly, numbers"],
    [() => call(() => 3), OptionError, 'functions cannot be sent to threads; give one that it exports, or its name'],
    [() => call('a', text('throw new Error("broken")')), WorkerError, 'could not be loaded: broken'],
    [() => call('a', text('process.exit(3)')), WorkerError, 'ended before it was ready: exit code 3'],
    [() => call('a', text('export const b = 1')), OptionError, "exports no study 'a'; it exports no function"],
    [() => call('a', new URL('./none.mjs', import.meta.url)), WorkerError, 'could not be loaded: Cannot find module'],
    [
      async () => threads({ module: './a.mjs' as never }),
      OptionError,
      "threads: module is './a.mjs'; it must be a URL",
    ],
    [async () => threads({ module, workers: 0 }), OptionError, 'threads: workers is 0'],
    [async () => threads({ module, worker: 2 } as ThreadsOptions), OptionError, "did you mean 'workers'?"],
  ] as const)('%s', async (wrong, kind, message) => {
    const error = await wrong().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });
});
