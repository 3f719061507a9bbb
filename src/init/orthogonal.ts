import { realize } from '../compile/realize.js';
import { constant } from '../graph/leaves.js';
import { checkKeys } from '../options.js';
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

/** Gram–Schmidt, twice: the second pass removes what rounding left. */
function orthonormal(random: Float32Array, count: number, length: number): Float64Array {
  const q = Float64Array.from(random);
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
  return q;
}
