import { CsvReader, type CsvRecord, DataError } from '../index.js';
import { textOf } from '../node.js';

/** The column names, separator and byte order mark of a CSV file that is read in batches. */
export interface Records {
  readonly separator: string;
  /** Whether the file begins with a byte order mark. */
  readonly marked: boolean;
  readonly names: readonly string[];
}
/** The number of rows in a batch. */
const BATCH = 1024;

/** Reads the records of a file, or of standard input for '-', in batches; `begin` is called with the header before the first batch. */
export async function* recordsOf(
  path: string,
  separator: string | undefined,
  begin: (header: Records) => void,
): AsyncGenerator<readonly CsvRecord[]> {
  let waiting: CsvRecord[] = [];
  let names: readonly string[] | undefined;
  let marked = false;
  const reader = new CsvReader(path, separator, (record) => {
    waiting.push(record);
  });
  const take = function* (least: number): Generator<readonly CsvRecord[]> {
    if (!names && waiting.length) {
      const [header, ...rest] = waiting;
      names = headerOf(path, header);
      waiting = rest;
      begin({ separator: reader.separator, marked, names });
    }
    for (; waiting.length >= least && waiting.length; waiting = waiting.slice(BATCH)) {
      const batch = waiting.slice(0, BATCH);
      const short = batch.find(({ fields }) => fields.length !== (names as readonly string[]).length);
      if (short) throw new DataError(unequal(path, short, names as readonly string[]));
      yield batch;
    }
  };
  const begins = (mark: boolean): void => {
    marked = mark;
  };
  for await (const text of textOf(path, path, { standardInput: true, begins })) {
    reader.push(text);
    yield* take(BATCH);
  }
  reader.end();
  yield* take(1);
  if (!names) throw new DataError(`${path}: the file is empty; its first line must name the columns`);
}

function headerOf(path: string, { fields }: CsvRecord): string[] {
  const names = fields.map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new DataError(`${path}: the header names '${twice}' twice; give every column a name of its own`);
  return names;
}

function unequal(path: string, { fields, line }: CsvRecord, names: readonly string[]): string {
  const lacks = names.slice(fields.length);
  const counts = `${path}: line ${line} has ${fields.length} fields where ${names.length} were expected`;
  return lacks.length ? `${counts}: it lacks ${lacks.join(', ')}` : `${counts}: ${names.join(', ')}`;
}
