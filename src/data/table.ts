import { DataError, OptionError } from '../errors.js';
import { flag, meant } from '../options.js';
import { brief, listed } from './brief.js';
import { Dataset } from './columns.js';
import { type CellList, distinctOf, writtenNumber } from './cells.js';
import {
  allNumbers,
  type Cells,
  columnOf,
  type Field,
  type FieldType,
  isMissing,
  MISSING,
  numbersOfCells,
  typesOf,
} from './fields.js';
import { type Classes, targetOf } from './target.js';

/** A table: column names, and the cells of each column. */
export interface Table {
  readonly where: string;
  readonly names: readonly string[];
  readonly columns: readonly CellList[];
  readonly size: number;
  /** Returns a row's place in its source, such as 'line 7'. */
  readonly place: (row: number) => string;
  /** Set where cells are the text of a file: the decimal sign, and the columns that have quoted numbers. */
  readonly written?: { readonly comma: boolean; readonly quotedNumbers: ReadonlySet<number> };
}

export interface TableOptions {
  /** The column to predict; without it the set has no targets. */
  target?: string;
  /** The number of classes or their names; `false` takes whole numbers as values. Default: decided by the target's column. */
  classes?: Classes;
  /** The types of columns for which the automatic choice is wrong. */
  types?: Readonly<Record<string, FieldType>>;
  /** The words for a missing cell. Default '', 'NA', 'N/A', 'NaN', 'null', '?'. */
  missing?: readonly string[];
  /** The columns to leave out. */
  drop?: readonly string[];
  sealed?: boolean;
}
export const TABLE_OPTIONS = ['target', 'classes', 'types', 'missing', 'drop', 'sealed'];

/** Checks that an option is a list of strings. */
function texts(where: string, name: string, given: unknown): readonly string[] {
  if (Array.isArray(given) && given.every((text) => typeof text === 'string')) return given;
  throw new OptionError(`${where}: ${name} is ${brief(given)}; it must be a list of strings`);
}

/**
 * Makes a set from a table: the target's column, and all others as features. The type of a column is found from all of its cells, unless `types`
 * names it. A target of strings is classes, the sorted distinct strings; one of numbers follows the rule of `dataset`. A mixture is an
 * error unless `classes` lists it.
 */
export function fromTable(table: Table, options: TableOptions): Dataset {
  const { where, names, columns, size, place, written } = table;
  const { target, classes, sealed } = options;
  if (!size) throw new DataError(`${where}: there are no rows; give at least one`);
  if (target !== undefined && typeof target !== 'string')
    throw new OptionError(`${where}: target is ${brief(target)}; give the name of a column`);
  const known = (what: string, name: string): number => {
    const column = names.indexOf(name);
    if (column >= 0) return column;
    throw new OptionError(
      `${where}: ${what} ${brief(name)} is not a column${meant(name, names) || '.'} Columns: ${listed(names)}`,
    );
  };
  if (target === undefined && classes !== undefined)
    throw new OptionError(`${where}: classes describes the target, which is not given`);
  const targetColumn = target === undefined ? -1 : known('target', target);
  const types = typesOf(where, options.types, names);
  const missing = new Set(texts(where, 'missing', options.missing ?? MISSING));
  const dropped = new Set(texts(where, 'drop', options.drop ?? []).map((name) => known('drop', name)));
  const features = names.map((_, column) => column).filter((column) => column !== targetColumn && !dropped.has(column));
  if (!names.length) throw new DataError(`${where}: ${place(0)} has no columns; give at least one feature`);
  if (!features.length)
    throw new DataError(`${where}: ${brief(names[0])} is the only column; features are needed besides the target`);

  const cellsOf = (column: number): Cells => ({
    where,
    name: names[column],
    cells: columns[column],
    place,
    missing,
    written: written && { comma: written.comma, quotedNumbers: written.quotedNumbers.has(column) },
  });
  const x = new Float32Array(size * features.length);
  const fields = features.map((column, i): Field => {
    const { field, numbers } = columnOf(cellsOf(column), types[names[column]]);
    for (let row = 0; row < size; row++) x[row * features.length + i] = numbers[row];
    return field;
  });
  const plain = fields.every(({ type }) => type === 'number') && !x.some(Number.isNaN);
  const y = target === undefined ? undefined : targetCells(cellsOf(targetColumn), classes, types[target]);
  return new Dataset({
    x,
    shape: [features.length],
    scale: 1,
    size,
    targets: y === undefined ? [] : [targetOf(where, { name: '', y, classes, rows: size })],
    sealed: flag(where, 'sealed', sealed ?? false),
    featureNames: features.map((column) => names[column]),
    targetName: target,
    fields: plain ? undefined : fields,
  });
}

