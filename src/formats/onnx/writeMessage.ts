/** A message of protocol buffers, in pieces that are joined when the file is written, so that weights are copied only once. */
export type Message = readonly Uint8Array[];
/** A number is a whole one; a Float32Array holds a single float. Fields that are undefined are left out. */
export type Field = readonly [field: number, value: number | string | Float32Array | Uint8Array | Message | undefined];

/** Seven bits in each byte, the lowest first; the eighth says that more follow. Negative numbers are those of 64 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest < 128n) return [...bytes, low];
    bytes.push(low + 128);
  }
}
const tag = (field: number, wire: number, ...rest: number[]): Uint8Array =>
  Uint8Array.of(...varint(8 * field + wire), ...rest);
const utf8 = new TextEncoder();

/** The number of bytes of a message. */
export const lengthOf = (pieces: Message): number => pieces.reduce((sum, { length }) => sum + length, 0);
/** A message of these fields, in their order. */
export const message = (fields: readonly Field[]): Message =>
  fields.flatMap(([field, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'number') return tag(field, 0, ...varint(value));
    if (value instanceof Float32Array) return [tag(field, 5), new Uint8Array(value.buffer)];
    const pieces = typeof value === 'string' ? [utf8.encode(value)] : value instanceof Uint8Array ? [value] : value;
    return [tag(field, 2, ...varint(lengthOf(pieces))), ...pieces];
  });

/** The bytes of a message. */
export function joined(pieces: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
