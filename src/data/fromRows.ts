import { DataError, OptionError } from '../errors.js';
import { checkKeys, record } from '../options.js';
import { brief, listed } from './brief.js';
import type { CellList } from './cells.js';
import type { Dataset } from './columns.js';
import { type NumberArray, isTyped } from './numbers.js';
import { fromTable, TABLE_OPTIONS, type TableOptions } from './table.js';

/** A cell of a table; null and undefined are missing ones. */
export type Cell = number | string | boolean | DateLike | null | undefined;
/** A date: any object with the methods of Date, also of another realm. */
export interface DateLike {
  getTime(): number;
  toISOString(): string;
}
/** A row: an object by column name, or a list. */
export type Row = Readonly<Record<string, Cell>> | readonly Cell[] | NumberArray;

export interface RowsOptions extends Omit<TableOptions, 'target'> {
  /** The target's name, or its position in rows that are lists; negative positions count from the end. */
  target?: string | number;
}

const isList = (row: unknown): row is ArrayLike<unknown> & CellList => Array.isArray(row) || isTyped(row);
const place = (row: number): string => `row ${row}`;

/**
 * Makes a set from rows in memory: objects with the same keys, or lists of equal length. Columns and the target are as in `fromCsv`, except
 * that numbers, booleans and dates are given as such values, and strings are text or categories.
 * Throws a DataError that names the row, counted from 0.
 * @example dataset.fromRows([{ size: 0.3, legs: 4, animal: 'cat' }, { size: 0.1, legs: 2, animal: 'hen' }], { target: 'animal' })
 */
export function fromRows(rows: readonly Row[], options: RowsOptions = {}): Dataset {
  checkKeys('fromRows', options, TABLE_OPTIONS);
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
  const wrong = rows.findIndex((row) => row.length !== names.length);
  if (wrong >= 0)
    throw new DataError(
      `fromRows: row ${wrong} has ${rows[wrong].length} fields where ${names.length} were expected: ${listed(names)}`,
    );
  const column = typeof target === 'number' && target < 0 ? target + names.length : target;
  const columns = names.map((_, i) => rows.map((row) => row[i]));
  const data = fromTable(
    { where: 'fromRows', names, columns, size: rows.length, place },
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
  rows.forEach((given, row) => {
    const strange = Object.keys(given).find((key) => !known.has(key));
    if (strange !== undefined)
      throw new DataError(`fromRows: row ${row} has ${brief(strange)}, which row 0 has not: ${listed(names)}`);
  });
  const columns = names.map((name) => rows.map((row) => row[name]));
  return fromTable({ where: 'fromRows', names, columns, size: rows.length, place }, { target, ...rest });
}

/** Makes a set from columns: arrays, or typed arrays, of equal length by name. Their types are found as in `fromRows`.
 *  @example dataset.fromColumns({ age: Float32Array.of(41, 29), plan: ['pro', 'free'], churned: ['no', 'yes'] }, { target: 'churned' }) */
export function fromColumns(given: Readonly<Record<string, ArrayLike<Cell>>>, options: TableOptions = {}): Dataset {
  const where = 'fromColumns';
  checkKeys(where, options, TABLE_OPTIONS);
  record(where, 'the table', given, "an object of columns: { age: [41, 29], plan: ['pro', 'free'] }");
  const names = Object.keys(given);
  const columns = names.map((name) => {
    const column: unknown = given[name];
    if (isList(column)) return column;
    throw new DataError(`${where}: column ${brief(name)} is ${brief(column)}; give a list or a typed array`);
  });
  if (!names.length) throw new DataError(`${where}: the table has no columns; give { age: [41, 29] }`);
  const size = columns[0].length;
  const wrong = columns.findIndex(({ length }) => length !== size);
  if (wrong >= 0)
    throw new DataError(
      `${where}: column ${brief(names[wrong])} has ${columns[wrong].length} cells, and ${brief(names[0])} has ${size}; give one for each row`,
    );
  return fromTable({ where, names, columns, size, place }, options);
}
