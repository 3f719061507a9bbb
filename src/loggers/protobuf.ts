/** The wire format of protocol buffers, as far as events need it. Every function returns the bytes of one field. */
type Bytes = readonly number[];

/** Seven bits in each byte, the lowest first; the eighth says that more follow. It uses arithmetic, because bit
 *  operations end at 2³¹. */
const varint = (n: number): Bytes => (n < 128 ? [n] : [128 + (n % 128), ...varint(Math.floor(n / 128))]);
const tag = (field: number, wire: number): Bytes => varint(8 * field + wire);

function fixed(size: number, set: (view: DataView) => void): Bytes {
  const view = new DataView(new ArrayBuffer(size));
  set(view);
  return [...new Uint8Array(view.buffer)];
}

/** A whole number from 0 to 2⁵³ − 1. */
export const int64 = (field: number, n: number): Bytes => [...tag(field, 0), ...varint(n)];
export const double = (field: number, x: number): Bytes => [
  ...tag(field, 1),
  ...fixed(8, (view) => view.setFloat64(0, x, true)),
];
export const float = (field: number, x: number): Bytes => [
  ...tag(field, 5),
  ...fixed(4, (view) => view.setFloat32(0, x, true)),
];
/** A message within a message. */
export const message = (field: number, fields: Bytes): Bytes => [...tag(field, 2), ...varint(fields.length), ...fields];
export const string = (field: number, text: string): Bytes => message(field, [...new TextEncoder().encode(text)]);
