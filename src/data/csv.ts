import { DataError, OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { brief, listed } from './brief.js';
import type { Dataset } from './columns.js';
import { TextCells, writtenNumber } from './cells.js';
import { type CsvRecord, CsvReader } from './records.js';
import { fromTable, type Table, TABLE_OPTIONS, type TableOptions } from './table.js';

export interface CsvOptions extends TableOptions {
  /** The character between fields. Default: one of `, ; tab |`, found in the first lines. With a semicolon, 1,5 is a number too. */
  delimiter?: string;
  /** Another name of `delimiter`. */
  separator?: string;
}

/** Reads the delimiter from the options; undefined where they have none. */
export function delimiterOf(where: string, { delimiter, separator }: CsvOptions): string | undefined {
  for (const [name, given] of Object.entries({ delimiter, separator }))
    if (given !== undefined && (typeof given !== 'string' || given.length !== 1 || /["\r\n]/.test(given)))
      throw new OptionError(
        `${where}: ${name} is ${brief(given)}; it must be one character, neither a quote nor a line end`,
      );
  return delimiter ?? separator;
}

/** Collects the columns of a text that comes in pieces. */
export class TableReader {
  readonly #reader: CsvReader;
  #columns: TextCells[] = [];
  readonly #quotedNumbers = new Set<number>();
  #lines: number[] = [];
  #names: string[] | undefined;

  constructor(
    readonly where: string,
    delimiter: string | undefined,
  ) {
    this.#reader = new CsvReader(where, delimiter, (record) => this.#take(record));
  }
  push(piece: string): void {
    this.#reader.push(piece);
  }
  /** The number of rows since the last table was taken. */
  get size(): number {
    return this.#lines.length;
  }
  end(): Table {
    this.#reader.end();
    return this.take();
  }
  /** Takes the rows so far as a table; rows that follow begin another. */
  take(): Table {
    const { where } = this;
    const names = this.#names;
    if (!names) throw new DataError(`${where}: the text is empty; its first line must name the columns`);
    const lines = this.#lines;
    const columns = this.#columns;
    this.#lines = [];
    this.#columns = names.map(() => new TextCells());
    return {
      where,
      names,
      columns,
      size: lines.length,
      place: (row) => `line ${lines[row]}`,
      written: { comma: this.#reader.separator === ';', quotedNumbers: new Set(this.#quotedNumbers) },
    };
  }

  #take({ fields, quoted, line }: CsvRecord): void {
    const names = this.#names;
    if (!names) {
      this.#names = namesOf(this.where, fields, line);
      this.#columns = fields.map(() => new TextCells());
      return;
    }
    if (fields.length !== names.length)
      throw new DataError(
        `${this.where}: line ${line} has ${fields.length} fields where ${names.length} were expected: ${listed(names)}`,
      );
    const comma = this.#reader.separator === ';';
    for (let i = 0; i < fields.length; i++) {
      this.#columns[i].push(fields[i], comma);
      if (quoted?.[i] && !this.#quotedNumbers.has(i) && writtenNumber(fields[i].trim(), false) !== undefined)
        this.#quotedNumbers.add(i);
    }
    this.#lines.push(line);
  }
}

function namesOf(where: string, fields: readonly string[], line: number): string[] {
  const names = fields.map((name) => name.trim());
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name))
      throw new DataError(`${where}: line ${line}: two columns are named ${brief(name)}; rename one`);
    known.add(name);
  }
  return names;
}

/** Builds a set from a text that comes in pieces and never has to fit into one string. @internal */
export class CsvSet {
  readonly #reader: TableReader;
  constructor(
    where: string,
    readonly options: CsvOptions,
  ) {
    checkKeys(where, options, [...TABLE_OPTIONS, 'delimiter', 'separator']);
    this.#reader = new TableReader(where, delimiterOf(where, options));
  }
  push(piece: string): void {
    this.#reader.push(piece);
  }
  end(): Dataset {
    return fromTable(this.#reader.end(), this.options);
  }
}

/**
 * Makes a set from CSV text with a header line; blank lines are skipped. Every column but the target's
 * is a feature and keeps its type (`data.columns`), which is found from all of its cells: numbers; true and false (yes and no); dates such as
 * 2024-02-29; categories; and text, such as names, numbers in quotes and ids (007). Missing cells stay missing. Models take numbers:
 * `encode` turns all columns into numbers.
 *
 * A target of strings is classes, in sorted order; one of numbers is labels where all are whole, every class from 0 to the largest
 * occurs and rows are at least ten times as many as classes, else values. `classes` decides otherwise: their number or names, or `false`
 * for values. Throws a DataError that names the line and the column.
 * @example dataset.fromCsv('size,legs,animal\n0.3,4,cat\n0.1,2,hen\n', { target: 'animal' })
 */
export function fromCsv(text: string, options: CsvOptions = {}): Dataset {
  const where = 'fromCsv';
  const set = new CsvSet(where, options);
  if (typeof text !== 'string')
    throw new DataError(`${where}: ${brief(text)} is not text; give the file's content as a string`);
  set.push(text);
  return set.end();
}
