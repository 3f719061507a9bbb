import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { choice, search, type SearchOptions, threads, uniform } from '../../dist/sweep.js';
import { averaged } from './averaged.mjs';
import { hasRedis, killed, said, startRedis } from './server.js';
import { numbers } from './studies.mjs';

const home = mkdtempSync(join(tmpdir(), 'sweep-'));
const children = new Set<ChildProcess>();
const servers: Awaited<ReturnType<typeof startRedis>>[] = [];
const redisIn = async (folder: string, port?: number) => {
  const server = await startRedis(port, folder);
  servers.push(server);
  return server;
};
afterAll(async () => {
  await Promise.all([...[...children].map((child) => killed(child)), ...servers.map((server) => server.kill())]);
  rmSync(home, { recursive: true });
});
const program = (name: string, ...words: string[]): ChildProcess => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...words]);
  children.add(child);
  return child;
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const printed = async (child: ChildProcess): Promise<string> => {
  let text = '';
  child.stdout?.on('data', (piece) => {
    text += piece;
  });
  await new Promise((resolve) => child.once('exit', resolve));
  return text.trimEnd();
};
/** What every engine must find. */
const expected = async (options: SearchOptions): Promise<string> =>
  (await search(numbers, { x: uniform(0, 1), ms: choice([15]) }, options as never)).table();

describe.skipIf(!hasRedis)('whatever dies, the table is that of one process', () => {
  test.concurrent.each([
    { trials: 200, seed: 3 },
    { trials: 45, seed: 4, method: 'halving', maxResource: 9 },
  ] as SearchOptions[])(
    'workers, the server and the search are killed: %j',
    async (options) => {
      const folder = mkdtempSync(join(home, 'redis-'));
      const first = await redisIn(folder);
      const start = async (): Promise<ChildProcess> => {
        const child = program('./worker.mjs', first.url, '1', '1');
        await said(child, 'ready');
        return child;
      };
      const workers = await Promise.all([start(), start(), start()]);
      const words = [first.url, 'slowNumbers', JSON.stringify(options), '15'];
      const searching = program('./search.mjs', ...words);
      await said(searching, 'heard of a trial');
      await pause(200);
      await Promise.all([killed(workers[0]), killed(searching)]);
      const again = program('./search.mjs', ...words);
      const found = printed(again);
      await Promise.all([said(again, 'heard of a trial'), start()]);
      await first.kill();
      await pause(100);
      await redisIn(folder, first.port);
      await Promise.all([killed(workers[1]), start()]);
      expect(await found).toBe(await expected(options));
    },
    60_000,
  );
});

describe('rounds whose coordinator is killed go on from their folder, to the bits of one process', () => {
  const options = { rounds: 12, outer: { learningRate: 0.7, momentum: 0.9 }, deltas: 'int8' } as const;
  const killedTwice = async (url: string): Promise<string> => {
    const words = [url, JSON.stringify({ ...options, resume: mkdtempSync(join(home, 'rounds-')) })];
    for (const round of ['round 3', 'round 7']) {
      const child = program('./averaged.mjs', ...words);
      await said(child, round);
      await killed(child);
    }
    return printed(program('./averaged.mjs', ...words));
  };
  test('in threads', async () => {
    expect(JSON.parse(await killedTwice('-'))).toEqual(await averaged(undefined, options));
  }, 30_000);

  test.skipIf(!hasRedis)(
    'on a queue, whose workers are killed as well',
    async () => {
      const { url } = await redisIn(mkdtempSync(join(home, 'redis-')));
      const start = async (): Promise<ChildProcess> => {
        const child = program('./worker.mjs', url, '1', '1');
        await said(child, 'ready');
        return child;
      };
      const first = await start();
      const found = killedTwice(url);
      await start();
      await pause(600);
      await killed(first);
      expect(JSON.parse(await found)).toEqual(await averaged(undefined, options));
    },
    60_000,
  );
});

test('a search in threads that is killed goes on from its folder', async () => {
  const options = { trials: 60, seed: 5 };
  const words = ['-', 'slowNumbers', JSON.stringify({ ...options, resume: join(home, 'resumed') }), '15'];
  for (const ms of [200, 100]) {
    const child = program('./search.mjs', ...words);
    await said(child, 'heard of a trial');
    await pause(ms);
    await killed(child);
  }
  expect(await printed(program('./search.mjs', ...words))).toBe(await expected(options));
  const module = new URL('./studies.mjs', import.meta.url);
  const space = { x: uniform(0, 1), ms: choice([15]) };
  const again = await search('slowNumbers', space, {
    ...options,
    resume: join(home, 'resumed'),
    engine: threads({ module }),
  });
  expect(again.table()).toBe(await expected(options));
});
