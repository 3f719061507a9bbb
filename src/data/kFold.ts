import { DataError } from '../errors.js';
import { checkKeys, flag, integer } from '../options.js';
import { seedKey, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import { checkDataset, type Dataset } from './columns.js';
import { refuseSealed } from './leakage.js';
import { groupsOf } from './split.js';

/** Divides a set into k folds for cross-validation: each fold trains on all parts but one and validates on that one. Classes are distributed evenly.
 *  @example for (const { train, validation } of kFold(data, 5)) await fit(model, train, { ...options, validation }) */
export function kFold(
  data: Dataset,
  k: number,
  options: { seed?: number; stratify?: boolean } = {},
): { train: Dataset; validation: Dataset }[] {
  checkKeys('kFold', options, ['seed', 'stratify']);
  checkDataset('kFold', data, true);
  refuseSealed('kFold', data);
  integer('kFold', 'k', k, 2);
  if (data.size < k)
    throw new DataError(`kFold: ${data.size} rows cannot fill ${k} parts; give more rows or a smaller k`);
  const key = seedKey(options.seed ?? 0, 'kFold');
  const fold = new Int32Array(data.size);
  let dealt = 0;
  groupsOf(data, flag('kFold', 'stratify', options.stratify ?? true)).forEach((group, stratum) => {
    for (const at of permutation(group.length, key, streams.kFold, stratum)) fold[group[at]] = dealt++ % k;
  });
  const rows = (keep: (part: number) => boolean): Dataset =>
    data.rows(Array.from(fold.keys()).filter((row) => keep(fold[row])));
  return Array.from({ length: k }, (_, part) => ({
    train: rows((p) => p !== part),
    validation: rows((p) => p === part),
  }));
}
