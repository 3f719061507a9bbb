import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue, QueueEvents } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digits } from '../../dist/digits.js';
import { crossValidate } from '../../dist/generalization.js';
import { adam, crossEntropy, OptionError, split, UnsupportedError, WorkerError } from '../../dist/index.js';
// As it is built, with the engine that the studies use too.
import {
  choice,
  type FederatedOptions,
  logUniform,
  redis,
  search,
  type SearchOptions,
  type StudyContext,
  threads,
  type Space,
  uniform,
  worker,
} from '../../dist/sweep.js';
import { network } from '../generalization/builds.mjs';
import { averaged } from './averaged.mjs';
import { freePort, hasRedis, killed, said, startRedis } from './server.js';
import * as studies from './studies.mjs';

let server: Awaited<ReturnType<typeof startRedis>>;
const children = new Set<ChildProcess>();
const program = (name: string, ...words: string[]): ChildProcess => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...words]);
  children.add(child);
  return child;
};
const workerProcess = async (lockSeconds = 1, workers = 1, url = server.url): Promise<ChildProcess> => {
  const child = program('./worker.mjs', url, String(lockSeconds), String(workers));
  await said(child, 'ready');
  return child;
};

/** What a training of rounds may ask for. */
const ROUNDS: readonly Partial<FederatedOptions>[] = [
  {},
  { outer: { learningRate: 0.7, momentum: 0.9 }, deltas: 'bf16' },
  { deltas: 'int8', outlier: 1.3 },
  { roundSeconds: 60 },
];
test.each(ROUNDS)('federated rounds in threads have the bits of one process: %j', async (options) => {
  const module = new URL('./studies.mjs', import.meta.url);
  expect(await averaged(threads({ module, workers: 2 }), options)).toEqual(await averaged(undefined, options));
});

