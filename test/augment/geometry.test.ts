import { describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/augment/affine.js';
import { drawing, still } from '../../src/augment/augmentation.js';
import * as augment from '../../src/augment/index.js';
import { compile } from '../../src/compile/compile.js';
import { constant } from '../../src/graph/leaves.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { warp } from '../../src/ops/warp.js';
import { seedKey } from '../../src/random/keys.js';
import { ones, randomGenerator, tensor } from '../../src/tensor/index.js';
import '../../src/tensor/methods.js';

type Augmentation = augment.Augmentation;
const setting = (step = 0) => drawing(seedKey(0), constant(Int32Array.of(step), [1]));
const trained = (a: Augmentation, x: Tensor, step = 0): Tensor => a.apply({ x }, setting(step)).x;
const N = 20000;
/** The maps of many images of 11×9, column by column. */
function maps(a: Augmentation, size: [number, number] = [11, 9]): number[][] {
  const { affine } = (a.moves as NonNullable<Augmentation['moves']>)({ n: N, size }, setting());
  const rows = rowsOf(affine, N).data();
  return Array.from({ length: 6 }, (_, k) => Array.from({ length: N }, (__, i) => rows[6 * i + k]));
}
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
function deviation(list: readonly number[]): number {
  const middle = mean(list);
  return Math.sqrt(mean(list.map((v) => (v - middle) ** 2)));
}
const correlation = (a: readonly number[], b: readonly number[]): number =>
  (mean(a.map((v, i) => v * b[i])) - mean(a) * mean(b)) / (deviation(a) * deviation(b));
/** Within bounds that are reached, with the moments of a uniform distribution. */
function expectUniform(list: readonly number[], low: number, high: number): void {
  const width = high - low;
  expect(Math.min(...list)).toBeGreaterThanOrEqual(low - 1e-6);
  expect(Math.max(...list)).toBeLessThanOrEqual(high + 1e-6);
  expect(Math.min(...list)).toBeLessThan(low + 0.001 * width);
  expect(Math.max(...list)).toBeGreaterThan(high - 0.001 * width);
  expect(Math.abs(mean(list) - (low + high) / 2)).toBeLessThan(0.01 * width);
  expect(Math.abs(deviation(list) - width / Math.sqrt(12))).toBeLessThan(0.01 * width);
}

describe('what is drawn', () => {
  test('angles are uniform between the bounds, and maps are rotations', () => {
    const [a, b, x, c, d, y] = maps(augment.rotate({ degrees: 30 }));
    expectUniform(
      c.map((s, i) => (Math.atan2(s, a[i]) * 180) / Math.PI),
      -30,
      30,
    );
    expect([d, b.map((v) => -v), x, y]).toEqual([a, c, x.map(() => 0), x.map(() => 0)]);
    expect(Math.max(...c.map((s, i) => Math.abs(s * s + a[i] * a[i] - 1)))).toBeLessThan(1e-6);
  });
  test('a zoom has one factor from its range, above 1 it enlarges', () => {
    const [a, b, , c, d] = maps(augment.zoom({ range: [0.8, 1.5] }));
    expectUniform(
      a.map((f) => 1 / f),
      0.8,
      1.5,
    );
    expect(d).toEqual(a);
    expect(Math.max(...b, ...c)).toBe(0);
    const dot = tensor([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 3, 3, 1]);
    const larger = trained(augment.zoom({ range: [2, 2] }), dot);
    expect(larger.sum().item()).toBeCloseTo(4, 5);
  });
  test('scales have a factor for each direction', () => {
    const [a, , , , d] = maps(augment.scale({ x: 0.2, y: [1, 1.5] }));
    expectUniform(
      a.map((f) => 1 / f),
      0.8,
      1.2,
    );
    expectUniform(
      d.map((f) => 1 / f),
      1,
      1.5,
    );
    expect(Math.abs(correlation(a, d))).toBeLessThan(0.03);
    expect(new Set(maps(augment.scale({ y: 0.1 }))[0])).toEqual(new Set([1]));
  });
  test('shifts are uniform, parts of pixels too, and do not depend on one another', () => {
    const [a, b, x, c, d, y] = maps(augment.translate({ pixels: 2 }));
    expectUniform(x, -2, 2);
    expectUniform(y, -2, 2);
    expect(Math.abs(correlation(x, y))).toBeLessThan(0.03);
    expect([a[7], b[7], c[7], d[7]]).toEqual([1, 0, 0, 1]);
  });
  test('crops begin at every place equally often', () => {
    const count = (list: readonly number[]): Map<number, number> =>
      list.reduce((found, v) => found.set(v, (found.get(v) ?? 0) + 1), new Map<number, number>());
    const [, , x, , , y] = maps(augment.crop({ padding: [1, 2] }));
    // Whole pixels from −2 to 2, and from −1 to 1.
    for (const [list, most] of [
      [x, 2],
      [y, 1],
    ] as const) {
      const found = count(list);
      const places = 2 * most + 1;
      expect([...found.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: places }, (_, i) => i - most));
      for (const times of found.values()) expect(Math.abs((times * places) / N - 1)).toBeLessThan(0.06);
    }
    // A piece of 8×8 of 11×9: four places down and two to the right, half a pixel from the middle.
    const [, , right, , , down] = maps(augment.crop({ size: 8 }));
    expect([...count(right).keys()].sort((a, b) => a - b)).toEqual([-0.5, 0.5]);
    expect([...count(down).keys()].sort((a, b) => a - b)).toEqual([-1.5, -0.5, 0.5, 1.5]);
  });
  test('mirrors come with their probability, each image for itself', () => {
    const [a] = maps(augment.flipHorizontal({ p: 0.3 }));
    const [, , , , d] = maps(augment.flipVertical());
    expect(new Set([...a, ...d])).toEqual(new Set([1, -1]));
    expect(Math.abs(mean(a) - 0.4)).toBeLessThan(0.02);
    expect(Math.abs(mean(d))).toBeLessThan(0.02);
    const never = augment.flipHorizontal({ p: 0 });
    const x = randomGenerator(1).uniform([5, 3, 3, 2]);
    expect(trained(never, x).data()).toEqual(x.data());
  });
  test('noise has the deviation', () => {
    const noise = [...trained(augment.gaussianNoise({ std: 0.3 }), ones([200, 10, 10, 1])).data()].map((v) => v - 1);
    expect(Math.abs(mean(noise))).toBeLessThan(0.01);
    expect(Math.abs(deviation(noise) - 0.3)).toBeLessThan(0.005);
    expect(mean(noise.map((v) => Number(Math.abs(v) < 0.3)))).toBeCloseTo(0.6827, 2);
  });
});

