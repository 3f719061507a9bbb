import { UnsupportedError } from '../index.js';
import { Bytes } from './bytes.js';

/** A file within a zip archive. */
export interface ZipEntry {
  readonly size: number;
  /** The contents: a view of the archive where they are stored, else inflated. */
  read(): Promise<Uint8Array>;
}

/** The signatures of a file, of a row in the directory, and of the directory's end. */
const LOCAL = 0x04034b50;
const ROW = 0x02014b50;
const END = 0x06054b50;
/** The end has this many bytes, and a comment of at most 65,535 behind it. */
const OF_END = 22;
const LONGEST_COMMENT = 0xffff;
/** Where a number does not fit, its field has this, and zip64 another place for it. */
const ELSEWHERE = 0xffffffff;
/** Deflate shrinks nothing to less than about 1/1032; a file that claims more would fill memory. */
const MOST_SHRUNK = 1100;
const LARGEST = 2_147_483_648;

/** Whether these bytes begin as a zip archive does. */
export const isZip = (bytes: Uint8Array): boolean => bytes.length >= OF_END && new Bytes(bytes, '').u32(0) === LOCAL;

/** The files of a zip archive by name (APPNOTE 6.3.10, stored and deflated). Sizes are checked before anything is inflated: no file has more
 *  than 2 GiB. Throws a FormatError for a damaged archive, an UnsupportedError for one that is encrypted or compressed in another way. */
export function zipEntries(all: Uint8Array, what: string): Map<string, ZipEntry> {
  const bytes = new Bytes(all, what);
  const end = endOf(bytes);
  const count = bytes.u16(end + 10);
  const entries = new Map<string, ZipEntry>();
  let at = bytes.u32(end + 16);
  for (let i = 0; i < count; i++) {
    if (bytes.u32(at) !== ROW) throw bytes.damaged(`row ${i + 1} of its directory is none`);
    const [names, extra, comment] = [28, 30, 32].map((field) => bytes.u16(at + field));
    entries.set(bytes.text(at + 46, names), entryOf(bytes, at, bytes.text(at + 46, names)));
    at += 46 + names + extra + comment;
  }
  return entries;
}

function endOf(bytes: Bytes): number {
  for (let at = bytes.length - OF_END; at >= Math.max(0, bytes.length - OF_END - LONGEST_COMMENT); at--)
    if (bytes.u32(at) === END) return at;
  throw bytes.damaged('the directory at its end is missing; it may have been cut off');
}

function entryOf(bytes: Bytes, row: number, name: string): ZipEntry {
  const method = bytes.u16(row + 10);
  const [packed, size, header] = [20, 24, 42].map((field) => bytes.u32(row + field));
  const refuse = (why: string): never => {
    throw new UnsupportedError(`${bytes.what}: '${name}' ${why}; write the file anew, or zip it again without that`);
  };
  if (bytes.u16(row + 8) & 1) refuse('is encrypted');
  if (method !== 0 && method !== 8) refuse(`is compressed by method ${method}, not stored or deflated`);
  if ([packed, size, header].includes(ELSEWHERE)) refuse('is in the zip64 form of 4 GiB and more');
  if (size > LARGEST) refuse('has more than 2 GiB');
  if (method === 0 ? size !== packed : size > MOST_SHRUNK * packed)
    throw bytes.damaged(`'${name}' has ${packed} bytes in the archive, and cannot have ${size} outside`);
  return {
    size,
    async read() {
      if (bytes.u32(header) !== LOCAL) throw bytes.damaged(`'${name}' is not where the directory says`);
      const contents = bytes.part(header + 30 + bytes.u16(header + 26) + bytes.u16(header + 28), packed);
      return method === 0 ? contents : inflated(contents, size, bytes, name);
    },
  };
}

/** Inflates into as many bytes as the directory says. */
async function inflated(packed: Uint8Array, size: number, bytes: Bytes, name: string): Promise<Uint8Array> {
  if (typeof DecompressionStream !== 'function')
    throw new UnsupportedError(
      `${bytes.what}: '${name}' is deflated, and this host has no DecompressionStream; store it without compression`,
    );
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  // What a size claims is not allocated before there is as much.
  const chunks: Uint8Array[] = [];
  let filled = 0;
  try {
    for (let { done, value } = await reader.read(); !done && filled <= size; { done, value } = await reader.read()) {
      chunks.push(value as Uint8Array);
      filled += chunks[chunks.length - 1].length;
    }
  } catch {
    filled = -1;
  }
  if (filled !== size) {
    await reader.cancel().catch(() => {});
    throw bytes.damaged(`'${name}' does not inflate to ${size} bytes`);
  }
  const result = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}
