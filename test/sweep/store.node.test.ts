import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataError, OptionError } from '../../dist/index.js';
// As it is built, with the engine that the studies use too.
import { choice, logUniform, redis, s3, search, type Store, worker } from '../../dist/sweep.js';
import { averaged } from './averaged.mjs';
import { freePort, hasRedis, startRedis } from './server.js';
import * as studies from './studies.mjs';

const home = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(home, { recursive: true }));
const hasS3 = existsSync('test/sweep/s3/node_modules');
const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

let endpoint: string;
let server: { run(): Promise<unknown>; close(): Promise<void> };
beforeAll(async () => {
  if (!hasS3) return;
  const S3rver = createRequire(new URL('./s3/package.json', import.meta.url))('s3rver');
  const port = await freePort();
  const options = { port, address: '127.0.0.1', silent: true, directory: join(home, 's3') };
  server = new S3rver({ ...options, configureBuckets: [{ name: 'trainings' }] });
  await server.run();
  endpoint = `http://127.0.0.1:${port}`;
});
afterAll(() => server?.close());

describe.skipIf(!hasS3)(`s3${hasS3 ? '' : ' needs npm ci --prefix test/sweep/s3'}`, () => {
  test('keeps bytes, and has none of other names', async () => {
    const store = s3({ bucket: 'trainings', endpoint, prefix: 'a b/', ...KEYS });
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 253);
    await store.put('first', bytes);
    expect(await store.get('first')).toEqual(bytes);
    expect(await store.get('second')).toBeUndefined();
    expect(await s3({ bucket: 'trainings', endpoint, ...KEYS }).get('first')).toBeUndefined();
  });

  test.each([
    // This server does not compute signatures of version 4, which aws4fetch has tests of.
    ['another key', { accessKeyId: 'OTHER' }, '403 InvalidAccessKeyId'],
    ['no such bucket', { bucket: 'others' }, '404 NoSuchBucket'],
  ])('%s is a DataError with its reason', async (_, more: { bucket?: string; accessKeyId?: string }, reason) => {
    const error = await s3({ bucket: 'trainings', endpoint, ...KEYS, ...more })
      .get('a')
      .then(
        () => new Error('nothing was thrown'),
        (caught: Error) => caught,
      );
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe(`s3: GET ${endpoint}/${more.bucket ?? 'trainings'}/a: ${reason}`);
  });

  test('a server that does not answer is a DataError', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const error = await s3({ bucket: 'a', endpoint: nowhere, ...KEYS })
      .put('b', new Uint8Array(3))
      .then(
        () => new Error('nothing was thrown'),
        (caught: Error) => caught,
      );
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(`s3: PUT ${nowhere}/a/b: connect ECONNREFUSED`);
  });
});

test.each([
  [{}, 's3: bucket is undefined; it must be a text'],
  [{ bucket: 'a', endpoint: 'b', ...KEYS }, "s3: endpoint is 'b'; it must be an address"],
  [{ bucket: 'a', accessKeyId: 'b', secretAccessKey: '' }, 's3: secretAccessKey must be a text; give it, or set'],
])('%j is refused', (options, message) => {
  expect(() => s3(options as never)).toThrow(OptionError);
  expect(() => s3(options as never)).toThrow(message);
});

/** Stores, and what they hold. */
const STORES: Record<string, () => { store: string | Store; names(): string[] }> = {
  'a folder': () => {
    const store = join(home, 'shared', 'deep');
    return { store, names: () => readdirSync(store) };
  },
  'an object with get and put': () => {
    const all = new Map<string, Uint8Array>();
    const store = {
      get: async (key: string) => all.get(key),
      put: async (key: string, b: Uint8Array) => void all.set(key, b),
    };
    return { store, names: () => [...all.keys()] };
  },
  ...(hasS3 && {
    s3: () => {
      const store = s3({ bucket: 'trainings', endpoint, ...KEYS });
      const folder = join(home, 's3', 'trainings');
      const names = (): string[] => readdirSync(folder).map((name) => name.replace(/\._S3rver.*$/, ''));
      return { store, names: () => [...new Set(names())].filter((name) => name.length === 64) };
    },
  }),
};
describe.skipIf(!hasRedis)('what a queue needs is kept by its hash', () => {
  let url: string;
  let end: () => Promise<void>;
  beforeAll(async () => {
    const started = await startRedis();
    url = started.url;
    end = started.kill;
  });
  afterAll(() => end());

  test.each(Object.keys(STORES))(
    'in %s',
    async (kind) => {
      const { store, names } = STORES[kind]();
      const place = { url, queue: kind, store };
      const running = await worker({ ...place, studies: { training: studies.training as never } });
      const space = { rate: logUniform(1e-3, 1e-1), units: choice([2, 4]) };
      const options = { trials: 9, method: 'halving' } as const;
      const there = await search('training', space, { ...options, engine: redis(place) });
      expect(there).toEqual(await search(studies.training as never, space, options));
      const checkpoints = names().length;
      expect(checkpoints).toBeGreaterThanOrEqual(9);
      expect(await averaged(redis(place), { deltas: 'int8' })).toEqual(await averaged(undefined, { deltas: 'int8' }));
      // 16 shards, and three rounds of parameters and updates.
      expect(names().length - checkpoints).toBe(16 + 3 + 3 * 16);
      expect(names().filter((name) => /^[0-9a-f]{64}$/.test(name))).toHaveLength(names().length);
      await running.close();
    },
    60_000,
  );

  test('bytes that were changed are noticed', async () => {
    const all = new Map<string, Uint8Array>();
    const store = {
      get: async () => Uint8Array.of(1),
      put: async (key: string, b: Uint8Array) => void all.set(key, b),
    };
    const place = { url, queue: 'changed', store };
    const running = await worker({ ...place, studies: { one: () => 1 } });
    await expect(averaged(redis(place))).rejects.toThrow(/the bytes of [0-9a-f]{64} are others than were kept there/);
    await running.close();
  });

  test('a folder that cannot be used is a DataError', async () => {
    writeFileSync(join(home, 'file'), '');
    const engine = redis({ url, store: join(home, 'file', 'deep') });
    await expect(search('one', { x: choice([1]) }, { trials: 1, engine })).rejects.toThrow(DataError);
    expect(() => redis({ url, store: {} as never })).toThrow('redis: store is an Object');
  });
});
