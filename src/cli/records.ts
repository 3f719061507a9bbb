import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvReader, type CsvRecord, DataError } from '../index.js';

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
  for await (const { text, bom } of textOf(path)) {
    marked ||= bom;
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

/** Yields the text of a file in pieces: UTF-8, or UTF-16 with a byte order mark, also compressed with gzip. */
async function* textOf(path: string): AsyncGenerator<{ text: string; bom: boolean }> {
  let decoder: TextDecoder | undefined;
  let label = 'utf-8';
  const decoded = (bytes?: Uint8Array): string => {
    try {
      const text = (decoder as TextDecoder).decode(bytes, { stream: bytes !== undefined });
      if (!text.includes('\0')) return text;
    } catch {
      // Thrown below.
    }
    throw new DataError(`cannot read ${path}: it is not text in ${label.toUpperCase()}; save it as UTF-8`);
  };
  try {
    for await (const bytes of unpacked(bytesOf(path))) {
      const [first, second] = bytes;
      const bom = !decoder && (first === 0xef || first === 0xff || first === 0xfe);
      if (!decoder) {
        label = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : label;
        decoder = new TextDecoder(label, { fatal: true });
      }
      yield { text: decoded(bytes), bom: bom && (label !== 'utf-8' || (second === 0xbb && bytes[2] === 0xbf)) };
    }
  } catch (cause) {
    if (cause instanceof DataError || !(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new DataError(`cannot read ${path}: ${cause.message}`, { cause });
  }
  if (decoder) yield { text: decoded(), bom: false };
}

/** Yields the bytes of a file in pieces, the first of at least three bytes (or the whole file). */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const source = path === '-' ? process.stdin : createReadStream(path);
  let first: Uint8Array | undefined = new Uint8Array();
  for await (const piece of source as AsyncIterable<Uint8Array>) {
    if (!first) yield piece;
    else {
      first = Buffer.concat([first, piece]);
      if (first.length < 3) continue;
      yield first;
      first = undefined;
    }
  }
  if (first?.length) yield first;
}

async function* unpacked(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { value, done } = await pieces.next();
  if (done) return;
  const all = (async function* () {
    yield value;
    yield* pieces;
  })();
  if (value[0] !== 0x1f || value[1] !== 0x8b) yield* all;
  else {
    const gunzip = createGunzip();
    // A failure is thrown where the stream is read.
    pipeline(Readable.from(all), gunzip, () => undefined);
    yield* gunzip as AsyncIterable<Uint8Array>;
  }
}
