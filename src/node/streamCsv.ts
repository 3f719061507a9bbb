import {
  checkKeys,
  DataError,
  type Dataset,
  type dataset,
  DataStream,
  delimiterOf,
  encode,
  type EncodeOptions,
  type Encoding,
  fromTable,
  fromTableLike,
  OptionError,
  randomGenerator,
  TableReader,
  type Table,
  TextCells,
} from '../index.js';
import { textOf } from './textOf.js';

type CsvOptions = NonNullable<Parameters<typeof dataset.fromCsv>[1]>;
export interface StreamCsvOptions extends Omit<CsvOptions, 'sealed'> {
  /** The column to predict. */
  target: string;
  /** How columns become numbers: as in `encode.fit`. */
  encode?: EncodeOptions;
  /** The number of rows, drawn from the whole file, from which types, categories and the encoding are learned. Default 20000. */
  sample?: number;
  /** As in `dataset.stream`. Default 4096. */
  buffer?: number;
}

const KEYS = [
  ...['target', 'classes', 'types', 'missing', 'drop', 'delimiter', 'separator'],
  ...['encode', 'sample', 'buffer'],
];
/** The number of rows in a piece of the stream. */
const ROWS = 1024;
const where = 'streamCsv';

/** A stream of a file's rows, with the encoding that was learned from a sample of them. */
export class CsvStream extends DataStream {
  constructor(
    source: () => AsyncIterable<Dataset>,
    options: ConstructorParameters<typeof DataStream>[1],
    /** Encodes the columns as numbers; use it as the first step of a pipeline. */
    readonly encoding: Encoding,
    /** The sample as a data set, with its columns and the names of features and classes. */
    readonly sample: Dataset,
  ) {
    super(source, options);
  }
}

/** Streams a CSV file of any size as training data for `fit`; options as in `dataset.fromCsv`.
 *
 *  The file is read once to count its rows and draw a sample from all of them, and then once for each epoch. Types, categories, classes and
 *  `encoding` are learned from the sample. A later row that does not fit them is a DataError that names the line, so give `types` and
 *  `classes` where a sample may miss some. A category that is not in the sample is treated as unknown.
 *  @example
 *  const train = await streamCsv('iris.csv', { target: 'species' })
 *  const model = pipeline([train.encoding, nn.sequential([nn.dense(32), nn.relu(), nn.dense(3)])])
 *  await fit(model, train, { loss: crossEntropy(), optimizer: adam(), epochs: 1 }) */
export async function streamCsv(path: string, options: StreamCsvOptions): Promise<CsvStream> {
  checkKeys(where, options, KEYS, true);
  const { encode: how, sample = 20_000, buffer, ...rest } = options;
  if (typeof rest.target !== 'string')
    throw new OptionError(`${where}: target must be the name of the column to predict`);
  if (!Number.isInteger(sample) || sample < 1)
    throw new OptionError(`${where}: sample must be a whole number from 1 on, the rows that types are learned from`);
  const delimiter = delimiterOf(where, rest);
  const tables = async function* (): AsyncGenerator<Table, void, void> {
    const reader = new TableReader(where, delimiter);
    for await (const piece of textOf(where, path)) {
      reader.push(piece);
      if (reader.size >= ROWS) yield reader.take();
    }
    const last = reader.end();
    if (last.size) yield last;
  };
  const { table, size } = await sampled(tables(), sample);
  const { delimiter: _, separator: __, ...of } = rest;
  const like = fromTable(table, of);
  const source = async function* (): AsyncGenerator<Dataset, void, void> {
    for await (const part of tables()) yield fromTableLike(part, like, rest.missing);
  };
  const classes = like.classNames ?? (like.classes || false);
  return new CsvStream(source, { shape: like.shape, classes, buffer, size }, encode.fit(like, how), like);
}

/** Draws rows from a file, each with the same probability (Vitter's algorithm R), and counts all of them. The rows keep their order. */
async function sampled(tables: AsyncIterable<Table>, most: number): Promise<{ table: Table; size: number }> {
  const { uniform } = randomGenerator(0);
  const rows: { at: number; place: string; cells: string[] }[] = [];
  let size = 0;
  let last: Table | undefined;
  const quotedNumbers = new Set<number>();
  for await (const table of tables) {
    last = table;
    for (const column of table.written?.quotedNumbers ?? []) quotedNumbers.add(column);
    const draws = uniform([table.size]).data();
    for (let row = 0; row < table.size; row++) {
      const at = size++;
      const to = at < most ? at : Math.floor(draws[row] * (at + 1));
      if (to >= most) continue;
      rows[to] = { at, place: table.place(row), cells: table.columns.map((column) => own(String(column.at(row)))) };
    }
  }
  if (!last) throw new DataError(`${where}: there are no rows; give at least one`);
  rows.sort((a, b) => a.at - b.at);
  const comma = last.written?.comma ?? false;
  const columns = last.names.map((_, i) => {
    const cells = new TextCells();
    for (const row of rows) cells.push(row.cells[i], comma);
    return cells;
  });
  const written = { comma, quotedNumbers };
  const { names } = last;
  return { table: { where, names, columns, size: rows.length, place: (row) => rows[row].place, written }, size };
}

/** Copies a text, so that it does not keep alive the larger piece from which it was cut. */
const own = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));
