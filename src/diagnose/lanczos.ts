import { draws } from '../random/draws.js';
import type { Key } from '../random/keys.js';
import { eigenvalues } from './eigenvalues.js';
import { lengthOf } from './onData.js';

/** The number of products after which the outermost eigenvalues of the Hessian of a network are known to a few
 *  digits. */
const MOST = 80;
/** Both eigenvalues count as known when they have moved by less than this share of the larger one. */
const STILL = 1e-4;

/** The smallest and the largest eigenvalue of a symmetric n×n matrix that is known by its products with vectors (Lanczos 1950), in
 *  float64 and with every vector made orthogonal to all before. Elements that `product` always leaves 0 are ignored. */
export function outermost(
  n: number,
  product: (v: Float64Array) => Float64Array,
  key: Key,
  used: (i: number) => boolean = () => true,
): [least: number, most: number] {
  const { normal } = draws(key, 0);
  let v = unit(Float64Array.from({ length: n }, (_, i) => (used(i) ? normal() : 0)));
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let ends: [number, number] = [0, 0];
  for (let k = 0; k < Math.min(n, MOST); k++) {
    basis.push(v);
    const w = product(v);
    diagonal.push(dot(w, v));
    // Twice, because rounding errors after one pass would bring found eigenvalues back.
    for (let pass = 0; pass < 2; pass++)
      for (const b of basis) {
        const along = dot(w, b);
        for (let i = 0; i < n; i++) w[i] -= along * b[i];
      }
    const values = tridiagonal(diagonal, beside);
    const now: [number, number] = [values[0], values[values.length - 1]];
    const size = Math.max(Math.abs(now[0]), Math.abs(now[1]));
    const moved = Math.max(Math.abs(now[0] - ends[0]), Math.abs(now[1] - ends[1]));
    ends = now;
    const left = lengthOf(w);
    // Nothing remains: the vectors span the whole range of the matrix.
    if (left <= 1e-6 * size || (k > 8 && moved < STILL * size)) break;
    beside.push(left);
    v = unit(w);
  }
  return ends;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
const unit = (v: Float64Array): Float64Array => {
  const length = lengthOf(v) || 1;
  return v.map((x) => x / length);
};
function tridiagonal(diagonal: readonly number[], beside: readonly number[]): Float64Array {
  const n = diagonal.length;
  const matrix = new Float64Array(n * n);
  diagonal.forEach((d, i) => {
    matrix[i * n + i] = d;
    if (i + 1 < n) matrix[i * n + i + 1] = matrix[(i + 1) * n + i] = beside[i];
  });
  return eigenvalues(matrix, n);
}
