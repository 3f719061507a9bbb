/** Reads a number of the format as float32; the counterpart below writes one. Both take a view of the data and the byte offset at which the
 *  number begins. */
type Read = (view: DataView, at: number) => number;
type Write = (view: DataView, at: number, value: number) => void;

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

const INFINITE = 0x7f800000;
const wordOf = (value: number): number => {
  bits.setFloat32(0, value);
  return bits.getUint32(0);
};

/** The nearest half, ties to the even one, as PyTorch's `half()`: numbers from 65,520 on become infinite. */
function toHalf(value: number): number {
  const word = wordOf(value);
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > INFINITE) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴.
  const units = Math.abs(value) / SMALLEST_HALF;
  const down = Math.floor(units);
  const rest = units - down;
  return sign | (down + (rest > 0.5 || (rest === 0.5 && down % 2) ? 1 : 0));
}
/** The nearest number with the upper half of a float32's bits, ties to the even one. */
function toBfloat(value: number): number {
  const word = wordOf(value);
  if ((word & 0x7fffffff) > INFINITE) return ((word >>> 16) & 0x8000) | 0x7fc0;
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The types that can be written, by their names in options. */
export const WRITTEN = {
  F32: (view, at, value) => view.setFloat32(at, value, true),
  F16: (view, at, value) => view.setUint16(at, toHalf(value), true),
  BF16: (view, at, value) => view.setUint16(at, toBfloat(value), true),
  I64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
} satisfies Readonly<Record<string, Write>>;
