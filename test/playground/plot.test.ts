import { expect, test } from 'vitest';
import { stateOf } from '../../playground/state.js';
import { paths, scaleOf } from '../../playground/tabs/descent/picture.js';
import { DESCENT } from '../../playground/tabs/descent/spec.js';
import { groundOf } from '../../playground/tabs/descent/surfaces.js';
import { thinned } from '../../playground/tabs/shared/plot.js';
import { THEMES } from '../../playground/theme.js';
import { sessionOf } from './engines.js';

test.each([0, 1, 2, 200, 400])('a line of %i points is drawn with all of them', (n) => {
  const values = Array.from({ length: n }, (_, i) => i % 3);
  expect(thinned(values)).toEqual(values.map((value, i) => [i, value]));
});
test.each([
  [401, 0],
  [1000, 0],
  [4001, 123],
  [100_000, 99],
])('of %i points from %i on, peaks, order and ends are kept', (n, from) => {
  const values = Float32Array.from({ length: n }, (_, i) => ((i * 7919) % 1009) / 1009);
  values[n >> 1] = 5;
  values[n >> 2] = -5;
  const points = thinned(values, from, n - 1);
  expect(points.length).toBeLessThanOrEqual(602);
  for (const [k, value] of points) expect(values[k]).toBe(value);
  const places = points.map(([k]) => k);
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
  expect(places[0]).toBeLessThan(from + n / 100);
  expect(places.at(-1)).toBe(n - 1);
  expect(points.map(([, value]) => value)).toEqual(expect.arrayContaining([5, -5]));
});
test('a gap in a long line stays a gap', () => {
  const values = Float32Array.from({ length: 4000 }, (_, i) => (i < 2000 ? i : Number.NaN));
  expect(thinned(values).some(([, value]) => Number.isNaN(value))).toBe(true);
});

/** The corners of the paths that are drawn. */
const cornersOf = (picture: string): number[][][] =>
  [...picture.matchAll(/<path d="(M[^"Z]*)" fill="none"/g)].map(([, d]) =>
    d
      .slice(1)
      .split('L')
      .map((corner) => corner.split(' ').map(Number)),
  );
test('a run of thousands of steps is drawn by the points that are seen apart, and no point is far from its line', async () => {
  const state = { ...stateOf(DESCENT, 'race'), steps: 1000, momentum: false, nesterov: false };
  const session = await sessionOf('descent');
  session.reset(state);
  session.advance(1000);
  session.further();
  session.advance(3000);
  const frame = session.engine.frame([]);
  const size = 500;
  const scale = scaleOf(groundOf(state), size);
  const corners = cornersOf(paths({ state, frame, theme: THEMES.light, size })).filter(({ length }) => length > 1);
  expect(corners).toHaveLength(4);
  const count = frame.numbers.points;
  corners.forEach((line, i) => {
    expect(line.length).toBeLessThan(1500);
    for (let k = 0; k < count; k += 13) {
      const at = 2 * (i * count + k);
      const [px, py] = scale.at(frame.arrays.points.subarray(at, at + 2));
      expect(line.some(([a, b]) => Math.abs(a - px) < 0.8 && Math.abs(b - py) < 0.8)).toBe(true);
    }
  });
  session.engine.dispose();
});
