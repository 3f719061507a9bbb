/** Σ aᵢbᵢ of n numbers, from two indices on. It has four sums, so that an addition need not wait for the one before. */
export function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, n: number): number {
  let [p, q, r, s] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    p += a[fromA + i] * b[fromB + i];
    q += a[fromA + i + 1] * b[fromB + i + 1];
    r += a[fromA + i + 2] * b[fromB + i + 2];
    s += a[fromA + i + 3] * b[fromB + i + 3];
  }
  for (; i < n; i++) p += a[fromA + i] * b[fromB + i];
  return p + q + (r + s);
}
