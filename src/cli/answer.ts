import { type CsvRecord, DataError, type Row, type Schema, type Tensor } from '../index.js';
import type { Records } from './records.js';
import type { Saved } from './saved.js';
import { UsageError } from './kinds.js';

const POINT = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const COMMA = /^[+-]?(\d+(,\d*)?|,\d+)(e[+-]?\d+)?$/i;
/** Reads the number in a cell; undefined where it is not a number. With semicolons between cells, 1,5 is a number too. */
export function numberOf(cell: string, separator: string): number | undefined {
  const text = cell.trim();
  if (POINT.test(text)) return Number(text);
  return separator === ';' && COMMA.test(text) ? Number(text.replace(',', '.')) : undefined;
}

/** Counts of missing cells and unknown categories in a column. */
interface Met {
  missing: number;
  unknown: number;
  readonly such: Set<string>;
}

/** Answers the records of one file. */
export class Answerer {
  /** The position in the file of each of the model's columns. */
  readonly #places: readonly number[];
  readonly #met = new Map<string, Met>();
  readonly #missing: ReadonlySet<string>;

  constructor(
    readonly saved: Saved,
    readonly path: string,
    readonly header: Records,
    drop: readonly string[],
    target: string | undefined,
  ) {
    const { names } = header;
    const strange = drop.find((name) => !names.includes(name));
    if (strange !== undefined)
      throw new UsageError(`--drop ${strange}: ${path} has no such column; it has ${names.join(', ')}`);
    const wanted = saved.schema?.fields.map(({ name }) => name) ?? saved.features;
    const rest = names.filter((name) => name !== target && !drop.includes(name));
    const lacks = wanted?.filter((name) => !rest.includes(name)) ?? [];
    if (lacks.length)
      throw new DataError(
        `${path} has no ${lacks.length > 1 ? 'columns' : 'column'} ${lacks.map((name) => `'${name}'`).join(', ')}, which ${saved.path} needs; it has ${rest.join(', ')}`,
      );
    if (!wanted && rest.length !== saved.width)
      throw new DataError(
        `${path} has ${rest.length} columns (${rest.join(', ')}), and ${saved.path} takes ${saved.width} numbers without names; leave others out with --drop, or name the target with --target`,
      );
    this.#places = (wanted ?? rest).map((name) => names.indexOf(name));
    this.#missing = new Set(saved.schema?.missingValues);
  }

  /** The model's raw outputs for records. */
  outputs(records: readonly CsvRecord[]): Tensor {
    const { schema, whole } = this.saved;
    const rows = records.map((record) => (schema ? this.#row(record, schema) : this.#numbers(record)));
    try {
      return whole.predict(rows as never) as Tensor;
    } catch (cause) {
      if (!(cause instanceof DataError)) throw cause;
      // The model counts rows within a batch; the user knows lines of the file.
      const message = cause.message.replace(/^[\w.]+: /, '').replace(', or give the column another type in types', '');
      const placed = message.replace(/\brow (\d+)\b/, (all, i) => (records[i] ? `line ${records[i].line}` : all));
      throw new DataError(`${this.path}: ${placed}`, { cause });
    }
  }

  #row({ fields }: CsvRecord, { fields: columns }: Schema): Row {
    return Object.fromEntries(
      columns.map(({ name, type, constraints }, i) => {
        const cell = fields[this.#places[i]].trim();
        if (this.#missing.has(cell)) {
          this.#of(name).missing++;
          return [name, null];
        }
        if (constraints && !constraints.enum.includes(cell)) {
          const met = this.#of(name);
          met.unknown++;
          if (met.such.size < 3) met.such.add(cell);
        }
        return [name, type === 'number' ? (numberOf(cell, this.header.separator) ?? cell) : cell];
      }),
    );
  }
  #numbers({ fields, line }: CsvRecord): number[] {
    return this.#places.map((place) => {
      const found = numberOf(fields[place], this.header.separator);
      if (found !== undefined && Number.isFinite(Math.fround(found))) return found;
      throw new DataError(
        `${this.path}: line ${line}, column '${this.header.names[place]}': '${fields[place]}' is not a finite number`,
      );
    });
  }
  #of(name: string): Met {
    const met = this.#met.get(name) ?? { missing: 0, unknown: 0, such: new Set() };
    this.#met.set(name, met);
    return met;
  }

  /** Reports missing cells and unknown categories, one line for each column that has some. */
  notes(): string[] {
    const { names } = this.header;
    const met = [...this.#met].sort(([a], [b]) => names.indexOf(a) - names.indexOf(b));
    return met.map(([name, { missing, unknown, such }]) => {
      const words = [...such].map((text) => `'${text}'`).join(', ');
      return [
        `column '${name}':`,
        ...(missing ? [`${missing} missing`] : []),
        ...(unknown ? [`${unknown} of unknown categories (${words}${such.size < 3 ? '' : ' …'})`] : []),
      ].join(' ');
    });
  }
}
