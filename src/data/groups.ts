import { DataError, OptionError } from '../errors.js';
import { integer, oneOf, refuse } from '../options.js';
import type { Key } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import type { Dataset } from './columns.js';
import { isTyped } from './numbers.js';

/** Rows that must not be torn apart, or that follow one another. */
export interface GroupOptions {
  /** Rows of one group stay together, such as those of one patient: the name of a column, or a label (text or number) for each row. Classes are
   *  not dealt evenly then. */
  groups?: string | ArrayLike<string | number>;
  /** 'time': the rows stand in the order of time; what is trained on is always earlier than what judges. Nothing is drawn then. */
  order?: 'time';
  /** With order 'time': so many rows between parts are left out, because they tell of both sides. Default 0. */
  gap?: number;
}
export const GROUP_OPTIONS = ['groups', 'order', 'gap'] as const;

/** The rows between two parts in the order of time; undefined where rows are drawn. */
export function gapOf(where: string, { groups, order, gap = 0 }: GroupOptions): number | undefined {
  if (order !== undefined) oneOf(where, 'order', order, ['time']);
  integer(where, 'gap', gap, 0);
  if (gap && !order) throw new OptionError(`${where}: gap is ${gap}, and needs order: 'time'`);
  if (groups !== undefined && order)
    throw new OptionError(`${where}: groups and order are given; rows are kept together or in order, not both`);
  return order && gap;
}

/** The rows of each group, by the options. */
function rowsOf(where: string, data: Dataset, groups: string | ArrayLike<string | number>): number[][] {
  let labelOf: (row: number) => unknown;
  if (typeof groups === 'string') {
    const { columns, x, featureNames } = data;
    const at = columns.findIndex(({ name }) => name === groups);
    if (at < 0)
      throw new OptionError(
        `${where}: groups is '${groups}', which is no column${featureNames ? `; there are ${featureNames.join(', ').slice(0, 200)}` : ''}`,
      );
    labelOf = (row) => x[row * columns.length + at];
  } else {
    if (!Array.isArray(groups) && !isTyped(groups))
      refuse(where, 'groups', groups, 'the name of a column or a list of a label for each row');
    if (groups.length !== data.size)
      throw new DataError(`${where}: groups has ${groups.length} labels for ${data.size} rows`);
    labelOf = (row) => groups[row];
  }
  const found = new Map<unknown, number[]>();
  for (let row = 0; row < data.size; row++) {
    const label = labelOf(row);
    if (typeof label !== 'string' && !Number.isFinite(label))
      throw new DataError(`${where}: groups has no label for row ${row}; give each row a text or a finite number`);
    const rows = found.get(label);
    if (rows) rows.push(row);
    else found.set(label, [row]);
  }
  return [...found.values()];
}

/** Deals whole groups, the largest first, each to the part that lacks the most rows; the last ones to parts that have none. */
export function dealtGroups(
  where: string,
  data: Dataset,
  groups: string | ArrayLike<string | number>,
  shares: readonly number[],
  key: Key,
  stream: number,
): number[][] {
  const all = rowsOf(where, data, groups);
  const parts = shares.map((): number[] => []);
  const order = [...permutation(all.length, key, stream)].sort((a, b) => all[b].length - all[a].length);
  for (const [dealt, group] of order.entries()) {
    const empty = parts.filter((rows, i) => !rows.length && shares[i]).length;
    const toEmpty = all.length - dealt <= empty;
    const lacks = parts.map((rows, i) =>
      !shares[i] || (toEmpty && rows.length) ? Number.NEGATIVE_INFINITY : shares[i] * data.size - rows.length,
    );
    const part = parts[lacks.indexOf(Math.max(...lacks))];
    for (const row of all[group]) part.push(row);
  }
  const empty = parts.findIndex((rows, i) => !rows.length && shares[i]);
  if (empty >= 0)
    throw new DataError(`${where}: ${all.length} groups leave none for part ${empty}; give more groups or fewer parts`);
  return parts;
}

/** The rows from `begin` to before `end`. */
export const range = (begin: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - begin) }, (_, i) => begin + i);
