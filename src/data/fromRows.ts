import { DataError, OptionError } from '../errors.js';
import { checkKeys, shown } from '../options.js';
import type { Dataset } from './columns.js';
import { type TableOptions, fromTable } from './table.js';

/** A row by name, or a list. */
export type Row = Readonly<Record<string, number | string>> | ArrayLike<number | string>;

export interface RowsOptions extends Omit<TableOptions, 'target'> {
  /** The target's name, or its place in rows that are lists; negative ones count from the end. */
  target?: string | number;
}

/**
 * A set from rows in memory: objects with the same keys, or lists of equal length. All columns but the target's are
 * features and must be numbers; the target is as in `fromCsv`. Throws a DataError that names the row, counted from 0.
 * @example dataset.fromRows([{ size: 0.3, legs: 4, animal: 'cat' }, { size: 0.1, legs: 2, animal: 'hen' }], { target: 'animal' })
 */
export function fromRows(rows: readonly Row[], options: RowsOptions = {}): Dataset {
  checkKeys('fromRows', options, ['target', 'classes', 'sealed']);
  if (!Array.isArray(rows) || typeof rows[0] !== 'object' || rows[0] === null)
    throw new DataError(`fromRows: ${shown(rows)} is not a list of rows; give objects or lists of numbers`);
  const place = (row: number): string => `row ${row}`;
  const { target, ...rest } = options;
  const lists = 'length' in rows[0];
  if (target !== undefined && typeof target !== (lists ? 'number' : 'string') && typeof target !== 'string')
    throw new OptionError(`fromRows: target is ${shown(target)}; rows are objects, so give the name of a column`);
  if (lists) {
    const names = Array.from(rows[0] as ArrayLike<unknown>, (_, i) => String(i));
    const column = typeof target === 'number' && target < 0 ? target + names.length : target;
    const table = { names, rows: rows as readonly ArrayLike<unknown>[], place };
    return fromTable('fromRows', table, { target: column === undefined ? undefined : String(column), ...rest }).with({
      featureNames: undefined,
      targetName: undefined,
    });
  }
  const names = Object.keys(rows[0]);
  const cells = rows.map((given, row) => {
    const strange = Object.keys(given).find((key) => !names.includes(key));
    if (strange !== undefined)
      throw new DataError(`fromRows: row ${row} has '${strange}', which row 0 has not: ${names.join(', ')}`);
    return names.map((name) => (given as Readonly<Record<string, unknown>>)[name]);
  });
  return fromTable('fromRows', { names, rows: cells, place }, { target: target as string | undefined, ...rest });
}