/** Reads more rows of a table with the columns and classes of an existing set. A cell that does not fit is a DataError that
 *  names the line; an unknown category becomes −1. @internal */
export function fromTableLike(table: Table, like: Dataset, missing: readonly string[] = MISSING): Dataset {
  const { where, names, columns, size, place, written } = table;
  const { featureNames = [], targetName = '', classNames } = like;
  const cellsOf = (name: string): Cells => ({
    where,
    name,
    cells: columns[names.indexOf(name)],
    place,
    missing: new Set(missing),
    written: written && { comma: written.comma, quotedNumbers: false },
  });
  const fields = like.fields ?? featureNames.map((name): Field => ({ name, type: 'number' }));
  const x = new Float32Array(size * fields.length);
  fields.forEach((field, i) => {
    const numbers = numbersOfCells(cellsOf(field.name), field);
    for (let row = 0; row < size; row++) x[row * fields.length + i] = numbers[row];
  });
  const classes = classNames ?? (like.classes || false);
  const y = targetCells(cellsOf(targetName), classes);
  const isOne = classNames ? new Set(classNames) : undefined;
  const [first] = like.targets;
  for (let row = 0; row < size; row++) {
    const known = isOne ? isOne.has(String(y[row])) : typeof y[row] === 'number';
    const label = y[row] as number;
    if (known && (classNames || !like.classes || (Number.isInteger(label) && label >= 0 && label < like.classes)))
      continue;
    throw new DataError(
      `${where}: ${place(row)}, column ${brief(targetName)}: ${brief(y[row])} is not ${classNames ? `one of the classes ${listed(classNames)}` : like.classes ? `a label of ${like.classes} classes` : 'a number'}; correct it, or list all in classes`,
    );
  }
  const target = targetOf(where, { name: '', y: isOne ? Array.from(y, String) : (y as number[]), classes, rows: size });
  return like.with({ x, size, fields, targets: [{ ...first, values: target.values }] });
}

/** Reads the cells of the target: all numbers, or all text. */
function targetCells(given: Cells, classes?: Classes, type?: FieldType): ArrayLike<number> | string[] {
  const { where, name, cells: all, place, written } = given;
  const fail = (row: number, what: string): never => {
    throw new DataError(`${where}: ${place(row)}, column ${brief(name)}: ${brief(all.at(row))} ${what}`);
  };
  const isNumber = (v: unknown): v is number => typeof v === 'number';
  const direct = written?.quotedNumbers ? undefined : allNumbers(given, true);
  const cells = direct?.some(Number.isNaN) === false ? direct : mixedCells(given, fail);
  const [first] = cells;
  const oneWord = typeof first === 'string';
  if (classes === undefined && (oneWord || cells.length > 1) && cells.every((v: unknown) => v === first))
    throw new DataError(
      `${where}: column ${brief(name)} is ${brief(first)} in all ${cells.length} rows: nothing can be learned from it; ` +
        `choose another target, or ${oneWord ? 'list the names in classes' : 'say what it is with classes (false: values)'}`,
    );
  const isPlain = cells === direct || cells.every(isNumber);
  if (isPlain && (type === undefined || type === 'number')) return cells as ArrayLike<number>;
  const number = cells.findIndex(isNumber);
  const word = cells.findIndex((v: unknown) => !isNumber(v));
  if (number >= 0 && word >= 0 && !Array.isArray(classes))
    fail(
      word,
      `is not a number, while ${place(number)} has ${cells[number]}; correct it, or list all names in classes`,
    );
  return Array.from(cells, String);
}

/** Converts the cells to numbers and strings; each distinct cell is checked once, in order of occurrence. */
function mixedCells(
  { cells, missing, written }: Cells,
  fail: (row: number, what: string) => never,
): (number | string)[] {
  const { cells: distinct, codes } = distinctOf(cells);
  const values = distinct.map((cell, code): number | string => {
    if (isMissing(cell, missing)) fail(codes.indexOf(code), 'is a missing target; fill it in or leave the row out');
    if (typeof cell === 'boolean') return String(cell);
    if (typeof cell === 'number') return cell;
    if (typeof cell !== 'string') return fail(codes.indexOf(code), 'is neither a number nor a string');
    const text = cell.trim();
    return written && !written.quotedNumbers ? (writtenNumber(text, written.comma) ?? text) : text;
  });
  return Array.from(codes, (code) => values[code]);
}
