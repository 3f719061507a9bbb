import { describe, expect, test } from 'vitest';
import { bernoulli, uniform } from '../../src/ops/random.js';
import { draws } from '../../src/random/draws.js';
import * as host from '../../src/random/hostMath.js';
import { seedKey } from '../../src/random/keys.js';
import { permutation } from '../../src/random/permutation.js';
import { philoxInto } from '../../src/random/philox.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import '../../src/tensor/methods.js';

const words = (counter: number[], key: [number, number]): number[] => {
  const out = new Uint32Array(4);
  philoxInto(out, counter[0], counter[1], counter[2], counter[3], key);
  return [...out];
};

test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])('the words of Salmon et al. (2011): %#', (counter, key, expected) => {
  expect(words(counter, key as [number, number])).toEqual(expected);
});

test('the kernels make the same words, each at its place', () => {
  const key = seedKey(12.5);
  const u = uniform([3, 67], 0, 1, { key, stream: 9 }).data();
  u.forEach((value, e) => {
    const [block, word] = [4 * (e >> 4) + (e & 3), (e >> 2) & 3];
    expect(value).toBe((words([block, 9, 0, 0], [key[0], key[1]])[word] >>> 8) / 16777216);
  });
});

describe('numbers of a seed', () => {
  const n = 200_000;
  const moments = (data: Float32Array) => {
    const mean = data.reduce((a, b) => a + b, 0) / n;
    return { mean, variance: data.reduce((a, b) => a + (b - mean) * (b - mean), 0) / n };
  };
  test('normal', () => {
    const data = randomGenerator(1).normal([n], { mean: 2, std: 3 }).data();
    const { mean, variance } = moments(data);
    expect(Math.abs(mean - 2)).toBeLessThan(0.03);
    expect(Math.abs(variance - 9)).toBeLessThan(0.15);
    const within = data.filter((x) => Math.abs(x - 2) < 3).length / n;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.005);
  });
  test('uniform', () => {
    const data = randomGenerator(2).uniform([n], { low: -1, high: 3 }).data();
    const { mean, variance } = moments(data);
    expect(Math.abs(mean - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance - 16 / 12)).toBeLessThan(0.02);
    expect(Math.min(...data.slice(0, 1000))).toBeGreaterThanOrEqual(-1);
    expect(data.every((x) => x >= -1 && x < 3)).toBe(true);
  });
  test.each([0, 0.1, 0.5, 1])('bernoulli %f', (p) => {
    const data = randomGenerator(3).bernoulli([n], p).data();
    expect(Math.abs(moments(data).mean - p)).toBeLessThan(p % 1 ? 0.005 : 1e-12);
    expect(new Set(data).size).toBe(p % 1 ? 2 : 1);
  });
  test('every call is another, every seed too', () => {
    const [a, b] = [randomGenerator(1), randomGenerator(1)];
    const first = a.normal([5]).data();
    expect(a.normal([5]).data()).not.toEqual(first);
    expect(b.normal([5]).data()).toEqual(first);
    expect(randomGenerator(2).normal([5]).data()).not.toEqual(first);
    expect(bernoulli([5], 0.5, { key: seedKey(1), stream: 0 }).shape).toEqual([5]);
  });
  test('permutations have each number once', () => {
    const order = permutation(1000, seedKey(4), 1);
    expect([...order].sort((p, q) => p - q)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((p, q) => p - q));
    expect(randomGenerator(1).permutation(7).shape).toEqual([7]);
  });
});

test('sin, cos, log and exp of the host’s side are exact to a few ulp', () => {
  const { uniform: draw } = draws(seedKey(3), 1);
  for (let i = 0; i < 2000; i++) {
    const x = draw(-1000, 1000);
    expect(Math.abs(host.sin(x) - Math.sin(x))).toBeLessThan(1e-15);
    expect(Math.abs(host.cos(x) - Math.cos(x))).toBeLessThan(1e-15);
    const p = draw(1e-9, 50);
    expect(Math.abs(host.log(p) - Math.log(p))).toBeLessThan(4e-15);
    const e = draw(-600, 600);
    expect(Math.abs(host.exp(e) / Math.exp(e) - 1)).toBeLessThan(1e-15);
  }
});
