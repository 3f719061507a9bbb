import { DTYPES, UnsupportedError } from '../../index.js';
import type { Bytes } from '../bytes.js';

/** How a number or a text lies in the file. */
export interface Datatype {
  /** A type of numbers by its name in safetensors, text of a fixed length, text in a heap of the file, or bytes of unknown meaning. */
  readonly kind: string;
  /** Bytes of one element. */
  readonly size: number;
  readonly bigEndian: boolean;
}
export const TEXT = 'text';
export const HEAP_TEXT = 'text in a heap';
/** h5py has no bfloat16, and writes its two bytes as they are. */
export const OPAQUE = 'opaque';

/** Classes of types, and their names for messages. */
const CLASSES =
  'whole numbers, numbers, times, texts, bits, opaque, compounds, references, enumerations, lists, arrays'.split(', ');

/** Reads the type that is described here (HDF5 File Format Specification 3.0, section IV.A.2.d). */
export function datatypeAt(bytes: Bytes, at: number, deep = false): Datatype {
  const kind = bytes.u8(at) & 15;
  const flags = bytes.u8(at + 1);
  const size = bytes.u32(at + 4);
  const made = (name: string): Datatype => ({ kind: name, size, bigEndian: (flags & 1) === 1 });
  const numbers = (name: string): Datatype | undefined => (DTYPES.get(name)?.bytes === size ? made(name) : undefined);
  const kinds: Readonly<Record<number, () => Datatype | undefined>> = {
    0: () => numbers(`${flags & 8 ? 'I' : 'U'}${8 * size}`),
    // Two bytes are half precision where the exponent has 5 bits.
    1: () => numbers(size === 2 && bytes.u8(at + 13) === 8 ? 'BF16' : `F${8 * size}`),
    3: () => made(TEXT),
    5: () => made(OPAQUE),
    // Flags are an enumeration of bytes, whose type follows.
    8: () => (deep ? undefined : datatypeAt(bytes, at + 8, true)),
    9: () => ((flags & 15) === 1 ? made(HEAP_TEXT) : undefined),
  };
  const found = kinds[kind]?.();
  if (found && found.size > 0) return found;
  throw new UnsupportedError(
    `${bytes.what}: there are ${CLASSES[kind] ?? 'elements'} of ${size} bytes; numbers of 8, 16, 32 and 64 bits and texts are read`,
  );
}
