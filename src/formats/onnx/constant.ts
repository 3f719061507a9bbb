import { DTYPES, FormatError, type Shape, UnsupportedError } from '../../index.js';
import type { TensorProto } from './messages.js';

/** What numbers mean. All are float32 in Regulus. */
export type NumberKind = 'float' | 'int' | 'bool';

/** Numbers that are known before the model runs. Those of a file are read when they are asked for. */
export class Constant {
  #data: ArrayLike<number> | undefined;
  constructor(
    readonly shape: Shape,
    readonly kind: NumberKind,
    private readonly read: () => ArrayLike<number>,
    /** The name of an initializer. */
    readonly name?: string,
  ) {}
  get size(): number {
    return product(this.shape);
  }
  get data(): ArrayLike<number> {
    // Long ones are views of the file, or copied where that is not possible, and not kept.
    if (this.size > SHORT) return this.read();
    this.#data ??= this.read();
    return this.#data;
  }
}
const SHORT = 4096;
export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
export const floatsOf = (data: ArrayLike<number>): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);
export const constantOf = (shape: Shape, data: ArrayLike<number>, kind: NumberKind = 'int'): Constant =>
  new Constant(shape, kind, () => data);

type Read = (view: DataView, at: number) => number;
/** Reads a type as other files do. */
const readerOf =
  (dtype: string): Read =>
  (view, at) =>
    (DTYPES.get(dtype) as { read: Read }).read(view, at);
const long =
  (high: 'getInt32' | 'getUint32'): Read =>
  (view, at) =>
    view[high](at + 4, true) * 0x100000000 + view.getUint32(at, true);

const scratch = /*#__PURE__*/ new DataView(new ArrayBuffer(2));
/** The number that 16 bits stand for. */
function ofWord(word: number, read: Read): number {
  scratch.setUint16(0, word, true);
  return read(scratch, 0);
}

/** The types of numbers: what they mean, how many bytes they take, how they are read, and the list that holds them where
 *  they are not raw. */
const TYPES: Readonly<
  Record<number, readonly [NumberKind, number, Read, 'float' | 'int32' | 'int64' | 'double' | undefined]>
> = {
  1: ['float', 4, (view, at) => view.getFloat32(at, true), 'float'],
  2: ['int', 1, (view, at) => view.getUint8(at), 'int32'],
  3: ['int', 1, (view, at) => view.getInt8(at), 'int32'],
  4: ['int', 2, (view, at) => view.getUint16(at, true), 'int32'],
  5: ['int', 2, (view, at) => view.getInt16(at, true), 'int32'],
  6: ['int', 4, (view, at) => view.getInt32(at, true), 'int32'],
  7: ['int', 8, long('getInt32'), 'int64'],
  9: ['bool', 1, (view, at) => view.getUint8(at), 'int32'],
  10: ['float', 2, readerOf('F16'), 'int32'],
  11: ['float', 8, (view, at) => view.getFloat64(at, true), 'double'],
  12: ['int', 4, (view, at) => view.getUint32(at, true), undefined],
  13: ['int', 8, long('getUint32'), undefined],
  16: ['float', 2, readerOf('BF16'), 'int32'],
};
/** What a type's numbers mean; undefined for text and others that are no numbers. */
export const kindOf = (type: number): NumberKind | undefined =>
  Object.hasOwn(TYPES, type) ? TYPES[type][0] : undefined;

/** The bytes of other files by their names, as `fromOnnx` was given them. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** The numbers of a tensor in the file, or in one of those beside it. */
export function constantIn(tensor: TensorProto, files: Files): Constant {
  const { dims, type = 0, name } = tensor;
  const what = `fromOnnx: the tensor '${name ?? ''}'`;
  if (!Object.hasOwn(TYPES, type)) throw new UnsupportedError(`${what} has the type ${type}, which is no number`);
  const [kind, bytes, read, list] = TYPES[type];
  const size = product(dims);
  if (dims.some((n) => n < 0) || !Number.isSafeInteger(size)) throw new FormatError(`${what} has the shape [${dims}]`);
  const check = (count: number): void => {
    if (count !== size) throw new FormatError(`${what} has ${count} numbers; its shape is [${dims}]`);
  };
  const raw = tensor.location === 1 ? outside(tensor, files, what) : tensor.raw;
  if (!raw) {
    const given = list ? tensor[list] : [];
    check(given.length);
    // Floats of 16 bits stand in the list as whole numbers.
    const short = kind === 'float' && bytes === 2;
    return new Constant(dims, kind, () => (short ? given.map((word) => ofWord(word, read)) : given), name);
  }
  check(raw.length / bytes);
  const values = (): ArrayLike<number> => {
    if (type === 1) {
      // Views of float32 begin at every fourth byte.
      const aligned = raw.byteOffset % 4 ? raw.slice() : raw;
      return new Float32Array(aligned.buffer, aligned.byteOffset, size);
    }
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const numbers = kind === 'float' ? new Float32Array(size) : new Float64Array(size);
    for (let i = 0; i < size; i++) numbers[i] = read(view, i * bytes);
    return numbers;
  };
  return new Constant(dims, kind, values, name);
}

/** The bytes of a tensor that lie in another file. */
function outside({ external }: TensorProto, files: Files, what: string): Uint8Array {
  const of = (key: string): string | undefined => external.find((entry) => entry.key === key)?.value;
  const location = of('location') ?? '';
  if (!Object.hasOwn(files, location))
    throw new FormatError(`${what} is in the file '${location}'; give files: { '${location}': its bytes }`);
  const [offset, length] = [Number(of('offset') ?? 0), Number(of('length') ?? files[location].length)];
  if (!(offset >= 0 && length >= 0 && offset + length <= files[location].length))
    throw new FormatError(
      `${what} is at bytes ${offset} to ${offset + length} of '${location}', which has ${files[location].length}`,
    );
  return files[location].subarray(offset, offset + length);
}
