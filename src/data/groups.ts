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
  integer(where, 'gap', gap, 0);
  if (order !== undefined) oneOf(where, 'order', order, ['time']);
  else if (gap) refuse(where, 'gap', gap, "0 without order: 'time'");
  if (order && groups !== undefined) refuse(where, 'order', order, 'left out where there are groups');
  return order && gap;
}

/** The rows of each group, by the options. */
function rowsOf(where: string, data: Dataset, groups: string | ArrayLike<string | number>): number[][] {
  const { columns, x, size } = data;
  const at = columns.findIndex(({ name }) => name === groups);
  if (at < 0 && ((!Array.isArray(groups) && !isTyped(groups)) || groups.length !== size))
    refuse(where, 'groups', groups, `the name of a column or a list of ${size} labels, one for each row`);
  const found = new Map<unknown, number[]>();
  for (const row of range(0, size)) {
    const label = at < 0 ? groups[row] : x[row * columns.length + at];
    if (typeof label !== 'string' && !Number.isFinite(label))
      refuse(where, `groups[${row}]`, label, 'a text or a finite number');
    const rows = found.get(label) ?? [];
    rows.push(row);
    found.set(label, rows);
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
  order.forEach((group, dealt) => {
    const empty = parts.filter((rows, i) => shares[i] && !rows.length).length;
    const lacks = parts.map((rows, i) =>
      shares[i] && !(rows.length && all.length - dealt <= empty) ? shares[i] * data.size - rows.length : -data.size,
    );
    const part = parts[lacks.indexOf(Math.max(...lacks))];
    for (const row of all[group]) part.push(row);
  });
  return parts;
}

/** The rows from `begin` to before `end`. */
export const range = (begin: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - begin) }, (_, i) => begin + i);
