import { expect, test } from 'vitest';
import * as regulus from '../../dist/index.js';
import { EXPECTED, trainedHash } from './training.js';

test('a seeded training gives the same bits here as everywhere', async () => {
  expect(await trainedHash(regulus)).toBe(EXPECTED);
});
