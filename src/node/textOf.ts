import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError } from '../index.js';
import { checkPath } from '../loggersNode.js';

/** Bytes that are read at once. */
const PIECE = 1 << 18;

/** A file's bytes in pieces; one that was compressed with gzip is unpacked. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, void> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  try {
    const pieces: AsyncIterator<Uint8Array> = file[Symbol.asyncIterator]();
    const first = await pieces.next();
    if (first.done) return;
    const all = async function* (): AsyncGenerator<Uint8Array, void, void> {
      for (let next: IteratorResult<Uint8Array> = first; !next.done; next = await pieces.next()) yield next.value;
    };
    if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all();
    // What goes wrong is thrown where the pieces are read.
    else yield* pipeline(Readable.from(all()), createGunzip(), () => undefined);
  } finally {
    file.destroy();
  }
}

/** A file's text in pieces: UTF-8, or UTF-16 where the file begins with its mark. Bytes that are neither would become other letters, and so
 *  two names one. */
export async function* textOf(where: string, path: string): AsyncGenerator<string, void, void> {
  checkPath(where, 'path', path);
  let encoding = 'UTF-8';
  let decoder: TextDecoder | undefined;
  const text = (bytes?: Uint8Array): string => {
    try {
      const piece = (decoder as TextDecoder).decode(bytes, { stream: bytes !== undefined });
      if (!piece.includes('\0')) return piece;
    } catch {
      // Said below.
    }
    throw new DataError(
      `cannot read ${path}: it is not text in ${encoding}; save it as UTF-8, or decode it and give the text to dataset.fromCsv`,
    );
  };
  try {
    for await (const bytes of bytesOf(path)) {
      if (!decoder) {
        const mark = 256 * bytes[0] + bytes[1];
        if (mark === 0xfffe || mark === 0xfeff) encoding = mark === 0xfffe ? 'utf-16le' : 'utf-16be';
        decoder = new TextDecoder(encoding, { fatal: true });
      }
      yield text(bytes);
    }
    if (decoder) yield text();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
