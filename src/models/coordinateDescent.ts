export interface Rounds {
  /** Goes round at most so often. */
  readonly most: number;
  /** Ends where a round moves no coordinate by more than this share of the largest move of the first round, in the quadratic's own length. */
  readonly still: number;
}

/**
 * Moves w to where ½wᵀHw − cᵀw + Σ lⱼ|wⱼ| is least, one coordinate after another (Friedman, Hastie & Tibshirani 2010): each is
 * soft-thresholded, so that zeros are exact. H [n, n] is positive semidefinite; a coordinate without curvature stays where it is. `pull`
 * is c − Hw, at the beginning as at the end; both are changed in place.
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
