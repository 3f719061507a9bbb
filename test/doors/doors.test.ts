import { expect, test } from 'vitest';
import * as R from '../../src/index.js';
import { INTERNAL } from '../../tools/internal.mjs';
import { EXPECTED, trainedHash } from '../universal/training.js';
import { dataRows } from './dataRows.js';
import { tryDoor } from './harness.js';
import { instrumentRows } from './instrumentRows.js';
import {
  augmentRows,
  initRows,
  layerRows,
  lossRows,
  modelRows,
  optimizerRows,
  regularizerRows,
  surfaceRows,
} from './learningRows.js';
import { methodRows, opRows, tensorRows } from './opRows.js';
import { trainingRows } from './trainingRows.js';

/** One row for each public function: adding one is a line in one of these tables. */
const ROWS = {
  ...opRows,
  ...methodRows,
  ...tensorRows,
  ...layerRows,
  ...initRows,
  ...lossRows,
  ...optimizerRows,
  ...regularizerRows,
  ...augmentRows,
  ...surfaceRows,
  ...modelRows,
  ...dataRows,
  ...trainingRows,
  ...instrumentRows,
};
/** Functions whose rows are in entries.node.test.ts. */
const PENDING = new Set(['trainElsewhere', 'serveTraining']);
/** Functions without arguments. */
const NOTHING = new Set(['memoryInfo', 'runtimeInfo', 'threads']);

function* publicFunctions(of: object, path = ''): Generator<string> {
  for (const [name, value] of Object.entries(of)) {
    if (typeof value === 'function') {
      if (!(value.prototype instanceof Error)) yield path + name;
    } else if (!path) yield* publicFunctions(value, `${name}.`);
    else yield path + name;
  }
}

test('every public function has a row, or is listed as one that has none yet', () => {
  const names = [...publicFunctions(R)];
  const exempt = new Set([...PENDING, ...INTERNAL, ...NOTHING]);
  const missing = names.filter((name) => !(name in ROWS) && !exempt.has(name));
  expect(missing).toEqual([]);
  expect([...PENDING].filter((name) => name in ROWS || !names.includes(name))).toEqual([]);
});

test.each(Object.entries(ROWS))('%s', (name, door) => tryDoor(name, door));

test('after all that, a training gives the bits that it always gives', async () => {
  expect(await trainedHash(R as never)).toBe(EXPECTED);
}, 60_000);
