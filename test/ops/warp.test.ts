import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { gradient } from '../../src/differentiate/gradient.js';
import { ShapeError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { warp } from '../../src/ops/warp.js';
import { ones, tensor, zeros } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { apart, slopes, values } from '../support/numeric.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const image = (shape: readonly number[]): Tensor => tensor(values(sizeOf(shape)), shape);
const same = (n: number, map: readonly number[]): Tensor =>
  tensor(Array.from({ length: n }, () => [...map]).flat(), [n, 6]);

/** Computes the result in float64, pixel by pixel. */
function reference(x: ArrayLike<number>, shape: readonly number[], maps: ArrayLike<number>, [rows, columns]: number[]) {
  const [n, h, w, c] = shape;
  const pixel = (i: number, y: number, z: number, k: number): number =>
    y >= 0 && y < h && z >= 0 && z < w ? x[((i * h + y) * w + z) * c + k] : 0;
  const out: number[] = [];
  for (let i = 0; i < n; i++)
    for (let oy = 0; oy < rows; oy++)
      for (let ox = 0; ox < columns; ox++) {
        const m = Array.from({ length: 6 }, (_, k) => maps[i * 6 + k]);
        const [u, v] = [ox - (columns - 1) / 2, oy - (rows - 1) / 2];
        const [sx, sy] = [m[0] * u + m[1] * v + m[2] + (w - 1) / 2, m[3] * u + m[4] * v + m[5] + (h - 1) / 2];
        const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
        const [fx, fy] = [sx - x0, sy - y0];
        for (let k = 0; k < c; k++) {
          const [a, b] = [pixel(i, y0, x0, k), pixel(i, y0, x0 + 1, k)];
          const [d, e] = [pixel(i, y0 + 1, x0, k), pixel(i, y0 + 1, x0 + 1, k)];
          out.push((a * (1 - fx) + b * fx) * (1 - fy) + (d * (1 - fx) + e * fx) * fy);
        }
      }
  return out;
}

/** Channels below, at and above a vector; widths that are not multiples of four; results of another size; many
 *  parts. */
const CASES: [shape: number[], size: [number, number]][] = [
  [
    [1, 1, 1, 1],
    [1, 1],
  ],
  [
    [2, 5, 7, 1],
    [5, 7],
  ],
  [
    [3, 6, 4, 3],
    [5, 9],
  ],
  [
    [2, 4, 9, 4],
    [7, 3],
  ],
  [
    [2, 7, 6, 5],
    [7, 6],
  ],
  [
    [1, 3, 5, 17],
    [4, 4],
  ],
  [
    [9, 33, 41, 2],
    [33, 41],
  ],
];
describe.each(CASES)('%j as %j', (shape, size) => {
  const x = values(sizeOf(shape), 3);
  // Turned, sheared, moved: some pixels come from outside.
  const maps = values(shape[0] * 6, 5).map((m, i) => Math.fround(i % 3 === 2 ? 2 * m : m + Number(i % 6 === 0)));
  test('is the bilinear mean of four pixels', () => {
    const y = warp(tensor(x, shape), tensor(maps, [shape[0], 6]), size);
    expect(y.shape).toEqual([shape[0], ...size, shape[3]]);
    expect(apart(y, reference(x, shape, maps, size))).toBeLessThan(2e-5);
  });
  if (sizeOf(shape) < 1000)
    test('has the gradient of finite differences, and a gradient of it', () => {
      const [t, m] = [tensor(x, shape), tensor(maps, [shape[0], 6])];
      const y = warp(t, m, size);
      const weights = values(y.size, 9);
      const [dx, dm] = gradient(y, [t, m], tensor(weights, y.shape));
      const weighted = (moved: number[]): number =>
        reference(moved, shape, maps, size).reduce((sum, v, i) => sum + v * weights[i], 0);
      expect(apart(dx, slopes(weighted, x))).toBeLessThan(1e-4);
      expect([...dm.data()].every((v) => v === 0)).toBe(true);
      // The op is linear: the derivative of its gradient along a direction is that direction, warped.
      const dy = tensor(weights, y.shape);
      const along = gradient(y, [t], dy)[0].mul(t).sum();
      expect(gradient(along, [dy])[0].data()).toEqual(y.data());
    });
});

describe('what stands on whole pixels is exact', () => {
  const x = image([2, 5, 5, 3]);
  const at = (t: Tensor): number[][][][] => t.toArray() as number[][][][];
  const moved = (t: Tensor, from: (y: number, x: number) => [number, number]): number[] =>
    at(t).flatMap((rows) =>
      rows.flatMap((row, r) =>
        row.flatMap((pixel, c) => {
          const [y, z] = from(r, c);
          return rows[y]?.[z] ?? pixel.map(() => 0);
        }),
      ),
    );
  test.each<[string, number[], (y: number, x: number) => [number, number]]>([
    ['nothing', [1, 0, 0, 0, 1, 0], (y, z) => [y, z]],
    ['to the left by 2 and down by 1', [1, 0, 2, 0, 1, -1], (y, z) => [y - 1, z + 2]],
    ['a mirror', [-1, 0, 0, 0, 1, 0], (y, z) => [y, 4 - z]],
    ['a quarter, counterclockwise', [0, -1, 0, 1, 0, 0], (y, z) => [z, 4 - y]],
    ['a half', [-1, 0, 0, 0, -1, 0], (y, z) => [4 - y, 4 - z]],
  ])('%s', (_, map, from) => {
    // + 0: a zero may be −0.
    expect([...warp(x, same(2, map)).data()].map((v) => v + 0)).toEqual(moved(x, from));
  });
  test('and so are even sizes', () => {
    const even = image([1, 4, 6, 1]);
    expect(warp(even, same(1, [-1, 0, 0, 0, 1, 0])).data()).toEqual(even.flip(2).data());
  });
});

test('far outside there is nothing, wherever that is', () => {
  const x = ones([1, 4, 5, 2]);
  for (const far of [6, -6, 1e9, -1e9, 3e38, Number.POSITIVE_INFINITY, Number.NaN])
    expect([...warp(x, same(1, [1, 0, far, 0, 1, 0])).data()].every((v) => v === 0)).toBe(true);
});
test('a pixel half outside counts half', () => {
  expect(warp(ones([1, 1, 2, 1]), same(1, [1, 0, 0.5, 0, 1, 0])).toArray()).toEqual([[[[1], [0.5]]]]);
});
test('gives the same bits in a program as alone', () => {
  const [x, m] = [image([4, 40, 40, 3]), tensor(values(24), [4, 6])];
  const compiled = compile((a: Tensor, b: Tensor) => warp(a, b));
  expect(compiled(x, m).data()).toEqual(warp(x, m).data());
});
test.each<[() => unknown, string]>([
  [() => warp(zeros([2, 3]), zeros([2, 6])), 'warp: x is [2, 3]; it must be [n, h, w, channels]'],
  [
    () => warp(zeros([2, 3, 3, 1]), zeros([2, 2, 3])),
    'warp: maps are [2, 2, 3] for x [2, 3, 3, 1]; they must be [2, 6]',
  ],
  [() => warp(zeros([2, 3, 3, 1]), zeros([1, 6])), 'warp: maps are [1, 6] for x [2, 3, 3, 1]; they must be [2, 6]'],
])('%#', (attempt, text) => {
  expect(attempt).toThrow(new ShapeError(text));
});
