import { DataError } from '../errors.js';
import { checkKeys, flag, integer } from '../options.js';
import { seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { checkDataset, type Dataset } from './columns.js';
import { dealtGroups, gapOf, GROUP_OPTIONS, type GroupOptions, range } from './groups.js';
import { refuseSealed } from './leakage.js';
import { groupsOf } from './split.js';

export interface KFoldOptions extends GroupOptions {
  /** Default 0. */
  seed?: number;
  /** Every class has its share in every part, where y is labels. Default true. */
  stratify?: boolean;
}

/** k ways to train on all but one part and to validate on that part; each row is validated on once. Labels are dealt evenly. With `groups`, rows
 *  of one group are in one part. With `order: 'time'` the rows are cut into k + 1 parts in their order: each but the first is
 *  validated on once, and trained on are the rows before it alone, without the last `gap`.
 *  Throws a LeakageError for a sealed set, a DataError where rows or groups do not suffice for k parts.
 *  @example for (const { train, validation } of kFold(data, 5)) await fit(model, train, { ...options, validation }) */
export function kFold(data: Dataset, k: number, options: KFoldOptions = {}): { train: Dataset; validation: Dataset }[] {
  return foldsOf('kFold', data, k, options).map(({ train, validation }) => ({
    train: data.rows(train),
    validation: data.rows(validation),
  }));
}

/** The rows of each fold. */
export function foldsOf(
  where: string,
  data: Dataset,
  k: number,
  options: KFoldOptions,
): { train: number[]; validation: number[] }[] {
  checkKeys(where, options, ['seed', 'stratify', ...GROUP_OPTIONS]);
  checkDataset(where, data, true);
  refuseSealed(where, data);
  integer(where, 'k', k, 2);
  const { size } = data;
  const key = seedKey(options.seed ?? 0, 'kFold');
  const stratify = flag(where, 'stratify', options.stratify ?? true);
  const gap = gapOf(where, options);
  if (size < k + Number(gap !== undefined))
    throw new DataError(`${where}: ${size} rows cannot fill ${k} parts; give more rows or a smaller k`);
  if (gap !== undefined) return inTime(where, size, k, gap);
  const fold = new Int32Array(size);
  if (options.groups === undefined) {
    let dealt = 0;
    groupsOf(data, stratify).forEach((group, stratum) => {
      for (const at of permutation(group.length, key, streams.kFold, stratum)) fold[group[at]] = dealt++ % k;
    });
  } else
    dealtGroups(where, data, options.groups, new Array<number>(k).fill(1 / k), key, streams.kFold).forEach(
      (rows, part) => {
        if (!rows.length)
          throw new DataError(`${where}: the groups leave none for part ${part}; give more groups or a smaller k`);
        for (const row of rows) fold[row] = part;
      },
    );
  const rows = (keep: (part: number) => boolean): number[] => range(0, size).filter((row) => keep(fold[row]));
  return range(0, k).map((part) => ({ train: rows((p) => p !== part), validation: rows((p) => p === part) }));
}

/** k parts of equal size at the end, each with the rows before it. */
function inTime(where: string, size: number, k: number, gap: number): { train: number[]; validation: number[] }[] {
  const part = Math.floor(size / (k + 1));
  const first = size - k * part;
  if (gap >= first)
    throw new DataError(
      `${where}: a gap of ${gap} leaves none of the first ${first} rows to train on; give more rows, or a smaller gap or k`,
    );
  return range(0, k).map((i) => {
    const begin = first + i * part;
    return { train: range(0, begin - gap), validation: range(begin, begin + part) };
  });
}
