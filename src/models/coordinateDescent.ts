export interface Rounds {
  /** The largest number of rounds over all coordinates. */
  readonly most: number;
  /** The descent ends when no coordinate of a round moves by more than this share of the largest move in the first
   *  round, measured in the metric of the quadratic. */
  readonly still: number;
}

/**
 * Minimizes ½wᵀHw − cᵀw + Σ lⱼ|wⱼ| over w, one coordinate after another (Friedman, Hastie & Tibshirani 2010): each is
 * soft-thresholded, so that zeros are exact. H [n, n] is positive semidefinite; a coordinate without curvature does not
 * move. `pull` is c − Hw, both before and after; w and `pull` are changed in place.
 */
export function coordinateDescent(
  h: Float64Array,
  pull: Float64Array,
  l: ArrayLike<number>,
  w: Float64Array,
  { most, still }: Rounds,
): void {
  const n = w.length;
  let first = 0;
  for (let round = 0; round < most; round++) {
    let farthest = 0;
    for (let j = 0; j < n; j++) {
      const curvature = h[j * n + j];
      if (!(curvature > 0)) continue;
      const alone = pull[j] + curvature * w[j];
      const to = (Math.sign(alone) * Math.max(0, Math.abs(alone) - l[j])) / curvature;
      const by = to - w[j];
      if (by === 0) continue;
      for (let i = 0; i < n; i++) pull[i] -= h[j * n + i] * by;
      w[j] = to;
      farthest = Math.max(farthest, Math.sqrt(curvature) * Math.abs(by));
    }
    if (round === 0) first = farthest;
    if (farthest <= still * first) return;
  }
}