describe.skipIf(!hasRedis)('on a queue', () => {
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await Promise.all([...children].map((child) => killed(child)));
    children.clear();
  });
  afterAll(() => server.kill());

  const networks = { rate: logUniform(1e-3, 1e-1), units: choice([2, 4]) };
  test.each([
    ['numbers', { x: uniform(0, 1) }, { trials: 30, seed: 4 }],
    ['numbers', { x: uniform(0, 1) }, { trials: 30, seed: 4, median: { wave: 6 } }],
    ['training', networks, { trials: 9, method: 'halving' }],
  ] as const)('%s has the table of one thread: %j %j', async (name, space, options) => {
    const here = await search(studies[name], space as Space, options as SearchOptions);
    await Promise.all([workerProcess(), workerProcess()]);
    const there = await search(
      name,
      space as Space,
      { ...options, engine: redis({ url: server.url }) } as SearchOptions,
    );
    expect(there).toEqual(here);
    expect(there.table()).toBe(here.table());
  });

  test('functions of a worker in this process; what was found before is not run again', async () => {
    const calls: number[] = [];
    const bowl = ({ x }: { x: number }): number => calls.push(x) && (x - 0.5) * (x - 0.5);
    const engine = redis({ url: server.url, queue: 'own' });
    const running = await worker({ url: server.url, queue: 'own', studies: { bowl }, workers: 4 });
    const options = { trials: 20, engine };
    const first = await search('bowl', { x: uniform(0, 1) }, options);
    expect(calls).toHaveLength(20);
    expect(await search('bowl', { x: uniform(0, 1) }, { ...options, trials: 25 })).toMatchObject({ best: first.best });
    expect(calls).toHaveLength(25);
    // Another version of the code is another study.
    await search('bowl', { x: uniform(0, 1) }, { ...options, version: 'b' });
    expect(calls).toHaveLength(45);
    await running.close();
    await running.close();
  });

  test('folds have the scores of one process; what the workers do not know is refused', async () => {
    const module = new URL('../generalization/builds.mjs', import.meta.url);
    const engine = redis({ url: server.url, queue: 'folds' });
    const data = split(digits()).train.slice(0, 60);
    const parity = data.with({ targets: [{ ...data.target(), values: data.y.map((y) => y % 2), classes: 2 }] });
    const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), epochs: 3, folds: 3 };
    const here = await crossValidate(network, parity, options);
    const running = await worker({ url: server.url, queue: 'folds', module, workers: 2 });
    const there = await crossValidate('network', parity, { ...options, engine });
    expect([...there.outOfFold.data()]).toEqual([...here.outOfFold.data()]);
    expect(String(there)).toBe(String(here));
    await expect(crossValidate('networks', parity, { ...options, engine })).rejects.toThrow(
      /^crossValidate: the worker on .* knows no function 'networks'; did you mean 'network'/,
    );
    await expect(crossValidate(network, parity, { ...options, engine })).rejects.toThrow(
      'crossValidate: the build is a function, which cannot be sent to other machines',
    );
    await running.close();
  });

  test('a worker that is closed gives its trials back', async () => {
    const first = await workerProcess();
    const found = search(
      'slow',
      { x: uniform(0, 1), ms: choice([300]) },
      { trials: 4, engine: redis({ url: server.url }), seed: 9 },
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    await killed(first, 'SIGTERM');
    await workerProcess(1, 4);
    const { trials } = await found;
    expect(trials.map(({ state, value, parameters }) => [state, value === parameters.x])).toEqual(
      Array(4).fill(['completed', true]),
    );
  });

  test('a trial whose workers are killed is set aside', async () => {
    let ended = false;
    const found = search('suicidal', { x: uniform(0, 1) }, { trials: 3, engine: redis({ url: server.url }) }).finally(
      () => {
        ended = true;
      },
    );
    while (!ended) {
      const one = await workerProcess(0.5).catch(() => undefined);
      await Promise.race([found, new Promise((resolve) => one?.once('exit', resolve))]);
    }
    const { trials } = await found;
    expect(trials[1]).toMatchObject({ state: 'failed', reason: 'its worker ended 3 times', attempts: 3 });
    expect([trials[0].state, trials[2].state]).toEqual(['completed', 'completed']);
  }, 30_000);

  test.each(ROUNDS)(
    'federated rounds have the bits of one process, also when a worker is killed: %j',
    async (options) => {
      const here = await averaged(undefined, options);
      const first = await workerProcess(0.5);
      const killing = new Promise((resolve) => setTimeout(resolve, 300)).then(() => killed(first));
      const [there] = await Promise.all([
        averaged(redis({ url: server.url }), options),
        workerProcess(0.5, 2),
        killing,
      ]);
      expect(there).toEqual(here);
    },
  );

  test('a signal ends the search, and removes what has not begun', async () => {
    const stopper = new AbortController();
    const options = { trials: 50, engine: redis({ url: server.url, queue: 'ended' }), signal: stopper.signal };
    const calls: number[] = [];
    const running = await worker({
      url: server.url,
      queue: 'ended',
      studies: {
        count: (_: unknown, { trial }: StudyContext) => {
          if (calls.push(trial) === 5) stopper.abort();
          return new Promise<number>((resolve) => setTimeout(resolve, 50, trial));
        },
      },
    });
    const { trials } = await search('count', { x: uniform(0, 1) }, options);
    expect(trials.length).toBeLessThan(6);
    await running.close();
    expect(calls.length).toBeLessThan(8);
  });

  test('another version of the library is refused by name', async () => {
    const place = { url: server.url, queue: 'versions' };
    const running = await worker({ ...place, studies: { one: () => 1 } });
    const queue = new Queue('versions', { connection: { url: server.url } });
    const events = new QueueEvents('versions', { connection: { url: server.url } });
    await events.waitUntilReady();
    const job = await queue.add('one', { study: 'one', library: '9.9.9', job: {} });
    await expect(job.waitUntilFinished(events)).rejects.toThrow(
      /^refused: the worker on .*, process \d+ has regulus \d+\.\d+\.\d+, and the search 9\.9\.9; install the same version on both$/,
    );
    await Promise.all([running.close(), queue.close(), events.close()]);
  });

  test.each([
    ['other', "the worker on .* knows no study 'other'. It knows one"],
    ['on', "the worker on .* knows no study 'on'; did you mean 'one'\\? It knows one"],
  ])('a study that workers do not know: %s', async (name, message) => {
    const place = { url: server.url, queue: 'unknown' };
    const running = await worker({ ...place, studies: { one: () => 1 } });
    const found = search(name, { x: uniform(0, 1) }, { trials: 2, engine: redis(place) });
    const error = await found.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WorkerError);
    expect((error as Error).message).toMatch(new RegExp(message));
    await running.close();
  });
});

