/** The k-th smallest of the values, with k from 1. The values are not changed (Hoare 1961). */
export function smallest(values: Float64Array, k: number): number {
  if (k === 1) return values.reduce((least, v) => Math.min(least, v), Number.POSITIVE_INFINITY);
  const v = values.slice();
  let [from, to] = [0, v.length - 1];
  while (from < to) {
    const pivot = v[(from + to) >> 1];
    let [i, j] = [from, to];
    while (i <= j) {
      while (v[i] < pivot) i++;
      while (v[j] > pivot) j--;
      if (i <= j) {
        [v[i], v[j]] = [v[j], v[i]];
        i++;
        j--;
      }
    }
    // Everything up to j is at most the pivot, everything from i on at least.
    if (k - 1 <= j) to = j;
    else if (k - 1 >= i) from = i;
    else break;
  }
  return v[k - 1];
}
