import { DataError, OptionError } from '../errors.js';
import { brief } from './brief.js';
import { type CellList, distinctOf, TextCells, writtenNumber } from './cells.js';

export type FieldType = 'number' | 'category' | 'boolean' | 'text' | 'date';
export const FIELD_TYPES: readonly FieldType[] = ['number', 'category', 'boolean', 'text', 'date'];

/** A column of a table. A set's x stores it as numbers: numbers unchanged, indices into `categories`, 0 and 1, or days since 1970 (UTC); NaN where
 *  a cell is missing. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** The distinct texts of a column of categories or text, sorted. */
  readonly categories?: readonly string[];
  /** The first cell that is no number in a column where most are: 'line 7: "x12"'. */
  readonly strange?: string;
}

/** A column of a set, as in `data.columns`. */
export interface Column extends Pick<Field, 'name' | 'type' | 'categories'> {
  /** How many cells are missing. */
  readonly missing: number;
}

/** The default words for a missing cell. */
export const MISSING: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'null', '?'];

/** The cells of one column, and how to read them. */
export interface Cells {
  /** The name of the calling function, for messages. */
  readonly where: string;
  readonly name: string;
  /** The cells: text, numbers, booleans or dates; null and undefined are missing. */
  readonly cells: CellList;
  /** Returns a row's place in its source, such as 'line 7'. */
  readonly place: (row: number) => string;
  /** Text that means a missing cell. */
  readonly missing: ReadonlySet<string>;
  /** Set where cells are the text of a file, in which numbers are text too: whether they have a decimal comma or point. */
  readonly written?: { readonly comma: boolean; readonly quotedNumbers: boolean };
}

/** Whether a number is an id: 007, or more digits than float64 holds. */
const isId = (text: string): boolean =>
  /^[+-]?0\d/.test(text) || (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(+text));
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?)?$/;
const TRUE = new Set(['true', 'yes', 'y', 't']);
const FALSE = new Set(['false', 'no', 'n', 'f']);
const DAY = 86_400_000;

/** Counts the days from 1970-01-01 to a day of the Gregorian calendar. Years are taken to begin in March, so that leap days come last. */
function daysTo(year: number, month: number, day: number): number {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const leap = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leap + Math.floor((153 * m + 2) / 5) + day - 719_469;
}

/** Reads a date such as 2024-02-29 or 2024-02-29T12:00Z as days since 1970; undefined where the text is not a date. Without a zone it is UTC, in
 *  every place. */
function dayOf(text: string): number | undefined {
  const found = DATE.exec(text);
  if (!found) return undefined;
  const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map((digits) => Number(digits ?? 0));
  const next = month < 12 ? daysTo(year, month + 1, 1) : daysTo(year + 1, 1, 1);
  if (month < 1 || month > 12 || day < 1 || daysTo(year, month, day) >= next) return undefined;
  if (hours > 24 || minutes > 59 || seconds >= 61) return undefined;
  const zone = found[7] ?? 'Z';
  const ahead =
    zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2)));
  return daysTo(year, month, day) + (hours * 3600 + (minutes - ahead) * 60 + seconds) / 86_400;
}

/** Whether a value is a Date, of this realm or another. */
const isDate = (x: unknown): x is { getTime(): number; toISOString(): string } =>
  Object.prototype.toString.call(x) === '[object Date]';

export const isMissing = (cell: unknown, missing: ReadonlySet<string>): boolean =>
  cell === undefined ||
  cell === null ||
  (typeof cell === 'number' ? Number.isNaN(cell) : typeof cell === 'string' && missing.has(cell.trim()));

/** A column with at most this many distinct texts is categories, however few rows it has. With more than MANY, or more than half the number of rows,
 *  it is text such as names or remarks. */
const [FEW, MANY] = [10, 50];

/** The type of a single cell; a number such as 007 is an id. */
type Kind = 'number' | 'id' | 'boolean' | 'date' | 'text' | 'other';
function kindOf(cell: unknown, written: Cells['written']): Kind {
  if (typeof cell === 'number' || typeof cell === 'boolean') return typeof cell as 'number' | 'boolean';
  if (isDate(cell)) return 'date';
  if (typeof cell !== 'string') return 'other';
  if (!written) return 'text';
  const text = cell.trim();
  if (writtenNumber(text, written.comma) !== undefined) return isId(text) ? 'id' : 'number';
  const word = text.toLowerCase();
  if (TRUE.has(word) || FALSE.has(word)) return 'boolean';
  return dayOf(text) === undefined ? 'text' : 'date';
}

