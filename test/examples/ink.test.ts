import { expect, test } from 'vitest';
import { levels } from '../../examples/browser/ink.js';
import { digits } from '../../src/digits.js';
import { STROKES } from './strokes.js';

/** The properties that the preprocessing of the page must share with that of the data. */
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
const drawn = Object.entries(STROKES).map(([digit, strokes]) => ({ digit, seen: levels(strokes) as number[] }));
const row = (seen: readonly number[], i: number): number => sum(seen.slice(8 * i, 8 * i + 8));
const column = (seen: readonly number[], i: number): number => sum(seen.filter((_, at) => at % 8 === i));

test('the data: about 312 pixels of ink, in all rows, none in the first column', () => {
  const { x, size } = digits();
  expect(Math.abs(sum(x) / size - 312)).toBeLessThan(1);
  expect(sum(x.filter((_, at) => at % 8 === 0)) / size).toBeLessThan(0.05);
  const empty = Array.from({ length: size * 8 }, (_, i) => sum(x.slice(8 * i, 8 * i + 8)) === 0).filter(Boolean);
  expect(empty.length / (size * 8)).toBeLessThan(0.01);
});

test.each(drawn)('a drawn $digit is like the data', ({ seen }) => {
  expect(seen.length).toBe(64);
  expect(seen.every((level) => Number.isInteger(level) && level >= 0 && level <= 16)).toBe(true);
  expect(Math.abs(sum(seen) - 312)).toBeLessThan(25);
  for (let i = 0; i < 8; i++) expect(row(seen, i)).toBeGreaterThan(0);
  expect(column(seen, 0)).toBe(0);
});

test('where and how large a digit is drawn does not matter', () => {
  const moved = STROKES[5].map((stroke) => stroke.map(({ x, y }) => ({ x: 512 + x * 4, y: y * 4 - 64 })));
  expect(levels(moved)).toEqual(levels(STROKES[5]));
});

test('nothing, a dot and a dash', () => {
  expect(levels([])).toBeUndefined();
  expect(sum(levels([[{ x: 3, y: 7 }]]) as number[])).toBeGreaterThan(50);
  const dash = levels([
    [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
    ],
  ]) as number[];
  expect([row(dash, 0), row(dash, 7)]).toEqual([0, 0]);
});
