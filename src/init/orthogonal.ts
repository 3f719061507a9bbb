import { realize } from '../compile/realize.js';
import { constant } from '../graph/leaves.js';
import { checkKeys } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { sub } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { normal } from '../ops/random.js';
import { type Initializer, initializer, scaling } from './initializer.js';

/** Makes orthogonal columns of length `gain` (Saxe et al. 2013), or orthogonal rows where there are fewer rows than
 *  columns. */
export function orthogonal(options: { gain?: number } = {}): Initializer {
  checkKeys('orthogonal', options, ['gain']);
  const { gain } = scaling('orthogonal', options, 1);
  return initializer('orthogonal', { gain }, (shape, _, draw) => {
    const columns = shape.at(-1) ?? 1;
    const rows = shape.reduce((a, b) => a * b, 1) / columns;
    const [count, length] = rows >= columns ? [columns, rows] : [rows, columns];
    const vectors = orthonormal(realize(normal([count, length], 0, 1, draw)), count, length);
    const data = new Float32Array(rows * columns);
    for (let v = 0; v < count; v++)
      for (let i = 0; i < length; i++)
        data[rows >= columns ? i * columns + v : v * columns + i] = gain * vectors[v * length + i];
    return constant(data, shape);
  });
}

/** The number of vectors that are made orthogonal to one another at a time. Up to the first number, vector by vector alone. */
const [FIRST, BLOCK] = [64, 16];

/** Gram–Schmidt, twice: the second pass removes what rounding left. What many vectors have in common with those before goes by matrix products, since
 *  the work grows with the cube of the units. */
function orthonormal(random: Float32Array, count: number, length: number): Float64Array {
  const q = Float64Array.from(random);
  for (let from = 0, to = FIRST; from < count; [from, to] = [to, to + BLOCK]) {
    const end = Math.min(to, count);
    if (from) {
      const rows = (a: number, b: number): Tensor =>
        constant(new Float32Array(q.subarray(a * length, b * length)), [b - a, length]);
      const before = rows(0, from);
      let own = rows(from, end);
      for (let pass = 0; pass < 2; pass++) own = sub(own, matmul(matmul(own, before, { transposeB: true }), before));
      q.set(realize(own), from * length);
    }
    oneByOne(q.subarray(from * length, end * length), end - from, length);
  }
  return q;
}
function oneByOne(q: Float64Array, count: number, length: number): void {
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += q[a * length + i] * q[b * length + i];
    return sum;
  };
  for (let v = 0; v < count; v++) {
    for (let pass = 0; pass < 2; pass++)
      for (let u = 0; u < v; u++) {
        const along = dot(u, v);
        for (let i = 0; i < length; i++) q[v * length + i] -= along * q[u * length + i];
      }
    const norm = Math.sqrt(dot(v, v));
    for (let i = 0; i < length; i++) q[v * length + i] /= norm;
  }
}
