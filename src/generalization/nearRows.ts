import { hostExp, hostLog, neighbours } from '../index.js';
import { type Comparable, median, squaredDistance } from './features.js';

/** The number of neighbours of a row that are looked at. */
const K = 10;
/** Rows are nearly equal below this share of the usual distance to the nearest row (as in cleanlab), or below what n random rows have with
 *  this probability: in few dimensions some rows are near to one another by chance. */
const [NEAR, CHANCE] = [0.13, 0.001];
/** A row is an outlier where its neighbours are so many times nearer to theirs than it is to them. */
const FAR = 6;

/** Each row's nearest others, and how far they are. */
export interface Near {
  readonly neighbours: readonly (readonly number[])[];
  readonly distances: readonly Float64Array[];
  /** Rows nearer than this are nearly equal. */
  readonly limit: number;
}

/** Finds the nearest rows of each row. */
export function nearRows({ x, width }: Comparable): Near {
  const rows = x.length / width;
  const found: number[][] = [];
  const distances: Float64Array[] = [];
  let row = 0;
  for (const near of neighbours(x, x, width, Math.min(rows, K + 1))) {
    const others = near.filter((other) => other !== row).slice(0, K);
    found.push(others);
    distances.push(Float64Array.from(others, (other) => Math.sqrt(squaredDistance(x, row, x, other, width))));
    row++;
  }
  return { neighbours: found, distances, limit: limitOf(distances) };
}

/** Distances follow rᵈ in d dimensions; d is estimated by the ratio of the two nearest (Facco et al. 2017). */
function limitOf(distances: readonly Float64Array[]): number {
  const nearest = distances.map((all) => all.find((r) => r > 0) ?? 0).filter((r) => r > 0);
  if (nearest.length < 3) return 0;
  let [logs, count] = [0, 0];
  for (const all of distances) {
    const [a, b] = all.filter((r) => r > 0);
    if (!(b > 0)) continue;
    logs += hostLog(b / a);
    count++;
  }
  const dimensions = Math.max(0.5, logs > 0 ? count / logs : 1);
  const chance = hostExp(Math.max(-700, hostLog(CHANCE / nearest.length) / dimensions));
  return Math.min(NEAR, chance) * median(nearest);
}

/** Rows that nothing is near to, by the local outlier factor (Breunig et al. 2000), the farthest first. */
export function outliers({ neighbours: near, distances }: Near): number[] {
  const reach = distances.map((all) => all[all.length - 1] ?? 0);
  // The mean distance to the neighbours, each at least as far as that neighbour's own farthest one.
  const mean = near.map((others, row) =>
    others.reduce((sum, other, i) => sum + Math.max(distances[row][i], reach[other]) / others.length, 0),
  );
  const factor = near.map((others, row) => mean[row] / median(others.map((other) => mean[other])));
  return Array.from(factor.keys())
    .filter((row) => factor[row] > FAR)
    .sort((a, b) => factor[b] - factor[a] || a - b);
}

/** Pairs of rows that are nearly equal, but not equal, as [later, earlier]. */
export function nearlyEqual({ neighbours: near, distances, limit }: Near): [number, number][] {
  return near.flatMap((others, row) =>
    others
      .filter((other, i) => other < row && distances[row][i] > 0 && distances[row][i] < limit)
      .slice(0, 1)
      .map((other): [number, number] => [row, other]),
  );
}
