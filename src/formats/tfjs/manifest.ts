import { DTYPES, FormatError, OptionError, refuse, type Shape, shown, UnsupportedError } from '../../index.js';
import { type Bytes, bytesOf, isBytes } from '../json.js';
import { field, type Fields, isFields, isWhole } from '../keras/settings.js';

/** The weights of a model in TF.js's format: one file's bytes, those of all files in their order, or by their paths. */
export type TfjsWeights = Bytes | readonly Bytes[] | Readonly<Record<string, Bytes>>;

/** A weight of a file. Its numbers are read when they are asked for. */
export interface StoredWeight {
  readonly name: string;
  readonly shape: Shape;
  values(): Float32Array;
}

/** Limits on a manifest. */
const MOST_WEIGHTS = 100_000;
const MOST_AXES = 32;

/** Reads the weights that the manifest of a model.json lists, from its files. */
export function weightsOf(where: string, model: Fields, given: unknown): StoredWeight[] {
  const fail = (what: string): never => {
    throw new FormatError(`${where}: ${what}; the file is damaged or of another format`);
  };
  const manifest = field(model, 'weightsManifest') ?? [
    { paths: ['weights.bin'], weights: field(model, 'weightSpecs') },
  ];
  if (!Array.isArray(manifest)) return fail(`weightsManifest is ${shown(manifest)}`);
  const paths: string[] = [];
  const specs: Spec[] = [];
  for (const group of manifest as unknown[]) {
    const [files, list] = isFields(group) ? [field(group, 'paths'), field(group, 'weights')] : [];
    if (!Array.isArray(files) || !files.every((path) => typeof path === 'string') || !Array.isArray(list))
      return fail(`a group of weightsManifest is ${shown(group)}`);
    if (specs.length + list.length > MOST_WEIGHTS) return fail(`there are more than ${MOST_WEIGHTS} weights`);
    for (const path of files) paths.push(path as string);
    for (const spec of list) specs.push(specOf(where, spec, fail));
  }
  const source = new Source(filesOf(where, paths, given));
  const size = specs.reduce((sum, { bytes }) => sum + bytes, 0);
  if (size !== source.size)
    throw new FormatError(
      `${where}: the weights are ${source.size} bytes, where model.json says ${size}; give all of its files: ${listed(paths)}`,
    );
  let at = 0;
  return specs.map(({ name, shape, bytes, count, read }) => {
    const from = at;
    at += bytes;
    return { name, shape, values: () => read(source.bytes(from, bytes), count) };
  });
}

/** The files in their order. */
function filesOf(where: string, paths: readonly string[], given: unknown): Uint8Array[] {
  if (isBytes(given)) return [bytesOf(given)];
  const wrong = (value: unknown): never =>
    refuse(where, 'weights', value, "the bytes of the weights' file, a list of those of all files, or bytes by path");
  if (Array.isArray(given)) {
    const files = Array.from(given as unknown[], (file) => (isBytes(file) ? bytesOf(file) : wrong(file)));
    if (files.length !== paths.length && files.length !== 1)
      throw new OptionError(
        `${where}: weights has ${files.length} files, where model.json names ${paths.length}: ${listed(paths)}`,
      );
    return files;
  }
  if (!isFields(given) || ArrayBuffer.isView(given)) return wrong(given);
  const names = Object.keys(given);
  return paths.map((path) => {
    const last = path.slice(path.lastIndexOf('/') + 1);
    const name =
      names.find((each) => each === path) ?? names.find((each) => each.slice(each.lastIndexOf('/') + 1) === last);
    if (name === undefined)
      throw new OptionError(`${where}: weights has no '${path}', which model.json names; it has ${listed(names)}`);
    const file = given[name];
    return isBytes(file) ? bytesOf(file) : wrong(file);
  });
}
const listed = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ') || 'nothing';

/** The bytes of files one behind the other. */
class Source {
  readonly size: number;
  constructor(readonly files: readonly Uint8Array[]) {
    this.size = files.reduce((sum, { length }) => sum + length, 0);
  }
  /** A piece, which is copied only where it lies in several files. */
  bytes(from: number, length: number): Uint8Array {
    let start = from;
    const pieces: Uint8Array[] = [];
    let missing = length;
    for (const file of this.files) {
      if (!missing) break;
      if (start < file.length) {
        const piece = file.subarray(start, start + missing);
        pieces.push(piece);
        missing -= piece.length;
        start = 0;
      } else start -= file.length;
    }
    if (pieces.length === 1) return pieces[0];
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

interface Spec {
  readonly name: string;
  readonly shape: Shape;
  readonly count: number;
  readonly bytes: number;
  read(bytes: Uint8Array, count: number): Float32Array;
}
type Read = (view: DataView, i: number) => number;
interface Type {
  readonly bytes: number;
  readonly read: Read;
}
const TYPES: Readonly<Record<string, Type>> = {
  float32: { bytes: 4, read: (view, i) => view.getFloat32(4 * i, true) },
  int32: { bytes: 4, read: (view, i) => view.getInt32(4 * i, true) },
  bool: { bytes: 1, read: (view, i) => view.getUint8(i) },
};
const half: Read = (view, at) => (DTYPES.get('F16') as { read: Read }).read(view, at);
/** What weights are written as to make files smaller. */
const QUANTIZED: Readonly<Record<string, Type>> = {
  uint8: { bytes: 1, read: (view, i) => view.getUint8(i) },
  uint16: { bytes: 2, read: (view, i) => view.getUint16(2 * i, true) },
  float16: { bytes: 2, read: (view, i) => half(view, 2 * i) },
};

function specOf(where: string, given: unknown, fail: (what: string) => never): Spec {
  if (!isFields(given)) return fail(`a weight is ${shown(given)}`);
  const [name, shape, dtype, quantization] = ['name', 'shape', 'dtype', 'quantization'].map((key) => field(given, key));
  if (typeof name !== 'string') return fail(`a weight has the name ${shown(name)}`);
  if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every((n) => isWhole(n)))
    return fail(`${shown(name)} has the shape ${shown(shape)}`);
  if (typeof dtype !== 'string' || !Object.hasOwn(TYPES, dtype))
    throw new UnsupportedError(
      `${where}: the weight ${shown(name)} is of the type ${shown(dtype)}; float32, int32 and bool can be read`,
    );
  const sizes = shape as number[];
  const count = sizes.reduce((a, b) => a * b, 1);
  const spec = (type: Type, change: (value: number) => number = (value) => value): Spec => ({
    ...{ name, shape: sizes, count, bytes: count * type.bytes },
    read(bytes, length) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const values = new Float32Array(length);
      for (let i = 0; i < length; i++) values[i] = change(type.read(view, i));
      return values;
    },
  });
  if (quantization === undefined) return spec(TYPES[dtype]);
  const [type, scale, min] = isFields(quantization)
    ? ['dtype', 'scale', 'min'].map((key) => field(quantization, key))
    : [];
  if (typeof type !== 'string' || !Object.hasOwn(QUANTIZED, type))
    throw new UnsupportedError(
      `${where}: the weight ${shown(name)} is quantized as ${shown(type ?? quantization)}; uint8, uint16 and float16 can be read`,
    );
  if (type === 'float16') return spec(QUANTIZED[type]);
  if (!Number.isFinite(scale) || !Number.isFinite(min))
    return fail(`${shown(name)} is quantized with the scale ${shown(scale)} and the minimum ${shown(min)}`);
  const [factor, least] = [scale as number, min as number];
  return spec(QUANTIZED[type], dtype === 'float32' ? (q) => q * factor + least : (q) => Math.round(q * factor + least));
}
