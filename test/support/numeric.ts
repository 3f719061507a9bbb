import type { Tensor } from '../../src/graph/tensor.js';
import { tensor } from '../../src/tensor/create.js';

/** Numbers of a seed between −1 and 1, never close to 0, to a tie or to a kink: a table of quarters, moved a little. */
export const values = (n: number, seed = 1): number[] =>
  Array.from({ length: n }, (_, i) => {
    const x = ((i * 7 + seed * 13) % 29) / 14 - 1;
    return Math.fround((Math.abs(x) < 0.05 ? 0.3 : x) + 0.001 * ((i * 31 + seed) % 17));
  });

/** Such numbers in a tensor. */
export const filled = (shape: readonly number[], seed: number, scale = 1): Tensor =>
  tensor(
    values(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ).map((v) => v * scale),
    [...shape],
  );

/** The gradient of f in float64 by central differences. */
export function slopes(f: (x: number[]) => number, x: readonly number[], step = 1e-5): number[] {
  return x.map((_, i) => {
    const moved = (by: number): number => f(x.map((v, k) => (k === i ? v + by : v)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

/** The largest difference, relative to the truth's size where that is above 1. */
export function apart(a: Tensor | ArrayLike<number>, truth: readonly number[]): number {
  const data = 'data' in a ? a.data() : a;
  if (data.length !== truth.length) return Number.POSITIVE_INFINITY;
  return truth.reduce((most, t, i) => {
    if (Number.isNaN(t) || !Number.isFinite(t)) return Object.is(data[i], t) ? most : Number.POSITIVE_INFINITY;
    return Math.max(most, Math.abs(data[i] - t) / Math.max(1, Math.abs(t)));
  }, 0);
}