describe('what stays exact', () => {
  const x = randomGenerator(2).normal([40, 7, 6, 3]);
  // −0 and 0 differ in their bits.
  const zeros = tensor([-0, 0, 1, Number.POSITIVE_INFINITY], [1, 2, 2, 1]);
  const bits = (t: Tensor): Uint32Array => new Uint32Array(t.data().buffer);
  test('a mirror copies bits', () => {
    expect(bits(trained(augment.flipHorizontal({ p: 1 }), zeros))).toEqual(bits(zeros.flip(2)));
    expect(bits(trained(augment.flipVertical({ p: 1 }), zeros))).toEqual(bits(zeros.flip(1)));
    expect(bits(trained(augment.compose([augment.flipVertical({ p: 1 })]), zeros))).toEqual(bits(zeros.flip(1)));
    const some = trained(augment.flipHorizontal(), x);
    const [rows, there, mirrored] = [some, x, x.flip(2)].map((t) => (t.toArray() as number[][]).map(String));
    const chosen = rows.map((row, i) => (row === there[i] ? 0 : 1));
    expect(rows).toEqual(rows.map((_, i) => (chosen[i] ? mirrored[i] : there[i])));
    expect(mean(chosen)).toBeGreaterThan(0.2);
    expect(mean(chosen)).toBeLessThan(0.8);
  });
  test('crops copy pixels, mirrored or not', () => {
    const both = augment.compose([augment.crop({ padding: 2 }), augment.flipHorizontal(), augment.crop({ size: 5 })]);
    const pixels = new Set([0, ...x.data()]);
    const found = trained(both, x).data();
    expect(found.every((v) => pixels.has(v))).toBe(true);
    expect(trained(both, x).shape).toEqual([40, 5, 5, 3]);
    const piece = trained(augment.crop({ size: [3, 6] }), x).toArray() as number[][][][];
    (x.toArray() as number[][][][]).forEach((image, i) => {
      const tops = [0, 1, 2, 3, 4].map((top) => String(image.slice(top, top + 3)));
      expect(tops).toContain(String(piece[i]));
    });
  });
  test('evaluation takes the middle', () => {
    const image = tensor(
      Array.from({ length: 20 }, (_, i) => i),
      [1, 4, 5, 1],
    );
    const middle = (options: augment.CropOptions) => augment.crop(options).apply({ x: image }, still).x;
    expect(middle({ size: [2, 3] }).toArray()).toEqual(image.slice([0, 1, 1], [1, 3, 4]).toArray());
    // Of an odd margin, the smaller part is above and to the left.
    expect(middle({ size: 3 }).toArray()).toEqual(image.slice([0, 0, 1], [1, 3, 4]).toArray());
    expect(middle({ padding: 4 })).toBe(image);
    const wider = middle({ size: [4, 7], padding: 1 });
    expect(wider.toArray()).toEqual(
      image
        .pad([
          [0, 0],
          [0, 0],
          [1, 1],
          [0, 0],
        ])
        .toArray(),
    );
    const nested = augment.compose([augment.rotate({ degrees: 10 }), augment.crop({ size: [2, 3] })]);
    expect(nested.apply({ x: image }, still).x.data()).toEqual(middle({ size: [2, 3] }).data());
  });
});

