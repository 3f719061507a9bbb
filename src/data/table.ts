import { DataError, OptionError } from '../errors.js';
import { meant } from '../options.js';
import { brief, listed } from './brief.js';
import type { Dataset } from './columns.js';
import { fromOptions } from './fromMemory.js';
import type { Classes } from './target.js';

/** Cells by row, under names. A cell is a number or a string. */
export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly ArrayLike<unknown>[];
  /** Where a row stands in its source: 'line 7'. */
  readonly place: (row: number) => string;
}

export interface TableOptions {
  /** The column to predict; without it the set has no targets. */
  target?: string;
  /** The number of classes or their names; `false`: whole numbers are values. Default: what the target's column looks like. */
  classes?: Classes;
  sealed?: boolean;
}

/**
 * The set of a table: the target's column, and all others as features of float32. A target of strings is classes, the
 * sorted distinct strings; one of numbers follows the rule of `dataset`. A mixture is an error unless `classes` lists it.
 */
export function fromTable(where: string, table: Table, { target, classes, sealed }: TableOptions): Dataset {
  const { names, rows, place } = table;
  if (!rows.length) throw new DataError(`${where}: there are no rows; give at least one`);
  if (target !== undefined && typeof target !== 'string')
    throw new OptionError(`${where}: target is ${brief(target)}; give the name of a column`);
  const targetColumn = target === undefined ? -1 : names.indexOf(target);
  if (target !== undefined && targetColumn < 0)
    throw new OptionError(
      `${where}: target ${brief(target)} is not a column${meant(target, names) || '.'} Columns: ${listed(names)}`,
    );
  const columns = names.map((_, column) => column).filter((column) => column !== targetColumn);
  if (!names.length) throw new DataError(`${where}: ${place(0)} has no columns; give at least one feature`);
  if (!columns.length)
    throw new DataError(`${where}: ${brief(names[0])} is the only column; features are needed besides the target`);

  const x = new Float32Array(rows.length * columns.length);
  rows.forEach((cells, row) => {
    if (cells.length !== names.length)
      throw new DataError(
        `${where}: ${place(row)} has ${cells.length} fields where ${names.length} were expected: ${listed(names)}`,
      );
    columns.forEach((column, i) => {
      const value = cells[column];
      if (typeof value === 'number' && Number.isFinite(Math.fround(value))) {
        x[row * columns.length + i] = value;
        return;
      }
      const what = `${where}: ${place(row)}, column ${brief(names[column])}: ${brief(value)}`;
      throw new DataError(
        value === '' || value === undefined || value === null
          ? `${what} is a missing value; fill it in or leave the row out`
          : `${what} is not a finite number; turn categories into numbers or leave the column out`,
      );
    });
  });
  const y = target === undefined ? undefined : targetCells(where, table, targetColumn, classes);
  return fromOptions(where, { x, shape: [columns.length], y, classes, sealed }).with({
    featureNames: columns.map((column) => names[column]),
    targetName: target,
  });
}

function targetCells(
  where: string,
  { names, rows, place }: Table,
  column: number,
  classes?: Classes,
): number[] | string[] {
  const cells = rows.map((row) => row[column]);
  const fail = (row: number, what: string): never => {
    throw new DataError(`${where}: ${place(row)}, column ${brief(names[column])}: ${brief(cells[row])} ${what}`);
  };
  const isNumber = (v: unknown): v is number => typeof v === 'number';
  cells.forEach((v, row) => {
    if (v === '' || v === undefined || v === null) fail(row, 'is a missing target; fill it in or leave the row out');
    if (!isNumber(v) && typeof v !== 'string') fail(row, 'is neither a number nor a string');
  });
  const [first] = cells;
  const oneWord = typeof first === 'string';
  if (classes === undefined && (oneWord || cells.length > 1) && cells.every((v) => v === first))
    throw new DataError(
      `${where}: column ${brief(names[column])} is ${brief(first)} in all ${cells.length} rows: nothing can be learned from it; ` +
        `choose another target, or ${oneWord ? 'list the names in classes' : 'say what it is with classes (false: values)'}`,
    );
  if (cells.every(isNumber)) return cells;
  const number = cells.findIndex(isNumber);
  const word = cells.findIndex((v) => !isNumber(v));
  if (number >= 0 && !Array.isArray(classes))
    fail(
      word,
      `is not a number, while ${place(number)} has ${cells[number]}; correct it, or list all names in classes`,
    );
  return cells.map(String);
}
