import { dot } from './dot.js';

/** The lower triangle L of H = LLᵀ for a positive definite H [n, n], in float64; H is overwritten. */
export function cholesky(h: Float64Array, n: number): Float64Array {
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      const sum = h[i * n + j] - dot(h, i * n, h, j * n, j);
      h[i * n + j] = i === j ? Math.sqrt(sum) : sum / h[j * n + j];
    }
  return h;
}

/** Solves LLᵀX = B for B [n, columns], which X takes the place of. */
export function solve(l: Float64Array, b: Float64Array, n: number): Float64Array {
  const columns = b.length / n;
  const take = (row: number, times: number, other: number): void => {
    for (let j = 0; j < columns; j++) b[row * columns + j] -= times * b[other * columns + j];
  };
  const divide = (row: number): void => {
    for (let j = 0; j < columns; j++) b[row * columns + j] /= l[row * n + row];
  };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) take(i, l[i * n + k], k);
    divide(i);
  }
  for (let i = n - 1; i >= 0; i--) {
    divide(i);
    for (let k = 0; k < i; k++) take(k, l[i * n + k], i);
  }
  return b;
}
