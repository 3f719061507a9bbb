import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { checked, type Field, type State, stateOf } from '../../playground/state.js';
import { cellsOf } from '../../playground/tabs/capacity/cells.js';
import { capacityEngine } from '../../playground/tabs/capacity/engine.js';
import { CAPACITY, LAST, XS } from '../../playground/tabs/capacity/spec.js';
import { randomGenerator } from '../../src/index.js';
import { printed } from './programs.js';

const session = new Session(capacityEngine());
afterAll(() => session.engine.dispose());
const first = stateOf(CAPACITY, 'degrees');
const at = (step: number, more: State = {}): Session => {
  session.reset({ ...first, ...more });
  session.advance(step);
  return session;
};

test.each(CAPACITY.presets)('the programs of $name print their hashes', async ({ state }) => {
  for (const step of [0, 4, LAST]) {
    const run = at(step, state);
    expect(await printed(run.program())).toBe(run.hash());
  }
});

test('points that are moved and the penalty change the fit at once, and going back restores it', async () => {
  const run = at(5);
  const hash = run.hash();
  const moved = { ...first, heights: '0,0,0,0,1,0,0,0,0,0' };
  run.change(moved);
  expect(run.engine.step).toBe(5);
  expect(run.hash()).not.toBe(hash);
  expect(await printed(run.program())).toBe(run.hash());
  expect(run.hash()).toBe(at(5, moved).hash());
  run.change({ ...moved, model: 'neighbors' });
  expect(run.engine.step).toBe(0);
  run.change(first);
  run.advance(5);
  expect(run.hash()).toBe(hash);
});

/** The value at x of the polynomial through points, by Lagrange’s formula. */
const through = (ys: ArrayLike<number>, x: number): number =>
  XS.reduce(
    (sum, xi, i) => sum + XS.reduce((term, xj, j) => (i === j ? term : (term * (x - xj)) / (xi - xj)), ys[i]),
    0,
  );

test('degree 9 is the polynomial through all points', () => {
  const { points, fit, train } = at(LAST).engine.frame([]).arrays;
  for (const place of [0, 17, 50, 88, 100]) {
    const expected = through(points, place / 50 - 1);
    expect(Math.abs(fit[place] - expected)).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected)));
  }
  expect(train[LAST]).toBeLessThan(1e-10);
});

test('degree 1 is the line of least squares', () => {
  const { points, fit } = at(1).engine.frame([]).arrays;
  const mean = XS.reduce((sum, _, i) => sum + points[i], 0) / 10;
  const slope = XS.reduce((sum, x, i) => sum + x * points[i], 0) / XS.reduce((sum, x) => sum + x * x, 0);
  expect([fit[0], fit[100]].map((y) => Number(y.toFixed(5)))).toEqual(
    [mean - slope, mean + slope].map((y) => Number(y.toFixed(5))),
  );
});

test('the training error falls with every degree; the error on new points is a U, and with a penalty it is none', () => {
  const { train, test: fresh } = at(0).engine.frame([]).arrays;
  for (let degree = 1; degree <= LAST; degree++) expect(train[degree]).toBeLessThanOrEqual(train[degree - 1] + 1e-12);
  const best = fresh.indexOf(Math.min(...fresh));
  expect(best).toBeGreaterThan(0);
  expect(best).toBeLessThan(6);
  expect(fresh[LAST]).toBeGreaterThan(10 * fresh[best]);
  const calm = at(0, { lambda: 0.032 }).engine.frame([]).arrays.test;
  expect(calm[LAST]).toBeLessThan(2 * Math.min(...calm));
});

test('fits to other samples fan out with the degree, and do not without noise', () => {
  const spread = (step: number, more: State = {}): number => {
    const ghosts = at(step, more).engine.frame([]).arrays.ghosts;
    const middle = Array.from({ length: 20 }, (_, j) => ghosts[j * 101 + 91]);
    return Math.max(...middle) - Math.min(...middle);
  };
  expect(spread(LAST)).toBeGreaterThan(4 * spread(2));
  expect(spread(LAST, { noise: 0 })).toBeLessThan(1e-5);
});

test('with one neighbour the training error is exactly 0', () => {
  const { train, test: fresh } = at(LAST, { model: 'neighbors', noise: 0.4 }).engine.frame([]).arrays;
  expect(train[LAST]).toBe(0);
  expect(fresh[LAST]).toBeGreaterThan(Math.min(...fresh));
});

describe('Voronoi cells', () => {
  const draws = randomGenerator(3).uniform([30, 2]).data();
  const points = Array.from({ length: 30 }, (_, i) => [4 * draws[2 * i] - 2, 4 * draws[2 * i + 1] - 2] as const);
  const cells = cellsOf(points, 2);
  test('fill the square', () => {
    const area = (cell: readonly (readonly [number, number])[]): number =>
      cell.reduce((sum, [x, y], i) => {
        const [u, v] = cell[(i + 1) % cell.length];
        return sum + (x * v - u * y) / 2;
      }, 0);
    expect(cells.reduce((sum, cell) => sum + area(cell), 0)).toBeCloseTo(16, 9);
  });
  test('have corners to which no other point is nearer', () => {
    cells.forEach((cell, i) => {
      for (const [x, y] of cell) {
        const own = Math.hypot(x - points[i][0], y - points[i][1]);
        for (const [a, b] of points) expect(Math.hypot(x - a, y - b)).toBeGreaterThan(own - 1e-9);
      }
    });
  });
});

test.each([
  ['', ''],
  [' 1, 2 ,0,0,0,0,0,0,0,-2', '1,2,0,0,0,0,0,0,0,-2'],
  ['1,2', undefined],
  ['1,2,3,4,5,6,7,8,9,x', undefined],
  ['0,0,0,0,0,0,0,0,0,9', undefined],
  ['0.123,0,0,0,0,0,0,0,0,0', '0.12,0,0,0,0,0,0,0,0,0'],
])('heights "%s" are read as %s', (text, expected) => {
  const field = CAPACITY.fields.find(({ key }) => key === 'heights') as Field;
  expect(checked(field, text)).toBe(expected);
});