const space = { x: uniform(0, 1) };
const nowhere = async (): Promise<string> => `redis://:secret@127.0.0.1:${await freePort()}`;
test.each([
  [
    async () => search('a', space, { trials: 1, engine: redis({ url: await nowhere() }) }),
    UnsupportedError,
    /^search: there is no Redis at redis:\/\/127\.0\.0\.1:\d+ \(connect ECONNREFUSED .*\); start one: redis-server --appendonly yes/,
  ],
  [
    async () => worker({ url: await nowhere(), studies: { a: () => 1 } }),
    UnsupportedError,
    /^worker: there is no Redis at/,
  ],
  [
    async () => search(() => 1, space, { trials: 1, engine: redis({ url: await nowhere() }) }),
    OptionError,
    /give the name/,
  ],
  [async () => redis({ url: 'http://a' }), OptionError, /^redis: url is 'http:\/\/a'; it must be an address such as/],
  [async () => redis({ url: 'redis://a', queue: 'a:b' }), OptionError, /^redis: queue is 'a:b'/],
  [async () => redis({ uri: 'redis://a' } as never), OptionError, /unknown option 'uri'; did you mean 'url'\?/],
  [async () => worker({ url: 'redis://a' }), OptionError, /^worker: give studies: .* or module: .*, one of the two/],
  [async () => worker({ url: 'redis://a', studies: { a: 1 as never } }), OptionError, /^worker: studies\.a is 1/],
] as const)('%s is refused', async (wrong, kind, message) => {
  const error = await (wrong as () => Promise<unknown>)().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(kind);
  expect((error as Error).message).toMatch(message);
});

const WITHOUT = [
  [
    "search('a', { x: uniform(0, 1) }, { trials: 1, engine: redis({ url: 'redis://127.0.0.1:1' }) })",
    'search: redis needs the packages bullmq and ioredis: npm install bullmq ioredis; without them, use threads({ module })',
  ],
  [
    "search('a', { x: uniform(0, 1) }, { trials: 1, engine: gateway({ port: 8080, token: 'x'.repeat(16) }) })",
    'search: gateway needs the package ws: npm install ws',
  ],
  [
    "(async () => s3({ bucket: 'a', accessKeyId: 'b', secretAccessKey: 'c' }))()",
    's3: s3 needs the package aws4fetch: npm install aws4fetch',
  ],
] as const;
test('without the packages that something needs, an error says how to install them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  cpSync('dist', join(folder, 'dist'), { recursive: true, filter: (name) => !name.includes('types') });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "version": "0.0.0" }');
  const calls = WITHOUT.map(
    ([call]) => `await ${call}.catch(({ name, message }) => console.log(name + ': ' + message));`,
  );
  const program = ["import { gateway, redis, s3, search, uniform } from './dist/sweep.js';", ...calls].join('\n');
  writeFileSync(join(folder, 'a.mjs'), program);
  const { stdout } = spawnSync(process.execPath, ['a.mjs'], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stdout.trim().split('\n')).toEqual(WITHOUT.map(([, message]) => `UnsupportedError: ${message}`));
});
