/** How the format's numbers become float32. Each reader takes a view of the data and the byte at which a number stands. */
type Read = (view: DataView, at: number) => number;

const bits = new DataView(new ArrayBuffer(4));
const fromBits = (word: number): number => {
  bits.setUint32(0, word);
  return bits.getFloat32(0);
};
const SMALLEST_HALF = 5.9604644775390625e-8; // 2⁻²⁴

/** IEEE half precision: 1 sign, 5 exponent and 10 fraction bits. */
function half(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 0x3ff;
  if (exponent === 0) return sign * fraction * SMALLEST_HALF;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * fromBits(((exponent + 112) << 23) | (fraction << 13));
}

export const DTYPES: ReadonlyMap<string, { readonly bytes: number; readonly read: Read }> = new Map([
  ['F64', { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ['F32', { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['F16', { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) }],
  ['BF16', { bytes: 2, read: (view, at) => fromBits(view.getUint16(at, true) << 16) }],
  ['I64', { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ['I32', { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  ['I16', { bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  ['I8', { bytes: 1, read: (view, at) => view.getInt8(at) }],
  ['U64', { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  ['U32', { bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  ['U16', { bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  ['U8', { bytes: 1, read: (view, at) => view.getUint8(at) }],
  ['BOOL', { bytes: 1, read: (view, at) => view.getUint8(at) }],
] as [string, { bytes: number; read: Read }][]);
