import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError } from '../index.js';
import { checkPath } from '../loggersNode.js';

/** The number of bytes that are read at once. */
const PIECE = 1 << 18;
/** The length of the longest mark at the beginning of a file. */
const MARK = 3;

/** Yields the same bytes in pieces of which the first has at least three bytes, unless there are fewer in all: a pipe may begin with less. */
async function* withMark(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let first: Uint8Array | undefined = new Uint8Array();
  for await (const piece of pieces) {
    if (!first) yield piece;
    else {
      first = Buffer.concat([first, piece]);
      if (first.length < MARK) continue;
      yield first;
      first = undefined;
    }
  }
  if (first?.length) yield first;
}

/** Unpacks bytes that were compressed with gzip; other bytes are yielded as they are. */
async function* unpacked(pieces: AsyncGenerator<Uint8Array, void, void>): AsyncGenerator<Uint8Array, void, void> {
  const first = await pieces.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* pieces;
  })();
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all;
  // A failure is thrown where the pieces are read.
  else yield* pipeline(Readable.from(all), createGunzip(), () => undefined);
}

/** Yields a file's text in pieces: UTF-8, or UTF-16 with a byte order mark, also compressed with gzip. The file '-' is standard input where
 *  `standardInput` allows it. `begins` is told once whether the text has a byte order mark, which is not part of the text. Throws a
 *  DataError for bytes that are not text, which would otherwise become other letters, and for a file that cannot be read. */
export async function* textOf(
  where: string,
  path: string,
  { standardInput = false, begins }: { standardInput?: boolean; begins?: (marked: boolean) => void } = {},
): AsyncGenerator<string, void, void> {
  checkPath(where, 'path', path);
  const source = standardInput && path === '-' ? process.stdin : createReadStream(path, { highWaterMark: PIECE });
  let encoding = 'UTF-8';
  let decoder: TextDecoder | undefined;
  const text = (bytes?: Uint8Array): string => {
    try {
      const piece = (decoder as TextDecoder).decode(bytes, { stream: bytes !== undefined });
      if (!piece.includes('\0')) return piece;
    } catch {
      // Thrown below.
    }
    throw new DataError(
      `cannot read ${path}: it is not text in ${encoding}; save it as UTF-8, or decode it and give the text to dataset.fromCsv`,
    );
  };
  try {
    for await (const bytes of withMark(unpacked(withMark(source)))) {
      if (!decoder) {
        const mark = 256 * bytes[0] + bytes[1];
        if (mark === 0xfffe || mark === 0xfeff) encoding = mark === 0xfffe ? 'UTF-16LE' : 'UTF-16BE';
        decoder = new TextDecoder(encoding, { fatal: true });
        begins?.(encoding !== 'UTF-8' || (mark === 0xefbb && bytes[2] === 0xbf));
      }
      yield text(bytes);
    }
    if (decoder) yield text();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  } finally {
    source.destroy();
  }
}
