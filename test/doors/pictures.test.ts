import { test } from 'vitest';
import { draw, pictures } from '../../src/pictures/index.js';
import * as R from '../../src/index.js';
import { isModel } from '../../src/nn/model.js';
import { type Doors, row, tryDoor } from './harness.js';
import { kept } from './kept.js';
import * as k from './kinds.js';

/** Options that all pictures have. */
const common = {
  width: k.or(
    k.only(() => 300),
    (x) => Number.isInteger(x) && (x as number) >= 160 && (x as number) <= 4000,
  ),
  height: k.or(
    k.only(() => 300),
    (x) => Number.isInteger(x) && (x as number) >= 120 && (x as number) <= 4000,
  ),
  theme: k.word('dark'),
  title: k.text('a title'),
};
const list = (right: unknown): k.Kind => k.only(() => right);
const isFinitePair = (x: unknown): boolean =>
  (Array.isArray(x) || ArrayBuffer.isView(x)) &&
  (x as number[]).length === 2 &&
  Array.from(x as number[]).every(Number.isFinite);
const isRows = (x: unknown): boolean => Array.isArray(x) && x.length > 0 && x.every(isFinitePair);
const rows = [
  [0, 0],
  [1, 2],
  [3, 1],
];
const plane = (): R.Dataset => R.dataset({ x: rows, y: ['a', 'b', 'a'] });
const neighbours = (): R.NearestNeighbors => R.nearestNeighbors().fit(plane());
const network = (): R.Model => kept(R.nn.sequential([R.nn.dense(3), R.nn.relu(), R.nn.dense(1)]).build([2]));
const drawn = (picture: { svg(): string; text(): string }): string => picture.svg() + picture.text();
const door = (name: string, args: Record<string, k.Kind>, options = {}): Doors =>
  row(
    `pictures.${name}`,
    pictures[name as 'lines'],
    args,
    { ...common, ...options },
    { says: `pictures.${name}`, use: drawn as never },
  );
const domain = k.only(() => [
  [0, 2],
  [0, 2],
]);
// A model is a function too.
const heights = k.or(
  k.only(() => R.surfaces.rosenbrock),
  isModel,
);

const ROWS: Doors = {
  ...row(
    'draw',
    draw,
    {
      result: list([
        [1, 0],
        [0, 1],
      ]),
    },
    common,
    { use: drawn as never },
  ),
  ...door(
    'lines',
    {
      lines: list([
        {
          name: 'a',
          y: [1, 2],
          x: [1, 3],
          band: [
            [0, 1],
            [2, 3],
          ],
          dots: true,
          apart: false,
        },
      ]),
    },
    {
      xLabel: k.or(k.text('x'), (x) => x === ''),
      yLabel: k.or(k.text('y'), (x) => x === ''),
      xLog: k.flag(false),
      yLog: k.flag(true),
      marks: k.or(
        k.only(() => [{ x: 1, name: 'one' }]),
        (x) => Array.isArray(x) && x.length === 0,
      ),
    },
  ),
  ...door('bars', { bars: list([{ name: 'a', value: 1 }]) }),
  ...door('histograms', { histograms: list([{ name: 'a', edges: [0, 1, 2], counts: [1, 2], note: 'b' }]) }),
  ...door(
    'heatmap',
    {
      values: k.or(
        k.only(() => rows),
        isRows,
      ),
    },
    { rows: list(['a', 'b', 'c']), columns: list(['d', 'e']), numbers: k.flag(true) },
  ),
  ...door(
    'contours',
    { f: heights },
    {
      domain,
      levels: k.or(
        k.only(() => 5),
        (x) => Number.isInteger(x) && (x as number) >= 1 && (x as number) <= 100,
      ),
      paths: list([{ name: 'a', points: rows }]),
    },
  ),
  ...door('paths', { paths: list([{ name: 'a', points: rows }]) }, { domain, f: heights }),
  ...door('regions', { model: k.or(k.only(neighbours), isModel), data: k.only(plane) }),
  ...door('voronoi', { model: k.only(neighbours) }),
  ...door(
    'images',
    {
      images: k.only(() =>
        R.tensor([
          [
            [0, 1],
            [1, 0],
          ],
        ]),
      ),
    },
    {
      columns: k.whole(1),
      labels: k.or(list(['a']), (x) => Array.isArray(x) && x.length === 1 && typeof x[0] === 'string'),
    },
  ),
  ...door(
    'network',
    { model: k.only(network) },
    {
      keep: k.or(
        k.only(() => 0.5),
        (x) => typeof x === 'number' && x > 0 && x <= 1,
      ),
      seed: k.or(
        k.only(() => 1),
        Number.isSafeInteger,
      ),
    },
  ),
  ...door('algorithm', { name: k.word('adam') }),
  ...door(
    'graph',
    {
      of: k.or(
        k.only(() => (x: R.Tensor, y: R.Tensor) => x.mul(y)),
        isModel,
      ),
    },
    { inputs: list({ x: [2, 3], y: [3] }) },
  ),
  ...door('penalties', { geometry: k.anything({ optimum: [2, 1], curvature: [1, 2], l1: true, radius: 1 }) }),
  ...row(
    'pictures.penalties by option',
    pictures.penalties,
    {},
    {
      optimum: k.or(
        k.only(() => [2, 1]),
        isFinitePair,
      ),
      curvature: k.or(
        k.only(() => [1, 2]),
        (x) => isFinitePair(x) && Math.min(...(x as number[])) > 0,
      ),
      l1: k.or(
        k.only(() => 1),
        (x) => x === true || (Number.isFinite(x) && (x as number) >= 0),
      ),
      l2: k.only(() => false),
      radius: k.or(
        k.only(() => 1),
        (x) => Number.isFinite(x) && (x as number) > 0,
      ),
    },
    { says: 'pictures.penalties', needed: true, use: drawn as never },
  ),
};
test.each(Object.entries(ROWS))('%s', (name, each) => tryDoor(name, each));
