import { afterAll, expect, test } from 'vitest';
import * as regulus from '../../dist/index.js';
import { RESUMED, resumedHash } from './resumed.js';
import { ANSWERED, answeredHash } from './saved.js';
import { EXPECTED, THREADS, trainedHash } from './training.js';

afterAll(async () => void (await regulus.setThreads(1)));

test('a pipeline that was saved in Node answers raw rows with the same bits here, whatever the order of their columns', async () => {
  expect(await answeredHash(regulus)).toBe(ANSWERED);
});

test('a training that was stopped in Node goes on here to the bits of the one that was never stopped', async () => {
  expect(await resumedHash(regulus)).toBe(RESUMED);
});

test.each(THREADS)('a seeded training gives the same bits here as everywhere, on %i threads', async (count) => {
  expect([await regulus.setThreads(count), regulus.runtimeInfo().reason]).toEqual([count, undefined]);
  expect(await trainedHash(regulus)).toBe(EXPECTED);
});
