import { type Configured, made } from '../config.js';
import { DataError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { brief, listed } from './brief.js';
import { checkDataset, Dataset } from './columns.js';
import { type Cells, type Field, type FieldType, numbersOfCells } from './fields.js';
import type { Row } from './fromRows.js';
import { isTyped } from './numbers.js';

/** A column of the schema: a field of Frictionless Table Schema, and how it becomes numbers. */
export interface SchemaField {
  readonly name: string;
  readonly type: 'number' | 'string' | 'boolean' | 'date';
  readonly constraints?: { readonly enum: readonly string[] };
  /** The column's position among the features of the training set. */
  readonly position: number;
  readonly encode: {
    /** (x − shift) / spread */
    readonly shift?: number;
    readonly spread?: number;
    /** The value that fills a missing cell; without it, a missing cell is refused. */
    readonly fill?: number;
    readonly categories?: 'oneHot' | 'index';
    readonly indicator: boolean;
  };
}
/** An encoding's learned state, as JSON. */
export interface Schema {
  readonly version: 1;
  readonly missingValues: readonly string[];
  readonly missing: 'fill' | 'error';
  readonly unknown: 'zeros' | 'error';
  readonly fields: readonly SchemaField[];
}

/** A change of columns into numbers that was learned from a training set. */
export interface Encoding extends Configured {
  /** Marks that `apply` also takes rows. */
  readonly takesRows: true;
  /** The names of the resulting columns: 'age', 'plan=pro', 'age is missing'. */
  readonly names: readonly string[];
  /** The learned state in the vocabulary of Frictionless Table Schema, as JSON. */
  readonly schema: Schema;
  /** Notes on columns that were left out, and why. */
  readonly notes: readonly string[];
  /** Encodes any set with these columns, in any order; a sealed set stays sealed. */
  apply(data: Dataset): Dataset;
  /** Encodes rows without a target as a tensor [n, columns]: objects, whose other keys are ignored, or lists in the order of the
   *  features. */
  apply(rows: readonly Row[]): Tensor;
}

/** The schema's names for the types of columns. */
export const TYPES = {
  number: 'number',
  category: 'string',
  text: 'string',
  boolean: 'boolean',
  date: 'date',
} as const;

/** Explains, in a message, why a column is not one of numbers: by its first cell that is not a number. */
export const strangeIn = ({ fields }: Dataset, i: number): string => {
  const strange = fields?.[i].strange;
  return strange ? `, since ${strange}` : '';
};

/** Makes the encoding that a schema describes. */
export function encodingOf(schema: Schema, notes: readonly string[] = []): Encoding {
  const where = 'encode.apply';
  const { fields } = schema;
  const missing = new Set(schema.missingValues);
  const widths = fields.map(({ constraints, encode: { categories, indicator } }) => {
    return (categories === 'oneHot' ? (constraints?.enum.length ?? 0) : 1) + (indicator ? 1 : 0);
  });
  const width = widths.reduce((a, b) => a + b, 0);
  const names = fields.flatMap(({ name, constraints, encode: { categories, indicator } }) => [
    ...(categories === 'oneHot' ? (constraints?.enum ?? []).map((text) => `${name}=${text}`) : [name]),
    ...(indicator ? [`${name} is missing`] : []),
  ]);

  /** Encodes a field's numbers, and writes them into the columns from `at`. */
  const write = (
    x: Float32Array,
    at: number,
    { name, constraints, encode: rule }: SchemaField,
    values: ArrayLike<number>,
    place: (row: number) => string,
    said: (row: number) => string,
  ): void => {
    const { shift = 0, spread = 1, fill, categories, indicator } = rule;
    const known = constraints?.enum.length ?? 0;
    for (let row = 0; row < values.length; row++) {
      // Rounded to float32 as in sets, so that the same cells give the same bits in rows and in sets.
      const value = Math.fround(values[row]);
      const to = row * width + at;
      const gap = Number.isNaN(value);
      if (gap && schema.missing === 'error')
        throw new DataError(`${where}: ${place(row)}, column ${brief(name)}: the cell is missing; fill it in`);
      if (value === -1 && categories && schema.unknown === 'error')
        throw new DataError(
          `${where}: ${place(row)}, column ${brief(name)}: ${said(row)} was not among the categories: ${listed(constraints?.enum ?? [])}`,
        );
      if (categories === 'oneHot') {
        if (value >= 0) x[to + value] = 1;
      } else if (categories) x[to] = value >= 0 ? value + 1 : 0;
      else x[to] = ((gap ? (fill ?? 0) : value) - shift) / spread;
      if (indicator && gap) x[to + (categories === 'oneHot' ? known : 1)] = 1;
    }
  };

  const ofSet = (data: Dataset): Dataset => {
    checkDataset(where, data, true);
    const columns = data.columns;
    const x = new Float32Array(data.size * width);
    let at = 0;
    fields.forEach((field, i) => {
      const { name, type, constraints } = field;
      const column = columns.findIndex((c) => c.name === name);
      if (column < 0)
        throw new DataError(
          `${where}: column ${brief(name)} is not there. Columns: ${listed(columns.map((c) => c.name))}`,
        );
      const { type: found, categories = [] } = columns[column];
      // A column of missing cells only has no type.
      const empty = columns[column].missing === data.size;
      if (!constraints && !empty && TYPES[found] !== type && !(type === 'number' && found === 'boolean'))
        throw new DataError(
          `${where}: column ${brief(name)} is ${found} here and was ${type} in the training set${strangeIn(data, column)}`,
        );
      const places = constraints && new Map(constraints.enum.map((text, place) => [text, place]));
      const textOf = (value: number): string =>
        categories[value] ?? (found === 'boolean' ? String(value === 1) : String(value));
      const values = new Float64Array(data.size);
      for (let row = 0; row < data.size; row++) {
        const value = data.x[row * columns.length + column] * data.scale;
        values[row] = !places || Number.isNaN(value) ? value : (places.get(textOf(value)) ?? -1);
      }
      const raw = (row: number): string => brief(textOf(data.x[row * columns.length + column]));
      write(x, at, field, values, (row) => `row ${row}`, raw);
      at += widths[i];
    });
    return data.with({ x, scale: 1, shape: [width], featureNames: names, fields: undefined });
  };

  const ofRows = (rows: readonly unknown[]): Tensor => {
    const x = new Float32Array(rows.length * width);
    const place = (row: number): string => `row ${row}`;
    let at = 0;
    fields.forEach((field, i) => {
      const { name, type, constraints, position } = field;
      const cells = rows.map((row, r) => cellOf(where, row, r, name, position));
      const of: Cells = { where, name, cells, place, missing, written: { comma: false, quotedNumbers: false } };
      const read: Field = constraints
        ? { name, type: 'category', categories: constraints.enum }
        : { name, type: type as FieldType };
      write(x, at, field, numbersOfCells(of, read), place, (row) => brief(cells[row]));
      at += widths[i];
    });
    return constant(x, [rows.length, width]);
  };

  function apply(data: Dataset): Dataset;
  function apply(rows: readonly Row[]): Tensor;
  function apply(given: Dataset | readonly Row[]): Dataset | Tensor {
    if (given instanceof Dataset) return ofSet(given);
    if (!Array.isArray(given) || !given.length)
      throw new DataError(
        `${where}: ${brief(given)} is neither a data set nor a list of rows; a single row is a list of one: [{ … }]`,
      );
    return ofRows(given);
  }
  return made({
    config: { name: 'encode', options: { ...schema } },
    names,
    schema,
    notes,
    takesRows: true,
    apply,
  });
}

/** Reads a cell of a row: by name from an object, by position from a list. */
export function cellOf(where: string, row: unknown, at: number, name: string, position: number): unknown {
  if (Array.isArray(row) || isTyped(row)) {
    if (position < row.length) return row[position];
    throw new DataError(
      `${where}: row ${at} has ${row.length} cells, and column ${brief(name)} is at place ${position}`,
    );
  }
  if (typeof row !== 'object' || row === null)
    throw new DataError(`${where}: row ${at} is ${brief(row)}; give an object such as { ${name}: … }, or a list`);
  if (name in row) return (row as Readonly<Record<string, unknown>>)[name];
  throw new DataError(`${where}: row ${at} has no ${brief(name)}; give null where it is not known`);
}
