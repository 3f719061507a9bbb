import { DataError, OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { brief, listed } from './brief.js';
import type { Dataset } from './columns.js';
import { type NumberArray, isTyped } from './numbers.js';
import { type TableOptions, fromTable } from './table.js';

/** A row by name, or a list. */
export type Row = Readonly<Record<string, number | string>> | readonly (number | string)[] | NumberArray;

export interface RowsOptions extends Omit<TableOptions, 'target'> {
  /** The target's name, or its place in rows that are lists; negative ones count from the end. */
  target?: string | number;
}

const isList = (row: unknown): row is ArrayLike<unknown> => Array.isArray(row) || isTyped(row);
const place = (row: number): string => `row ${row}`;

/**
 * A set from rows in memory: objects with the same keys, or lists of equal length. All columns but the target's are
 * features and must be numbers; the target is as in `fromCsv`. Throws a DataError that names the row, counted from 0.
 * @example dataset.fromRows([{ size: 0.3, legs: 4, animal: 'cat' }, { size: 0.1, legs: 2, animal: 'hen' }], { target: 'animal' })
 */
export function fromRows(rows: readonly Row[], options: RowsOptions = {}): Dataset {
  checkKeys('fromRows', options, ['target', 'classes', 'sealed']);
  if (!Array.isArray(rows))
    throw new DataError(`fromRows: ${brief(rows)} is not a list of rows; give objects or lists of numbers`);
  if (!rows.length) throw new DataError('fromRows: there are no rows; give at least one');
  const lists = isList(rows[0]);
  const expected = lists ? 'a list' : 'an object';
  // By index: a list may have holes.
  for (let row = 0; row < rows.length; row++)
    if (typeof rows[row] !== 'object' || rows[row] === null || isList(rows[row]) !== lists)
      throw new DataError(
        `fromRows: row ${row} is ${brief(rows[row])}, where ${row ? `${expected} as row 0 was expected` : 'an object or a list was expected'}; correct it or leave it out`,
      );
  const { target, ...rest } = options;
  if (target !== undefined && typeof target !== 'string' && !(lists && typeof target === 'number'))
    throw new OptionError(
      `fromRows: target is ${brief(target)}; rows are ${lists ? 'lists, so give the place' : 'objects, so give the name'} of a column`,
    );
  return lists
    ? ofLists(rows as readonly ArrayLike<unknown>[], target, rest)
    : ofObjects(rows as readonly Readonly<Record<string, unknown>>[], target as string | undefined, rest);
}

function ofLists(
  rows: readonly ArrayLike<unknown>[],
  target: string | number | undefined,
  rest: Omit<TableOptions, 'target'>,
): Dataset {
  const names = Array.from(rows[0], (_, i) => String(i));
  const column = typeof target === 'number' && target < 0 ? target + names.length : target;
  const data = fromTable(
    'fromRows',
    { names, rows, place },
    { target: column === undefined ? column : `${column}`, ...rest },
  );
  return data.with({ featureNames: undefined, targetName: undefined });
}

function ofObjects(
  rows: readonly Readonly<Record<string, unknown>>[],
  target: string | undefined,
  rest: Omit<TableOptions, 'target'>,
): Dataset {
  const names = Object.keys(rows[0]);
  const known = new Set(names);
  const cells = rows.map((given, row) => {
    const strange = Object.keys(given).find((key) => !known.has(key));
    if (strange !== undefined)
      throw new DataError(`fromRows: row ${row} has ${brief(strange)}, which row 0 has not: ${listed(names)}`);
    return names.map((name) => given[name]);
  });
  return fromTable('fromRows', { names, rows: cells, place }, { target, ...rest });
}
