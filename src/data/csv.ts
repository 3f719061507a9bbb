import { DataError, OptionError } from '../errors.js';
import { checkKeys } from '../options.js';
import { brief } from './brief.js';
import type { Dataset } from './columns.js';
import { type TableOptions, fromTable } from './table.js';

interface CsvRecord {
  readonly fields: readonly string[];
  /** The line on which it begins, from 1. */
  readonly line: number;
}

/** The records of a text as RFC 4180 says: quoted fields may hold separators, line ends and doubled quotes. */
function recordsOf(text: string, separator: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  const atEnd = (): boolean => at >= text.length || text[at] === '\n' || text[at] === '\r';

  const quoted = (): string => {
    const opened = line;
    let field = '';
    let from = at + 1;
    do {
      const close = text.indexOf('"', at + 1);
      if (close < 0) throw new DataError(`fromCsv: line ${opened}: a quote is opened and never closed`);
      field += text.slice(from, close);
      at = close + 1;
      // Of two quotes the second belongs to the field.
      from = at;
    } while (text[at] === '"');
    line += field.split(/\r\n|\n|\r/).length - 1;
    if (!atEnd() && text[at] !== separator)
      throw new DataError(
        `fromCsv: line ${line}: '${text[at]}' follows a closing quote; double the quotes that belong to a field`,
      );
    return field;
  };
  const plain = (): string => {
    const start = at;
    while (!atEnd() && text[at] !== separator) at++;
    return text.slice(start, at);
  };

  while (at < text.length) {
    const begun = line;
    const start = at;
    const fields = [text[at] === '"' ? quoted() : plain()];
    while (text[at] === separator) {
      at++;
      fields.push(text[at] === '"' ? quoted() : plain());
    }
    if (at > start) records.push({ fields, line: begun });
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
    line++;
  }
  return records;
}

/** Every digit can be read in one way only: a long field that is no number is seen to be none at once. */
const decimal = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;
const cell = (field: string): number | string => (decimal.test(field) ? Number(field) : field.trim());

export interface CsvOptions extends TableOptions {
  /** What stands between fields. */
  separator?: string;
}

/**
 * A set from comma-separated text with a header line; blank lines are skipped. All columns but the target's are features
 * and must be numbers. A target of strings is classes, in sorted order; one of numbers is labels where all are whole, every
 * class from 0 to the largest occurs and rows are at least ten times as many as classes, else values. `classes` decides
 * otherwise: their number or names, or `false` for values. Throws a DataError that names the line.
 * @example dataset.fromCsv('size,legs,animal\n0.3,4,cat\n0.1,2,hen\n', { target: 'animal' })
 */
export function fromCsv(text: string, options: CsvOptions = {}): Dataset {
  checkKeys('fromCsv', options, ['target', 'classes', 'sealed', 'separator']);
  const { separator = ',', ...rest } = options;
  if (typeof separator !== 'string' || separator.length !== 1 || /["\r\n]/.test(separator))
    throw new OptionError(
      `fromCsv: separator is ${brief(separator)}; it must be one character, neither a quote nor a line end`,
    );
  if (typeof text !== 'string')
    throw new DataError(`fromCsv: ${brief(text)} is not text; give the file's content as a string`);
  const [header, ...records] = recordsOf(text, separator);
  if (!header) throw new DataError('fromCsv: the text is empty; its first line must name the columns');
  const names = header.fields.map((name) => name.trim());
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name))
      throw new DataError(`fromCsv: line ${header.line}: two columns are named ${brief(name)}; rename one`);
    known.add(name);
  }
  const rows = records.map(({ fields }) => fields.map(cell));
  return fromTable('fromCsv', { names, rows, place: (row) => `line ${records[row].line}` }, rest);
}
