import {
  checkDataset,
  checkKeys,
  DataError,
  type Dataset,
  integer,
  openSealed,
  permutation,
  readable,
  refuseSealed,
  seedKey,
  short,
  table,
} from '../index.js';
import { columnsIn, comparable, type NumberColumn } from './features.js';

/** How different a column is in two sets. */
export interface ShiftedColumn {
  readonly name: string;
  /** The largest difference of the two distribution functions (Kolmogorov & Smirnov), or for categories half the sum of the differences of
   *  their shares; from 0 to 1. */
  readonly distance: number;
  /** The share of random divisions of the rows with a distance as large. */
  readonly p: number;
}
/** Whether two sets are of one source. */
export interface Shift {
  /** How well rows of the two sets can be told apart: 0.5 is not at all, 1 without a mistake. */
  readonly auc: number;
  /** The share of random divisions of the rows that can be told apart as well. */
  readonly p: number;
  /** Each column of a table, the most different first; none of images and other arrays. */
  readonly columns: ShiftedColumn[];
}
export interface ShiftOptions {
  /** The number of random divisions; the least p is 1 / (permutations + 1). Default 199. */
  permutations?: number;
  /** How many rows of each set are looked at, drawn at random where there are more. Default 2000. */
  rows?: number;
  /** Default 0. */
  seed?: number;
}
const [SAMPLE, FOLDS, DEAL] = [0xda7a0103, 0xda7a0104, 0xda7a0105];
/** The folds, and the weight of the penalty relative to the number of rows. */
const [PARTS, RIDGE] = [5, 0.01];
/** Squares of features, which tell spreads apart, are added up to so many. */
const MOST = 128;

/** Finds out whether the rows of another set come from the source of the training set: a linear classifier of the features and their
 *  squares is trained to tell the sets apart, and asked about rows that it has not seen (five folds). `p` compares its area under the ROC curve with
 *  those of random divisions of the same rows, for which it is trained again; so p is uniform where nothing has shifted, whatever the
 *  data are. Each column of a table is compared by itself, too.
 *
 *  Targets are not looked at. The other set may be sealed, and counts this as a use; the training set may not (LeakageError). Throws a
 *  DataError for fewer than five rows in a set, and for sets of different kinds.
 *  @example shift(train, validation).p > 0.05 */
export function shift(train: Dataset, other: Dataset, options: ShiftOptions = {}): Shift {
  const where = 'shift';
  checkKeys(where, options, ['permutations', 'rows', 'seed']);
  const times = integer(where, 'permutations', options.permutations ?? 199, 1);
  const most = integer(where, 'rows', options.rows ?? 2000, 10);
  const key = seedKey(options.seed ?? 0, where);
  checkDataset(`${where}: train`, train, true);
  checkDataset(`${where}: other`, other, true);
  refuseSealed(where, train);
  const [a, b] = [train, other].map((set, i) => {
    if (set.size < 5)
      throw new DataError(`${where}: ${i ? 'the other set' : 'train'} has ${set.size} rows; give five at least`);
    const bare = set.with({ targets: [], weights: undefined });
    return set.size > most ? bare.rows(permutation(set.size, key, SAMPLE + i).subarray(0, most)) : bare;
  });
  const both = a.concat(b);
  openSealed(other);
  const n = both.size;
  const columns = columnsIn(both);
  const isTable = both.shape.length === 1;
  const classifier = new Classifier(squared(comparable(columns, n, n, !isTable)), permutation(n, key, FOLDS));
  const measures = [(first: Uint8Array) => classifier.auc(first), ...(isTable ? columns.map(distance) : [])];
  const own = new Uint8Array(n).fill(1, 0, a.size);
  const found = measures.map((measure) => measure(own));
  const asLarge = new Array<number>(measures.length).fill(1);
  for (let i = 0; i < times; i++) {
    const order = permutation(n, key, DEAL, i);
    const first = own.map((_, row) => own[order[row]]);
    measures.forEach((measure, m) => {
      if (measure(first) >= found[m] - 1e-12) asLarge[m]++;
    });
  }
  const [auc, ...distances] = found;
  const [p, ...ps] = asLarge.map((count) => count / (times + 1));
  const shifted = distances.map((d, i): ShiftedColumn => ({ name: columns[i].name, distance: d, p: ps[i] }));
  shifted.sort((x, y) => y.distance - x.distance);
  return readable({ auc, p, columns: shifted }, textOf);
}

function textOf({ auc, p, columns }: Shift): string {
  const said = p < 0.05 ? 'the sets differ' : 'no difference is seen';
  const rows = columns.slice(0, 10).map(({ name, distance, p: own }) => [name, distance, own]);
  return [
    `${said}: rows can be told apart with an AUC of ${short(auc)}, p = ${short(p)}`,
    ...(rows.length ? [table([['column', 'distance', 'p'], ...rows])] : []),
  ].join('\n');
}