/** Finds a column's type from all of its cells, and its numbers. */
export function columnOf(given: Cells, type?: FieldType): { field: Field; numbers: Float64Array } {
  const numbers = type === undefined && !given.written?.quotedNumbers ? allNumbers(given, false) : undefined;
  if (numbers)
    return { field: { name: given.name, type: 'number' }, numbers: checkedNumbers(given, 'number', numbers) };
  const field = fieldOf(given, type);
  return { field, numbers: numbersOfCells(given, field) };
}

/** Reads a column of numbers and missing cells, which become NaN; undefined where a cell is neither, or needs the slower path. Ids such as 007
 *  are numbers if `ids` is set. */
export function allNumbers({ cells, missing, written }: Cells, ids: boolean): Float64Array | undefined {
  if (cells instanceof TextCells) {
    const found = cells.numbers();
    const comma = written?.comma ?? false;
    // Text that means a missing cell may be a number: -999.
    for (const text of missing) if (writtenNumber(text.trim(), comma) !== undefined) return undefined;
    if (!found || (found.empty && !missing.has(''))) return undefined;
    for (const [row, cell] of found.others) {
      if (isMissing(cell, missing)) continue;
      const text = cell.trim();
      const number = writtenNumber(text, comma);
      if (number === undefined || !(ids || !isId(text))) return undefined;
      found.numbers[row] = number;
    }
    return found.numbers;
  }
  const numbers = new Float64Array(cells.length);
  for (let row = 0; row < numbers.length; row++) {
    const cell = cells.at(row);
    if (typeof cell === 'number') numbers[row] = cell;
    else if (cell === null || cell === undefined) numbers[row] = Number.NaN;
    else return undefined;
  }
  return numbers;
}

/** Finds the type of a column with cells of several types, from its distinct cells. */
function fieldOf(given: Cells, type?: FieldType): Field {
  const { where, name, cells, place, missing, written } = given;
  if (type === 'number' || type === 'boolean' || type === 'date') return { name, type };
  const all = distinctOf(cells);
  const firsts = new Int32Array(all.cells.length).fill(-1);
  const counts = new Int32Array(all.cells.length);
  all.codes.forEach((code, row) => {
    if (firsts[code] < 0) firsts[code] = row;
    counts[code]++;
  });
  const rows = new Map<Kind, { first: number; count: number }>();
  let known = 0;
  let strange: number | undefined;
  // In the order in which they occur.
  all.cells.forEach((cell, code) => {
    if (isMissing(cell, missing)) return;
    known += counts[code];
    const kind = kindOf(cell, written);
    if (kind !== 'number') strange ??= firsts[code];
    const seen = rows.get(kind);
    if (seen) seen.count += counts[code];
    else rows.set(kind, { first: firsts[code], count: counts[code] });
  });
  const at = (row: number): string => `${where}: ${place(row)}, column ${brief(name)}: ${brief(cells.at(row))}`;
  const other = rows.get('other');
  if (other) throw new DataError(`${at(other.first)} is neither a number, text, true, false nor a date`);
  const [first, second] = [...rows.values()].map((kind) => kind.first).sort((a, b) => a - b);
  if (!type && !written && second !== undefined)
    throw new DataError(
      `${at(second)} stands where ${place(first)} has ${brief(cells.at(first))}; ` +
        `correct it, or say what the column is: types: { ${JSON.stringify(name)}: 'category' }`,
    );
  const isAll = (kind: Kind): boolean => (rows.get(kind)?.count ?? 0) === known;
  if (!type && isAll('number') && !written?.quotedNumbers) return { name, type: 'number' };
  if (!type && isAll('date')) return { name, type: 'date' };
  const words = new Set(all.cells.filter((cell) => !isMissing(cell, missing)).map(textOf));
  // yes and no, or true and false, but not both pairs.
  if (!type && isAll('boolean') && new Set([...words].map((word) => word.toLowerCase())).size < 3)
    return { name, type: 'boolean' };
  const isNames = words.size > FEW && (words.size > MANY || 2 * words.size > known);
  const mostly = written && (rows.get('number')?.count ?? 0) > known / 2 && strange !== undefined;
  return {
    name,
    type: type ?? (rows.has('id') || written?.quotedNumbers || isNames ? 'text' : 'category'),
    categories: [...words].sort(),
    ...(mostly && { strange: `${place(strange as number)} has ${brief(cells.at(strange as number))}` }),
  };
}

const textOf = (cell: unknown): string =>
  typeof cell === 'string' ? cell.trim() : isDate(cell) ? cell.toISOString() : String(cell);

