import { DTYPES, type Shape, UnsupportedError } from '../../index.js';
import { type Bytes, textOf } from '../bytes.js';
import { type Datatype, datatypeAt, HEAP_TEXT, OPAQUE, TEXT } from './datatype.js';
import { KIND, type Message } from './header.js';
import { isNowhere } from './links.js';

/** The numbers of a dataset, and their shape. */
export interface Values {
  readonly shape: Shape;
  readonly values: Float32Array;
}
const MOST_AXES = 32;

/** The sizes of a dataspace; undefined where there is nothing, not even one number. */
function shapeAt(bytes: Bytes, at: number): number[] | undefined {
  const version = bytes.u8(at);
  const axes = bytes.u8(at + 1);
  if (version < 1 || version > 2 || axes > MOST_AXES) throw bytes.damaged(`there is no shape at ${at}`);
  if (version === 2 && bytes.u8(at + 3) === 2) return undefined;
  return Array.from({ length: axes }, (_, i) => bytes.u64(at + (version === 1 ? 8 : 4) + 8 * i));
}
const sizeOf = (shape: Shape | undefined): number => (shape ? shape.reduce((a, b) => a * b, 1) : 0);

/** Reads a dataset as float32. undefined where the messages are those of a group. `bfloat` says that opaque elements are bfloat16. */
export function valuesOf(bytes: Bytes, messages: readonly Message[], bfloat: boolean): Values | undefined {
  const find = (kind: number): Message | undefined => messages.find((message) => message.kind === kind);
  const [space, type, layout] = [KIND.dataspace, KIND.datatype, KIND.layout].map(find);
  if (!space || !type || !layout) return undefined;
  if (find(KIND.filters)) throw compressed(bytes, 'compressed');
  const datatype = datatypeAt(bytes, type.at);
  const shape = shapeAt(bytes, space.at) ?? [0];
  const kind = datatype.kind === OPAQUE && bfloat ? 'BF16' : datatype.kind;
  const read = DTYPES.get(kind)?.read;
  if (!read || DTYPES.get(kind)?.bytes !== datatype.size)
    throw new UnsupportedError(
      `${bytes.what}: a dataset has ${kind} of ${datatype.size} bytes where numbers are needed`,
    );
  const count = sizeOf(shape);
  bytes.spend(count * datatype.size);
  const data = count ? storedAt(bytes, layout.at, count * datatype.size) : new Uint8Array();
  const ordered = datatype.bigEndian ? turned(data, datatype.size) : data;
  if (kind === 'F32') {
    // Floats begin at multiples of 4 bytes; what lies elsewhere is copied.
    const floats = ordered.byteOffset % 4 ? ordered.slice() : ordered;
    return { shape, values: new Float32Array(floats.buffer, floats.byteOffset, count) };
  }
  const view = new DataView(ordered.buffer, ordered.byteOffset, ordered.byteLength);
  return { shape, values: Float32Array.from({ length: count }, (_, i) => read(view, i * datatype.size)) };
}

/** The bytes of a dataset, which lie in its header or in one piece elsewhere. */
function storedAt(bytes: Bytes, at: number, size: number): Uint8Array {
  const version = bytes.u8(at);
  const kind = bytes.u8(at + 1);
  if (version < 3 || version > 4)
    throw new UnsupportedError(`${bytes.what}: layouts of version ${version} are not read; write the file with h5py`);
  if (kind === 0) return bytes.part(at + 4, sized(bytes, bytes.u16(at + 2), size));
  if (kind !== 1) throw compressed(bytes, 'cut into chunks');
  const address = bytes.u64(at + 2);
  if (isNowhere(address)) throw bytes.damaged('a dataset was never written');
  return bytes.part(address, sized(bytes, bytes.u64(at + 10), size));
}
function sized(bytes: Bytes, stored: number, needed: number): number {
  if (stored < needed) throw bytes.damaged(`a dataset of ${needed} bytes has ${stored}`);
  return needed;
}
const compressed = ({ what }: Bytes, how: string): UnsupportedError =>
  new UnsupportedError(
    `${what}: a dataset is ${how}; Keras writes none like it, so save the model with Keras once more`,
  );

function turned(data: Uint8Array, size: number): Uint8Array {
  const result = data.slice();
  for (let at = 0; at < result.length; at += size) result.subarray(at, at + size).reverse();
  return result;
}

/** The texts of an attribute in the header of an object: one, or a list. undefined where it has none of this name. */
export function attributeOf(bytes: Bytes, messages: readonly Message[], name: string): string[] | undefined {
  for (const { kind, at } of messages) {
    if (kind !== KIND.attribute) continue;
    const version = bytes.u8(at);
    const sizes = [2, 4, 6].map((field) => bytes.u16(at + field));
    // Version 1 fills each part up to a multiple of 8 bytes, version 3 says how the name is encoded.
    const [ofName, ofType, ofSpace] = version === 1 ? sizes.map((n) => 8 * Math.ceil(n / 8)) : sizes;
    const start = at + (version === 3 ? 9 : 8);
    if (bytes.text(start, sizes[0]).replace(/\0.*$/s, '') !== name) continue;
    const count = sizeOf(shapeAt(bytes, start + ofName + ofType));
    return count ? textsAt(bytes, datatypeAt(bytes, start + ofName), start + ofName + ofType + ofSpace, count) : [];
  }
  if (
    messages.some(
      ({ kind, at }) => kind === KIND.attributeInfo && !isNowhere(bytes.u64(at + (bytes.u8(at + 1) & 1 ? 4 : 2))),
    )
  )
    throw new UnsupportedError(
      `${bytes.what}: attributes are in a heap, as libver='latest' writes them; write the file with h5py's defaults`,
    );
  return undefined;
}

function textsAt(bytes: Bytes, { kind, size }: Datatype, at: number, count: number): string[] {
  if (kind !== TEXT && kind !== HEAP_TEXT) throw bytes.damaged('an attribute is no text');
  bytes.part(at, count * size);
  return Array.from({ length: count }, (_, i) =>
    kind === TEXT ? textOf(bytes.part(at + i * size, size)).replace(/\0.*$/s, '') : heapText(bytes, at + i * size),
  );
}

/** A text in the global heap: its length, the address of a collection, and its number there. */
function heapText(bytes: Bytes, at: number): string {
  const length = bytes.u32(at);
  if (!length) return '';
  const [collection, index] = [bytes.u64(at + 4), bytes.u32(at + 12)];
  if (bytes.text(collection, 4) !== 'GCOL') throw bytes.damaged(`there are no texts at ${collection}`);
  const end = collection + bytes.u64(collection + 8);
  for (let item = collection + 16; item + 16 <= end && bytes.u16(item); ) {
    const size = bytes.u64(item + 8);
    if (bytes.u16(item) === index) return textOf(bytes.part(item + 16, Math.min(size, length)));
    item += 16 + 8 * Math.ceil(size / 8);
  }
  throw bytes.damaged(`text ${index} is not in the heap at ${collection}`);
}
