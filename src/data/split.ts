import { DataError, OptionError } from '../errors.js';
import { checkKeys, flag, inRange } from '../options.js';
import { isTensor, type Tensor } from '../graph/tensor.js';
import { split as parts } from '../ops/axes.js';
import type { Operand } from '../ops/operand.js';
import { type Key, seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { checkDataset, type Dataset } from './columns.js';
import { dealtGroups, gapOf, GROUP_OPTIONS, type GroupOptions, range } from './groups.js';
import { refuseSealed } from './leakage.js';

export interface SplitOptions extends GroupOptions {
  /** The parts' shares; they sum to 1. Default 0.7, 0.15, 0.15. */
  train?: number;
  validation?: number;
  test?: number;
  /** The seed of the random order. Default 0. */
  seed?: number;
  /** Whether every part has the same shares of classes, where y is labels. Default true. */
  stratify?: boolean;
}
export interface Split {
  readonly train: Dataset;
  readonly validation: Dataset;
  /** The test set. It is sealed: functions that fit or select refuse it. */
  readonly test: Dataset;
}

/** Rows for training, for validation and for the test, drawn by the seed, each row in one part. With labels every class is
 *  split in the same shares. With `groups`, rows of one group are in one part, for a model that is to know other patients or users than those it
 *  has seen; with `order: 'time'`, training comes first and the test last. The test part is sealed: it is for the end.
 *  Throws a LeakageError for a sealed set, a DataError where a part would be empty, an OptionError for shares that do not sum to 1.
 *  @example const { train, validation, test } = split(digits(), { seed: 1 }) */
export function split(data: Dataset, options?: SplitOptions): Split;
/** Cuts a tensor along an axis (default 0): into a number of equal parts, or into parts of the sizes in a list.
 *  @example split(arange(5), [2, 3]).map((part) => part.toArray()) // [[0, 1], [2, 3, 4]] */
export function split(x: Operand, parts: number | readonly number[], axis?: number): Tensor[];
export function split(
  data: Dataset | Operand,
  options: SplitOptions | number | readonly number[] = {},
  axis?: number,
): Split | Tensor[] {
  if (
    isTensor(data) ||
    (Array.isArray(data) && options !== null && (typeof options === 'number' || Array.isArray(options)))
  )
    return parts(data, options as number, axis);
  return splitSet(data as Dataset, options as SplitOptions);
}
function splitSet(data: Dataset, options: SplitOptions): Split {
  const names = ['train', 'validation', 'test'] as const;
  checkKeys('split', options, [...names, 'seed', 'stratify', ...GROUP_OPTIONS]);
  checkDataset('split', data, true);
  refuseSealed('split', data);
  const shares = names.map((name, i) => inRange('split', name, options[name] ?? [0.7, 0.15, 0.15][i], 0, 1));
  const total = shares.reduce((a, b) => a + b, 0);
  if (Math.abs(total - 1) > 1e-9)
    throw new OptionError(
      `split: train, validation and test are ${shares.join(', ')}, together ${total}; they must sum to 1`,
    );
  const key = seedKey(options.seed ?? 0, 'split');
  const stratify = flag('split', 'stratify', options.stratify ?? true);
  const gap = gapOf('split', options);
  const parts =
    options.groups !== undefined
      ? dealtGroups('split', data, options.groups, shares, key, streams.split)
      : gap === undefined
        ? dealt(groupsOf(data, stratify), shares, key)
        : inOrder(data.size, shares, gap);
  parts.forEach((rows, i) => {
    if (!rows.length)
      throw new DataError(
        `split: ${data.size} rows leave none for ${names[i]} (share ${shares[i]}); give more rows or a larger share`,
      );
  });
  // The rows of a part keep the order of the set: training shuffles them anyway.
  const [train, validation, test] = parts.map((rows) => data.rows(rows.sort((a, b) => a - b)));
  return { train, validation, test: test.with({ sealed: true }) };
}

/** Parts one after another, each without its last `gap` rows where another follows. */
function inOrder(size: number, shares: readonly number[], gap: number): number[][] {
  const ends = endsOf(shares).map((end) => Math.round(end * size));
  return ends.map((end, i) => range(i && ends[i - 1], end === size ? end : end - gap));
}

/** The share of the rows before each part's end. */
const endsOf = (shares: readonly number[]): number[] =>
  shares.map((_, i) => (i === shares.length - 1 ? 1 : shares.slice(0, i + 1).reduce((a, b) => a + b, 0)));

/** Groups the rows that must be distributed evenly: one group for each label, or one of all rows, where a row has no label or several. A label without rows has no group. */
export function groupsOf(data: Dataset, stratify: boolean): number[][] {
  const all = Array.from({ length: data.size }, (_, row) => row);
  const [target] = data.targets;
  if (!stratify || data.targets.length !== 1 || target.kind !== 'classes' || target.shape.length) return [all];
  const groups: number[][] = [];
  for (const row of all) {
    const label = target.values[row];
    groups[label] ??= [];
    groups[label].push(row);
  }
  return groups;
}

/** Distributes shuffled groups over the parts. Boundaries are rounded for all rows so far, not for each group, so that the sizes of the parts
 *  are exact in total, and off by at most one row in every group. */
function dealt(groups: readonly number[][], shares: readonly number[], key: Key): number[][] {
  const ends = endsOf(shares);
  const parts = shares.map((): number[] => []);
  let before = 0;
  groups.forEach((group, stratum) => {
    const order = permutation(group.length, key, streams.split, stratum);
    const after = before + group.length;
    let begin = 0;
    ends.forEach((end, i) => {
      const stop = Math.max(begin, Math.round(end * after) - Math.round(end * before));
      for (let k = begin; k < stop; k++) parts[i].push(group[order[k]]);
      begin = stop;
    });
    before = after;
  });
  return parts;
}
