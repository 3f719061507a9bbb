import { FormatError } from '../errors.js';
import { type Shape, show, sizeOf, stridesOf } from '../graph/shape.js';
import { bytesOf } from './bytes.js';
import type { Dataset } from './columns.js';
import { fromMemory } from './fromMemory.js';
import type { TargetLike } from './target.js';

type Values = Float32Array | Float64Array | Int32Array | Uint8Array;
interface Kind {
  readonly bytes: number;
  readonly make: (n: number) => Values;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const kinds: Readonly<Record<string, Kind>> = {
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, make: (n) => new Int32Array(n), read: (view, at, little) => int32(view.getBigInt64(at, little)) },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
};

function int32(value: bigint): number {
  if (BigInt.asIntN(32, value) !== value)
    throw new FormatError(`fromNpy: the int64 ${value} is beyond int32; save the array as float64`);
  return Number(value);
}

/** Reads an array of NumPy's .npy format (versions 1 to 3; f4, f8, i4, i8, u1; C and Fortran order), in C order. */
export function readNpy(where: string, given: Uint8Array | ArrayBuffer): { values: Values; shape: Shape } {
  const bytes = bytesOf(where, given);
  const text = (from: number, to: number): string =>
    bytes.subarray(from, to).reduce((s, b) => s + String.fromCharCode(b), '');
  if (text(0, 6) !== '\x93NUMPY' || bytes.length < 12)
    throw new FormatError(`${where}: an .npy file begins with \\x93NUMPY; these ${bytes.length} bytes do not`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const long = bytes[6] > 1;
  const from = long ? 12 : 10;
  const start = from + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length)
    throw new FormatError(`${where}: the header needs ${start} bytes and the file has ${bytes.length}`);
  const header = text(from, start);
  const [, order, code] = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header) ?? [];
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(header) ?? [];
  const [, sizes] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? [];
  if (code === undefined || fortran === undefined || sizes === undefined)
    throw new FormatError(
      `${where}: the header does not say descr, fortran_order and shape of one array: ${header.trim()}`,
    );
  if (!Object.hasOwn(kinds, code))
    throw new FormatError(
      `${where}: the type is '${order}${code}'; read are ${Object.keys(kinds).join(', ')}: convert with astype`,
    );
  const kind = kinds[code];
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  const n = sizeOf(shape);
  if (bytes.length !== start + n * kind.bytes)
    throw new FormatError(
      `${where}: ${show(shape)} of ${code} needs ${start + n * kind.bytes} bytes and the file has ${bytes.length}`,
    );

  const values = kind.make(n);
  const place = fortran === 'True' ? fromFortran(shape) : (i: number) => i;
  for (let i = 0; i < n; i++) values[i] = kind.read(view, start + place(i) * kind.bytes, order !== '>');
  return { values, shape };
}

/** Maps the index of a number in C order (last axis fastest) to its index in Fortran order (first axis fastest). */
function fromFortran(shape: Shape): (i: number) => number {
  const strides = stridesOf(shape);
  const steps = stridesOf([...shape].reverse()).reverse();
  return (i) => strides.reduce((at, stride, axis) => at + (Math.floor(i / stride) % shape[axis]) * steps[axis], 0);
}

/**
 * Makes a set from NumPy's .npy files: the rows of the first, with the targets of the second where it is given. Integer arrays of
 * one number per row are labels. Throws a FormatError for other bytes and types.
 * @example dataset.fromNpy(readFileSync('x.npy'), readFileSync('y.npy'))
 */
export function fromNpy(x: Uint8Array | ArrayBuffer, y?: Uint8Array | ArrayBuffer): Dataset {
  const { values, shape } = readNpy('fromNpy: x', x);
  const targets = y === undefined ? undefined : readNpy('fromNpy: y', y);
  const nested = (block: { values: Values; shape: Shape }): TargetLike =>
    block.shape.length === 1 ? block.values : { shape: block.shape, data: () => Float32Array.from(block.values) };
  return fromMemory({
    x: values,
    shape: shape.length > 1 ? shape.slice(1) : [1],
    ...(targets && { y: nested(targets) }),
  });
}