/** Converts a column to numbers as its field prescribes: NaN where a cell is missing, −1 for text that is not among the categories. */
export function numbersOfCells(given: Cells, { type, categories }: Field): Float64Array {
  const { cells, missing, written } = given;
  const direct = type === 'number' ? allNumbers(given, true) : undefined;
  if (direct) return checkedNumbers(given, type, direct);
  const all = distinctOf(cells);
  const places = categories && new Map(categories.map((text, i) => [text, i]));
  const values = Float64Array.from(all.cells, (cell) => {
    if (isMissing(cell, missing)) return Number.NaN;
    // A cell that cannot be read becomes infinite here, and is refused below.
    return places ? (places.get(textOf(cell)) ?? -1) : (numberOf(cell, type, written?.comma ?? false) ?? Infinity);
  });
  return checkedNumbers(
    given,
    type,
    Float64Array.from(all.codes, (code) => values[code]),
  );
}

/** Refuses numbers that float32 cannot hold. */
function checkedNumbers({ where, name, cells, place }: Cells, type: FieldType, numbers: Float64Array): Float64Array {
  for (let row = 0; row < numbers.length; row++)
    if (Math.abs(Math.fround(numbers[row])) === Infinity)
      throw new DataError(
        `${where}: ${place(row)}, column ${brief(name)}: ${brief(cells.at(row))} is not ${EXPECTED[type]}; correct it, leave it empty, or give the column another type in types`,
      );
  return numbers;
}
const EXPECTED = {
  number: 'a finite number',
  boolean: 'true or false',
  date: 'a date such as 2024-02-29',
  category: 'text',
  text: 'text',
};

function numberOf(cell: unknown, type: FieldType, comma: boolean): number | undefined {
  const text = typeof cell === 'string' ? cell.trim() : undefined;
  if (type === 'boolean') {
    const word = String(text ?? cell).toLowerCase();
    return TRUE.has(word) || word === '1' ? 1 : FALSE.has(word) || word === '0' ? 0 : undefined;
  }
  if (type === 'date') return isDate(cell) ? cell.getTime() / DAY : text === undefined ? undefined : dayOf(text);
  if (typeof cell === 'number') return cell;
  return text === undefined ? undefined : writtenNumber(text, comma);
}

/** Checks the option `types`. */
export function typesOf(where: string, types: unknown, names: readonly string[]): Readonly<Record<string, FieldType>> {
  if (types === undefined) return {};
  if (typeof types !== 'object' || types === null || Array.isArray(types))
    throw new OptionError(`${where}: types is ${brief(types)}; give { column: 'category' }`);
  for (const [name, type] of Object.entries(types)) {
    if (!names.includes(name)) throw new OptionError(`${where}: types names ${brief(name)}, which is not a column`);
    if (!FIELD_TYPES.includes(type))
      throw new OptionError(
        `${where}: types.${name} is ${brief(type)}; it must be ${FIELD_TYPES.map((t) => `'${t}'`).join(' or ')}`,
      );
  }
  return types as Readonly<Record<string, FieldType>>;
}

/** Describes a set's columns; a set without a table has as many columns of numbers as an example has numbers. */
export function columnsOf({ fields, featureNames, x, size, width }: Raw): Column[] {
  const all =
    fields ??
    Array.from({ length: width }, (_, i): Field => ({ name: featureNames?.[i] ?? String(i), type: 'number' }));
  return all.map(({ name, type, categories }, i) => {
    let missing = 0;
    if (fields) for (let row = 0; row < size; row++) if (Number.isNaN(x[row * width + i])) missing++;
    return { name, type, ...(categories && { categories }), missing };
  });
}
interface Raw {
  readonly fields?: readonly Field[];
  readonly featureNames?: readonly string[];
  readonly x: ArrayLike<number>;
  readonly size: number;
  /** The number of numbers in an example. */
  readonly width: number;
}

/** Makes the error for a set with columns that are not numbers; undefined where all are. */
export function notNumbers(where: string, columns: readonly Column[], fields: readonly Field[]): DataError | undefined {
  const i = columns.findIndex(({ type, missing }) => missing > 0 || (type !== 'number' && type !== 'boolean'));
  if (i < 0) return undefined;
  const { name, type, missing } = columns[i];
  const kinds = { number: 'numbers', boolean: 'true and false', category: 'categories', text: 'text', date: 'dates' };
  const { strange } = fields[i];
  const what =
    type === 'number' || type === 'boolean'
      ? `has ${missing} missing ${missing > 1 ? 'cells' : 'cell'}`
      : `is ${kinds[type]}${strange ? `, since ${strange}` : ''}`;
  return new DataError(
    `${where}: column ${brief(name)} ${what}; models take numbers: put encode before the model, pipeline([encode, model])`,
  );
}
