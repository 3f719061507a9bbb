import { afterAll, expect, test } from 'vitest';
import * as regulus from '../../dist/index.js';
import { EXPECTED, THREADS, trainedHash } from './training.js';

afterAll(async () => void (await regulus.setThreads(1)));

test.each(THREADS)('a seeded training gives the same bits here as everywhere, on %i threads', async (count) => {
  expect([await regulus.setThreads(count), regulus.runtimeInfo().reason]).toEqual([count, undefined]);
  expect(await trainedHash(regulus)).toBe(EXPECTED);
});
