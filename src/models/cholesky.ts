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

/** L⁻¹ of a lower triangle L [n, n], with zeros above: then H⁻¹ = L⁻ᵀL⁻¹. */
export function inverse(l: Float64Array, n: number): Float64Array {
  const all = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = all.subarray(i * n, i * n + i + 1);
    row[i] = 1;
    for (let k = 0; k < i; k++) {
      const times = l[i * n + k];
      for (let j = 0; j <= k; j++) row[j] -= times * all[k * n + j];
    }
    for (let j = 0; j <= i; j++) row[j] /= l[i * n + i];
  }
  return all;
}