/** Features and their squares, row by row. */
function squared({ x, width }: { x: Float32Array; width: number }): { x: Float64Array; width: number } {
  const rows = width ? x.length / width : 0;
  const wide = width && width <= MOST ? 2 * width : width;
  const all = new Float64Array(rows * wide);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < wide; j++) {
      const v = x[row * width + (j % width)];
      all[row * wide + j] = j < width ? v : v * v - 1;
    }
  return { x: all, width: wide };
}

/** Tells rows of two kinds apart by least squares with a small penalty. What does not depend on the kinds, the inverse of each fold, is
 *  computed once. */
class Classifier {
  readonly #x: Float64Array;
  readonly #width: number;
  readonly #folds: {
    readonly rows: Int32Array;
    readonly rest: Int32Array;
    readonly mean: Float64Array;
    readonly factor: Float64Array;
  }[];
  constructor({ x, width }: { x: Float64Array; width: number }, order: Int32Array) {
    this.#x = x;
    this.#width = width;
    this.#folds = Array.from({ length: PARTS }, (_, fold) => {
      const rows = order.filter((_row, i) => i % PARTS === fold);
      const rest = order.filter((_row, i) => i % PARTS !== fold);
      const mean = new Float64Array(width);
      for (const row of rest) for (let j = 0; j < width; j++) mean[j] += x[row * width + j] / rest.length;
      return { rows, rest, mean, factor: this.#factor(rest, mean) };
    });
  }

  /** The Cholesky factor of (X − m)ᵀ(X − m) + λI. */
  #factor(rest: Int32Array, mean: Float64Array): Float64Array {
    const width = this.#width;
    const gram = new Float64Array(width * width);
    const row = new Float64Array(width);
    for (const at of rest) {
      for (let j = 0; j < width; j++) row[j] = this.#x[at * width + j] - mean[j];
      for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) gram[i * width + j] += row[i] * row[j];
    }
    for (let i = 0; i < width; i++) {
      gram[i * width + i] += RIDGE * rest.length;
      for (let j = 0; j <= i; j++) {
        let sum = gram[i * width + j];
        for (let k = 0; k < j; k++) sum -= gram[i * width + k] * gram[j * width + k];
        gram[i * width + j] = i === j ? Math.sqrt(sum) : sum / gram[j * width + j];
      }
    }
    return gram;
  }

  /** The area under the ROC curve of rows that were not trained on; the mean over the folds, whose scores have no common scale. */
  auc(first: Uint8Array): number {
    const width = this.#width;
    let [total, folds] = [0, 0];
    for (const { rows, rest, mean, factor } of this.#folds) {
      let share = 0;
      for (const row of rest) share += first[row] / rest.length;
      const w = new Float64Array(width);
      for (const row of rest)
        for (let j = 0; j < width; j++) w[j] += (this.#x[row * width + j] - mean[j]) * (first[row] - share);
      solve(factor, w);
      const scores = Float64Array.from(rows, (row) => {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += w[j] * this.#x[row * width + j];
        return sum;
      });
      const area = areaUnder(scores, (i) => first[rows[i]] === 1);
      if (Number.isNaN(area)) continue;
      total += area;
      folds++;
    }
    return folds ? total / folds : 0.5;
  }
}

/** Solves L·Lᵀ·w = b in place. */
function solve(factor: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= factor[i * n + k] * b[k];
    b[i] /= factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= factor[k * n + i] * b[k];
    b[i] /= factor[i * n + i];
  }
}

/** The probability that a row of the first kind scores above one of the second; ties count half, and NaN where a kind is missing. */
function areaUnder(scores: Float64Array, isFirst: (i: number) => boolean): number {
  const order = Uint32Array.from(scores.keys()).sort((i, j) => scores[i] - scores[j] || i - j);
  let [ranks, firsts] = [0, 0];
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && scores[order[end]] === scores[order[at]]) end++;
    for (let k = at; k < end; k++)
      if (isFirst(order[k])) {
        ranks += (at + 1 + end) / 2;
        firsts++;
      }
    at = end;
  }
  return (ranks - (firsts * (firsts + 1)) / 2) / (firsts * (order.length - firsts));
}

/** How different a column is in the rows of the first kind and the others. */
function distance({ type, values }: NumberColumn): (first: Uint8Array) => number {
  // Missing cells are a value of their own, below all others.
  const x = values.map((v) => (Number.isNaN(v) ? Number.NEGATIVE_INFINITY : v));
  const order = Uint32Array.from(x.keys()).sort((i, j) => (x[i] === x[j] ? i - j : x[i] - x[j]));
  const isUnordered = type === 'category' || type === 'text';
  return (first) => {
    const count = first.reduce((sum, v) => sum + v, 0);
    const [up, down] = [1 / count, 1 / (first.length - count)];
    let [sum, before, found] = [0, 0, 0];
    for (let i = 0; i < order.length; i++) {
      sum += first[order[i]] ? up : -down;
      if (i + 1 < order.length && x[order[i + 1]] === x[order[i]]) continue;
      found = isUnordered ? found + Math.abs(sum - before) / 2 : Math.max(found, Math.abs(sum));
      before = sum;
    }
    return found;
  };
}
