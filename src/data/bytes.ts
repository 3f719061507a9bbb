import { DataError, FormatError } from '../errors.js';
import { shown } from '../options.js';

/** Checks that a value is the bytes of a file, and that they are not compressed. */
export function bytesOf(where: string, given: Uint8Array | ArrayBuffer): Uint8Array {
  if (!(given instanceof Uint8Array) && !(given instanceof ArrayBuffer))
    throw new DataError(`${where}: ${shown(given)} is not a file's bytes; give a Uint8Array or an ArrayBuffer`);
  const bytes =
    given instanceof ArrayBuffer ? new Uint8Array(given) : new Uint8Array(given.buffer, given.byteOffset, given.length);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new FormatError(
      `${where}: the bytes are compressed with gzip; decompress them first (gunzipSync, DecompressionStream)`,
    );
  return bytes;
}
