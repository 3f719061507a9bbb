import { dot } from './dot.js';

/** A column whose length shrinks to this share is a linear combination of the columns before it, up to rounding. */
const DEPENDENT = 1e-12;

/**
 * Finds the w that minimizes ‖Aw − y‖², by Householder reflections in float64 (Golub & Van Loan 1996, algorithm 5.3.2):
 * the error grows with the condition number of A, while that of the normal equations grows with its square. `columns`
 * are A's, all of one length, and y's; both are overwritten. A column that depends on those before it gets the weight
 * 0.
 */
export function leastSquares(columns: readonly Float64Array[], ys: readonly Float64Array[]): Float64Array[] {
  const length = columns[0]?.length ?? 0;
  /** The independent columns; the reflection of the k-th makes row k of the triangle. */
  const kept: number[] = [];
  /** The diagonal of the triangle; in the column itself, this place holds its reflection. */
  const diagonal: number[] = [];
  columns.forEach((column, j) => {
    const whole = Math.sqrt(squares(column, 0));
    const k = kept.length;
    const rest = Math.sqrt(squares(column, k));
    if (k === length || rest <= DEPENDENT * whole) return;
    kept.push(j);
    diagonal.push(column[k] > 0 ? -rest : rest);
    // The vector of the reflection overwrites the column from row k on; it maps the column to diagonal[k] times the
    // k-th unit vector.
    column[k] -= diagonal[k];
    const half = squares(column, k) / 2;
    for (const other of [...columns.slice(j + 1), ...ys]) reflect(other, column, k, half);
  });
  return ys.map((y) => {
    const w = new Float64Array(columns.length);
    for (let k = kept.length - 1; k >= 0; k--) {
      let rest = y[k];
      for (let l = k + 1; l < kept.length; l++) rest -= columns[kept[l]][k] * w[kept[l]];
      w[kept[k]] = rest / diagonal[k];
    }
    return w;
  });
}

const squares = (column: Float64Array, from: number): number => dot(column, from, column, from, column.length - from);

/** y − v (vᵀy) / half, from row k on. */
function reflect(y: Float64Array, v: Float64Array, k: number, half: number): void {
  const by = dot(v, k, y, k, y.length - k) / half;
  for (let i = k; i < y.length; i++) y[i] -= by * v[i];
}
