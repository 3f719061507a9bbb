import type { Dataset } from '../index.js';
import type { NumberColumn } from './features.js';

/** A column tells a target where it leaves less than this share of a constant answer's error. */
const [CLASSES, VALUES] = [0.03, 0.01];
const LEAST = 20;

/** The columns that tell the only target alone: rows are answered by the other rows of the same value, or of the next ones. */
export function tellsTarget(data: Dataset, columns: readonly NumberColumn[]): string[] {
  if (columns.length < 2 || data.targets.length !== 1 || data.y.length !== data.size) return [];
  const rows = Array.from({ length: data.size }, (_, row) => row).filter((row) => data.mask?.[row] !== 0);
  if (rows.length < LEAST) return [];
  const y = Float64Array.from(rows, (row) => data.y[row]);
  const share = data.kind === 'classes' ? classesLeft : valuesLeft;
  const limit = data.kind === 'classes' ? CLASSES : VALUES;
  return columns
    .filter(({ values }) => {
      // Missing cells are a value of their own.
      const x = Float64Array.from(rows, (row) => (Number.isNaN(values[row]) ? Number.NEGATIVE_INFINITY : values[row]));
      const groups = groupsOf(x);
      // Text that is another in every row has no neighbours.
      return groups.length > 1 && share(x, y, groups) <= limit;
    })
    .map(({ name }) => name);
}

/** Rows of equal value, by ascending value. */
function groupsOf(x: Float64Array): number[][] {
  const order = Array.from(x.keys()).sort((a, b) => x[a] - x[b] || a - b);
  const groups: number[][] = [];
  order.forEach((row, i) => {
    if (i && x[row] === x[order[i - 1]]) groups[groups.length - 1].push(row);
    else groups.push([row]);
  });
  return groups;
}

/** The share of a constant answer's mistakes. */
function classesLeft(x: Float64Array, y: Float64Array, groups: readonly (readonly number[])[]): number {
  const counts = groups.map((group) => countsOf(group, y));
  const whole = countsOf(Array.from(y.keys()), y);
  const constant = y.length - Math.max(...whole.values());
  let mistakes = 0;
  groups.forEach((group, g) => {
    for (const row of group) {
      const seen = group.length > 1 ? counts[g] : counts[nearer(x, groups, g)];
      if (answer(seen, group.length > 1 ? y[row] : undefined) !== y[row]) mistakes++;
    }
  });
  return constant ? mistakes / constant : 1;
}
function countsOf(rows: readonly number[], y: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(y[row], (counts.get(y[row]) ?? 0) + 1);
  return counts;
}
/** The most frequent class, without the row that is asked; of equally frequent ones the lowest. */
function answer(counts: ReadonlyMap<number, number>, own?: number): number {
  let [best, most] = [-1, 0];
  for (const [label, count] of counts) {
    const others = count - Number(label === own);
    if (others > most || (others === most && others > 0 && label < best)) [best, most] = [label, others];
  }
  return best;
}
/** The nearer of the two groups beside one. */
function nearer(x: Float64Array, groups: readonly (readonly number[])[], g: number): number {
  const at = (i: number): number => x[groups[i][0]];
  if (g === 0) return 1;
  if (g === groups.length - 1) return g - 1;
  return at(g) - at(g - 1) <= at(g + 1) - at(g) ? g - 1 : g + 1;
}

/** The share of the variance. */
function valuesLeft(x: Float64Array, y: Float64Array, groups: readonly (readonly number[])[]): number {
  const sums = groups.map((group) => group.reduce((sum, row) => sum + y[row], 0));
  const mean = y.reduce((sum, v) => sum + v / y.length, 0);
  const meanOf = (g: number): number => sums[g] / groups[g].length;
  const between = (g: number): number => {
    if (g === 0 || g === groups.length - 1) return meanOf(g === 0 ? 1 : g - 1);
    const [a, b, c] = [g - 1, g, g + 1].map((i) => x[groups[i][0]]);
    // Nothing lies between a missing cell and a number.
    const share = Number.isFinite(a) ? (b - a) / (c - a) : 1;
    return meanOf(g - 1) + share * (meanOf(g + 1) - meanOf(g - 1));
  };
  let [left, whole] = [0, 0];
  groups.forEach((group, g) => {
    for (const row of group) {
      const guess = group.length > 1 ? (sums[g] - y[row]) / (group.length - 1) : between(g);
      left += (y[row] - guess) * (y[row] - guess);
      whole += (y[row] - mean) * (y[row] - mean);
    }
  });
  return whole > 0 ? left / whole : 1;
}
