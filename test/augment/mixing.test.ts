import { describe, expect, test } from 'vitest';
import { type Batch, drawing } from '../../src/augment/augmentation.js';
import { beta, quantiles } from '../../src/augment/beta.js';
import * as augment from '../../src/augment/index.js';
import { partners } from '../../src/augment/partners.js';
import { compile } from '../../src/compile/compile.js';
import { constant } from '../../src/graph/leaves.js';
import { counter } from '../../src/graph/trace.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import { seedKey } from '../../src/random/keys.js';
import { ones, randomGenerator, tensor } from '../../src/tensor/index.js';
import '../../src/tensor/methods.js';

const setting = (step = 0) => drawing(seedKey(0), constant(Int32Array.of(step), [1]));
const trained = (a: augment.Augmentation, batch: Batch, step = 0): Batch => a.apply(batch, setting(step));
/** The numbers that f draws in `count` steps. */
function steps(count: number, f: (own: ReturnType<typeof setting>) => Tensor): Float32Array[] {
  const run = compile((x: Tensor) =>
    f(
      drawing(
        seedKey(0),
        counter(() => 0),
      ),
    ).add(x),
  );
  const found = Array.from({ length: count }, () => run(tensor(0)).data());
  run.dispose();
  return found;
}
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

describe('Beta(α, α)', () => {
  test.each<[number, (u: number) => number]>([
    [1, (u) => u],
    [0.5, (u) => Math.sin((Math.PI * u) / 2) ** 2],
    // 3x² − 2x³ = u
    [2, (u) => 0.5 - Math.sin(Math.asin(1 - 2 * u) / 3)],
  ])('quantiles of α = %f', (alpha, exact) => {
    const apart = [...quantiles(alpha)].map((x, k) => Math.abs(x - exact(k / 1024)));
    expect(Math.max(...apart.slice(1, -1))).toBeLessThan(1e-5);
    expect(Math.max(apart[0], apart[1024])).toBeLessThan(0.02);
  });
  test.each([0.001, 0.05, 0.2, 0.4, 1, 3, 50, 1000])('quantiles of α = %f grow from 0 to 1 and mirror', (alpha) => {
    const table = quantiles(alpha);
    expect(table[512]).toBeCloseTo(0.5, 6);
    table.forEach((x, k) => {
      expect(x).toBeGreaterThanOrEqual(k ? table[k - 1] : 0);
      expect(x).toBeLessThanOrEqual(1);
      expect(Math.abs(x + table[1024 - k] - 1)).toBeLessThan(1e-6);
    });
    // Var = 1/(4(2α + 1)), computed from the segments of the table.
    const variance = mean([...table].slice(1).map((x, k) => ((x + table[k]) / 2 - 0.5) ** 2));
    expect(Math.abs(variance * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.02);
  });
  test.each([0.2, 1, 4])('draws of α = %f have its moments', (alpha) => {
    const drawn = steps(4000, (own) => beta(alpha, own)).map(([x]) => x);
    expect(drawn.every((x) => x >= 0 && x <= 1)).toBe(true);
    // Draws also lie between the quantiles.
    expect(new Set(drawn).size).toBeGreaterThan(3500);
    expect(Math.abs(mean(drawn) - 0.5)).toBeLessThan(0.025);
    expect(Math.abs(mean(drawn.map((x) => (x - 0.5) ** 2)) * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.06);
  });
});

describe('partners', () => {
  test.each([1, 2, 7, 100])('of %i rows are a permutation, and a row has each as often', (n) => {
    const drawn = steps(2000, (own) => partners(n, own));
    for (const order of drawn.slice(0, 100)) expect(new Set(order).size).toBe(n);
    const times = new Array<number>(n).fill(0);
    for (const order of drawn) times[order[n >> 1]]++;
    for (const count of times) expect(Math.abs(count - 2000 / n)).toBeLessThan(5 * Math.sqrt(2000 / n));
    for (const order of drawn.slice(0, 100)) expect(Math.max(...order)).toBe(n - 1);
  });
  test('are not neighbours in the order of the rows', () => {
    const drawn = partners(50, setting()).data();
    expect(new Set(drawn.map((p, i) => (p - i + 50) % 50)).size).toBeGreaterThan(20);
  });
});

const x = randomGenerator(3).uniform([8, 6, 5, 2], { low: 1, high: 2 });
const labels = tensor([0, 1, 2, 0, 1, 2, 0, 1]);

describe('mixup', () => {
  const mixup = augment.mixup({ alpha: 1 });
  test('mixes rows and targets by the same λ', () => {
    for (let step = 0; step < 5; step++) {
      const own = setting(step);
      const partner = [...partners(8, own).data()];
      const share = beta(1, own).item();
      const batch = trained(mixup, { x, y: labels, classes: 3 }, step);
      const expected = (t: Tensor): number[] => {
        const [data, width] = [t.data(), t.size / 8];
        return [...data].map((v, i) => {
          const other = data[partner[Math.floor(i / width)] * width + (i % width)];
          return v * share + other * (1 - share);
        });
      };
      const y = batch.y as Tensor;
      expect(y.shape).toEqual([8, 3]);
      expected(x).forEach((v, i) => expect(batch.x.data()[i]).toBeCloseTo(v, 5));
      expected(labels.oneHot(3)).forEach((v, i) => expect(y.data()[i]).toBeCloseTo(v, 5));
      expect(batch.classes).toBe(0);
      expect(crossEntropy()(ones([8, 3]), y).item()).toBeCloseTo(Math.log(3), 5);
    }
  });
  test('mixes numbers and rows as they are, and each head for itself', () => {
    const y = { digit: labels, width: tensor([1, 2, 3, 4, 5, 6, 7, 8]) };
    const batch = trained(mixup, { x, y, classes: { digit: 3 } });
    const heads = batch.y as Record<string, Tensor>;
    expect([heads.digit.shape, heads.width.shape]).toEqual([[8, 3], [8]]);
    const alone = trained(mixup, { x, y: y.width }).y as Tensor;
    expect(heads.width.data()).toEqual(alone.data());
    expect(alone.sum().item()).toBeCloseTo(36, 4);
    // Applied twice: targets that are rows already stay rows.
    const twice = trained(augment.compose([mixup, augment.cutmix({ alpha: 1 })]), { x, y: labels, classes: 3 });
    expect((twice.y as Tensor).shape).toEqual([8, 3]);
    (twice.y as Tensor)
      .sum(1)
      .data()
      .forEach((v) => expect(v).toBeCloseTo(1, 5));
  });
  test('does without targets', () => {
    expect(trained(mixup, { x }).y).toBeUndefined();
  });
});

/** The rows and columns of an image that differ from what they were, and whether these are a box. */
function changed(image: readonly (readonly boolean[])[]): { height: number; width: number; area: number } {
  const area = image.flat().filter(Boolean).length;
  const height = image.filter((row) => row.includes(true)).length;
  const width = image[0].filter((_, c) => image.some((row) => row[c])).length;
  return { height, width, area };
}
const rowsOf = (t: Tensor): number[][][][] => t.toArray() as number[][][][];

describe('cutmix', () => {
  test('pastes one box into all, and mixes targets by its area', () => {
    const cutmix = augment.cutmix({ alpha: 1 });
    const areas = new Set<number>();
    for (let step = 0; step < 30; step++) {
      const partner = [...partners(8, setting(step)).data()];
      const batch = trained(cutmix, { x, y: labels, classes: 3 }, step);
      const before = rowsOf(x);
      const masks = rowsOf(batch.x).map((image, i) =>
        image.map((row, r) =>
          row.map((pixel, c) => {
            const own = String(pixel) === String(before[i][r][c]);
            if (!own) expect(pixel).toEqual(before[partner[i]][r][c]);
            return !own;
          }),
        ),
      );
      const boxes = masks.map(changed);
      const { height, width, area } = boxes[partner.findIndex((p, i) => p !== i)] ?? boxes[0];
      expect(area).toBe(height * width);
      const y = batch.y as Tensor;
      const hot = labels.oneHot(3);
      const expected = hot.mul(1 - area / 30).add(hot.gather(tensor(partner)).mul(area / 30));
      expected.data().forEach((v, k) => expect(y.data()[k]).toBeCloseTo(partner[0] === 0 ? hot.data()[k] : v, 5));
      areas.add(area);
    }
    expect(areas.size).toBeGreaterThan(5);
  });
});

describe('cutout', () => {
  test('makes squares 0, as large as lies inside, about every pixel equally often', () => {
    const [n, h, w] = [4000, 6, 5];
    const cut = rowsOf(trained(augment.cutout({ size: 3 }), { x: ones([n, h, w, 2]) }).x);
    const centres = new Array<number>(h * w).fill(0);
    for (const image of cut) {
      const mask = image.map((row) => row.map((pixel) => pixel[0] === 0 && pixel[1] === 0));
      const { height, width, area } = changed(mask);
      expect(area).toBe(height * width);
      expect([2, 3]).toContain(height);
      expect([2, 3]).toContain(width);
      const top = mask.findIndex((row) => row.includes(true));
      const left = mask[top].indexOf(true);
      // A square that is cut off is centred at the first or last pixel.
      const centre = [height === 2 && top === 0 ? 0 : top + 1, width === 2 && left === 0 ? 0 : left + 1];
      centres[centre[0] * w + centre[1]]++;
    }
    for (const count of centres) expect(Math.abs((count * h * w) / n - 1)).toBeLessThan(0.35);
  });
  test('takes height and width, and covers images that are smaller', () => {
    const x = ones([3, 4, 4, 5]);
    const [image] = rowsOf(trained(augment.cutout({ size: [1, 9] }), { x }).x);
    expect(image.flat(2).filter((v) => v === 0).length).toBe(20);
    expect(
      trained(augment.cutout({ size: 9 }), { x })
        .x.sum()
        .item(),
    ).toBe(0);
  });
});
