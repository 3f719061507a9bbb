import { FormatError } from '../errors.js';
import { MOST_AXES, type Shape, show, sizeOf } from '../graph/shape.js';
import { shown } from '../options.js';
import { DTYPES, WRITTEN } from './dtypes.js';

/** A tensor of a file: its shape and numbers. */
export interface Stored {
  readonly shape: Shape;
  readonly values: Float32Array;
  /** The type in which it is written. Default F32. */
  readonly dtype?: keyof typeof WRITTEN;
}
/** What a file holds: tensors by name, and texts by name. */
export interface Contents {
  readonly tensors: ReadonlyMap<string, Stored>;
  readonly metadata: ReadonlyMap<string, string>;
}

const METADATA = '__metadata__';
/** The longest header that is read, in bytes: the limit of the reference implementation. */
const LONGEST_HEADER = 100_000_000;

/** Whether float32 numbers lie in memory as they do in the file, so that they are copied as bytes. */
const LITTLE_ENDIAN = /*#__PURE__*/ (() => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1)();

type Fail = (what: string) => never;
const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);
/** Shows a value of the header in a message. Nested lists are left out, because a hostile file may nest them without end. */
const plain = (x: unknown): string =>
  Array.isArray(x)
    ? `[${x
        .slice(0, 8)
        .map((y) => (typeof y === 'object' ? '…' : shown(y)))
        .join(', ')}${x.length > 8 ? ', …' : ''}]`
    : shown(x);
const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;

/** Reads the format of safetensors: the header's length (u64), a JSON header, the numbers. Everything is checked before a
 *  number is read: files come from anywhere. A tensor's numbers are read when they are asked for. */
export function parse(bytes: Uint8Array, where = 'loadSafetensors'): Contents {
  const fail: Fail = (what) => {
    throw new FormatError(`${where}: ${what}; the file is damaged or of another format`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) fail(`${bytes.length} bytes are too few for a header`);
  const length = Number(view.getBigUint64(0, true));
  const start = 8 + length;
  if (length > LONGEST_HEADER || start > bytes.length)
    fail(`the header says that it has ${length} bytes, the file has ${bytes.length}`);
  const header = headerOf(bytes.subarray(8, start), fail);
  const metadata = new Map<string, string>();
  const entries: { name: string; dtype: string; shape: Shape; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (!isRecord(entry)) fail(`the entry '${name}' is ${plain(entry)}`);
    const record = entry as Record<string, unknown>;
    if (name === METADATA)
      for (const [key, text] of Object.entries(record)) {
        if (typeof text !== 'string') fail(`the metadata '${key}' is ${plain(text)}, not a text`);
        metadata.set(key, text as string);
      }
    else entries.push({ name, ...checked(name, record, bytes.length - start, fail) });
  }
  const placed = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  const reached = placed.reduce((at, { name, begin, end }) => {
    if (begin !== at)
      fail(`'${name}' begins at byte ${begin} where ${at} was expected: pieces overlap or leave a hole`);
    return end;
  }, 0);
  if (reached !== bytes.length - start) fail(`${bytes.length - start - reached} bytes at the end belong to no tensor`);
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin }) => [
      name,
      {
        shape,
        get values() {
          return numbersOf(view, dtype, start + begin, sizeOf(shape));
        },
      },
    ]),
  );
  return { tensors, metadata };
}

function headerOf(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    fail('the header is not JSON');
  }
  return isRecord(header) ? header : fail(`the header is ${plain(header)}, not an object`);
}

function checked(
  name: string,
  { dtype, shape, data_offsets }: Record<string, unknown>,
  available: number,
  fail: Fail,
): { dtype: string; shape: Shape; begin: number; end: number } {
  const type = DTYPES.get(dtype as string);
  if (!type) return fail(`'${name}' has the type ${plain(dtype)}; known are ${[...DTYPES.keys()].join(', ')}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) return fail(`'${name}' has the shape ${plain(shape)}`);
  if (shape.length > MOST_AXES) return fail(`'${name}' has ${shape.length} axes, of at most ${MOST_AXES}`);
  const offsets: unknown = data_offsets;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(`'${name}' has the offsets ${plain(offsets)}`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > available) return fail(`'${name}' lies from byte ${begin} to ${end} of ${available}`);
  if (end - begin !== sizeOf(shape) * type.bytes)
    return fail(
      `'${name}' has ${end - begin} bytes where ${show(shape)} of ${String(dtype)} needs ${sizeOf(shape) * type.bytes}`,
    );
  return { dtype: dtype as string, shape: shape as Shape, begin, end };
}

function numbersOf(view: DataView, dtype: string, at: number, size: number): Float32Array {
  const { bytes, read } = DTYPES.get(dtype) as { bytes: number; read: (view: DataView, at: number) => number };
  const values = new Float32Array(size);
  if (dtype === 'F32' && LITTLE_ENDIAN) {
    new Uint8Array(values.buffer).set(new Uint8Array(view.buffer, view.byteOffset + at, 4 * size));
    return values;
  }
  for (let i = 0; i < size; i++) values[i] = read(view, at + i * bytes);
  return values;
}

const bytesOf = (dtype: string): number => DTYPES.get(dtype)?.bytes as number;

/** Writes tensors in the order given, those of long types first, so that each begins at a multiple of its type's bytes; the header is padded
 *  with spaces, so that the numbers begin at a multiple of 8. */
export function write(tensors: ReadonlyMap<string, Stored>, metadata: Readonly<Record<string, string>>): Uint8Array {
  let end = 0;
  const entries = [...tensors]
    .map(([name, { dtype = 'F32', ...rest }]) => ({ name, dtype, ...rest, bytes: bytesOf(dtype), begin: 0 }))
    .sort((a, b) => b.bytes - a.bytes);
  for (const entry of entries) {
    entry.begin = end;
    end += entry.bytes * entry.values.length;
  }
  const header = entries.map(({ name, dtype, shape, bytes, begin, values }) => [
    name,
    { dtype, shape, data_offsets: [begin, begin + bytes * values.length] },
  ]);
  const json = JSON.stringify(Object.fromEntries([[METADATA, metadata], ...header]));
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(length), true);
  file.set(text, 8);
  for (const { dtype, bytes, begin, values } of entries) {
    const at = 8 + length + begin;
    const put = WRITTEN[dtype];
    if (dtype === 'F32' && LITTLE_ENDIAN)
      file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    else values.forEach((value, i) => put(view, at + i * bytes, value));
  }
  return file;
}