describe('compose', () => {
  const [rotate, zoom, shift] = [
    augment.rotate({ degrees: 30 }),
    augment.zoom({ range: [0.8, 1.2] }),
    augment.translate({ pixels: 2 }),
  ];
  test('makes one map of neighbours that move pixels: the first comes first', () => {
    const all = augment.compose([rotate, zoom, shift]);
    const own = setting();
    const parts = [rotate, zoom, shift].map((part) =>
      rowsOf((part.moves as NonNullable<Augmentation['moves']>)({ n: N, size: [11, 9] }, own).affine, N).data(),
    );
    const together = maps(all);
    const at = (m: ArrayLike<number>, [u, v]: number[]): number[] => [
      m[0] * u + m[1] * v + m[2],
      m[3] * u + m[4] * v + m[5],
    ];
    for (let i = 0; i < 50; i++) {
      // From the result back: the shift is undone first.
      const [r, z, t] = parts.map((m) => m.subarray(6 * i, 6 * i + 6));
      const expected = at(r, at(z, at(t, [3, -2])));
      const found = at(
        together.map((column) => column[i]),
        [3, -2],
      );
      found.forEach((v, k) => expect(v).toBeCloseTo(expected[k], 4));
    }
  });
  test('interpolates once', () => {
    const x = randomGenerator(1).uniform([4, 8, 8, 1]);
    const kernels = (a: Augmentation): number => {
      const run = compile((t: Tensor) => a.apply({ x: t }, setting()).x);
      run(x);
      return run.describe().split('warp ').length - 1;
    };
    expect(kernels(augment.compose([rotate, zoom, shift]))).toBe(1);
    expect(kernels(augment.compose([augment.compose([rotate, zoom]), shift]))).toBe(1);
    expect(kernels(augment.compose([rotate, augment.gaussianNoise({ std: 0.1 }), shift]))).toBe(2);
    const { affine, size } = (augment.compose([rotate, shift]).moves as NonNullable<Augmentation['moves']>)(
      { n: 4, size: [8, 8] },
      setting(),
    );
    expect(trained(augment.compose([rotate, shift]), x).data()).toEqual(warp(x, rowsOf(affine, 4), [...size]).data());
  });
  test('gives each of its parts random numbers of its own', () => {
    const twice = maps(augment.compose([shift, shift]))[2];
    // The sum of two independent shifts is √2 times as wide.
    expect(deviation(twice)).toBeCloseTo(Math.sqrt(2) * (4 / Math.sqrt(12)), 1);
  });
});
