import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fromKeras, fromOnnx, fromTfjs } from '../formats/index.js';
import { type AnyModel, built, DataError, FormatError, type Pipeline, RegulusError } from '../index.js';
import { readModel } from '../node.js';

/** Reads a file, and unpacks it if it is compressed with gzip. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new DataError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** A format of another library. */
export interface Foreign {
  readonly name: string;
  /** The call that imports it, for messages. */
  readonly call: string;
  /** Whether these are the first bytes of such a file. */
  is(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array, path: string): AnyModel | Promise<AnyModel>;
}
const begins =
  (...first: number[]) =>
  (bytes: Uint8Array): boolean =>
    first.every((byte, i) => bytes[i] === byte);

const isZip = begins(0x50, 0x4b, 0x03, 0x04);
const isHdf5 = begins(0x89, 0x48, 0x44, 0x46);
const FORMATS: readonly Foreign[] = [
  {
    name: 'Keras',
    call: 'fromKeras(bytes)',
    is: (bytes) => isZip(bytes) || isHdf5(bytes),
    read: (bytes) => fromKeras(bytes),
  },
  { name: 'TensorFlow.js', call: 'fromTfjs(json, weights)', is: begins(0x7b), read: tfjs },
  // The number of the ONNX version comes first.
  { name: 'ONNX', call: 'fromOnnx(bytes)', is: (bytes) => begins(0x08)(bytes) && bytes[1] < 0x20, read: onnx },
];

/** safetensors begins with the length of its header in eight bytes, the highest of which are 0. */
const isOwn = (bytes: Uint8Array): boolean => bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b;
/** The format of a file, where it is one of another library. */
export const foreignOf = (bytes: Uint8Array): Foreign | undefined =>
  isOwn(bytes) ? undefined : FORMATS.find(({ is }) => is(bytes));

/** Reads a file beside another one. */
async function beside(path: string, name: string): Promise<Uint8Array> {
  if (name !== basename(name))
    throw new FormatError(`${path}: names the file ${JSON.stringify(name)}; files must lie in the same folder`);
  const other = join(dirname(path), name);
  try {
    return await readFile(other);
  } catch (cause) {
    throw new DataError(`cannot read ${other}, to which ${path} belongs: ${(cause as Error).message}`, { cause });
  }
}

/** A model.json with its weights, which lie in files beside it. */
async function tfjs(bytes: Uint8Array, path: string): Promise<AnyModel> {
  const text = new TextDecoder().decode(bytes);
  const weights: Record<string, Uint8Array> = {};
  for (const name of shardsOf(text)) weights[name] = await beside(path, name);
  return fromTfjs(text, weights);
}
/** The files that a model.json names; none where it is something else, which is refused where it is read. */
function shardsOf(text: string): string[] {
  try {
    const { weightsManifest = [] } = JSON.parse(text) as { weightsManifest?: { paths?: unknown[] }[] };
    return weightsManifest.flatMap(({ paths = [] }) => paths.map(String));
  } catch {
    return [];
  }
}

/** An ONNX file, with the file of its weights where these lie beside it. */
async function onnx(bytes: Uint8Array, path: string): Promise<AnyModel> {
  const files: Record<string, Uint8Array> = {};
  for (const end of ['.data', '_data']) {
    const name = `${basename(path)}${end}`;
    const data = await readFile(join(dirname(path), name)).catch(() => undefined);
    if (data) files[name] = data;
  }
  return fromOnnx(bytes, { files });
}

/** Imports a model of another format, built. Errors name the file. */
export async function imported(format: Foreign, bytes: Uint8Array, path: string): Promise<AnyModel> {
  try {
    const model = await format.read(bytes, path);
    built(model);
    return model;
  } catch (error) {
    if (!(error instanceof RegulusError) || error.message.includes(path)) throw error;
    const own = error.constructor as new (message: string, options: ErrorOptions) => RegulusError;
    throw new own(`${path}: ${error.message}`, { cause: error });
  }
}

/** Reads a model of this library, or one of another format. Errors name the file. */
export async function anyModel(path: string): Promise<AnyModel | Pipeline> {
  const bytes = await bytesOf(path);
  const format = foreignOf(bytes);
  return format ? imported(format, bytes, path) : readModel<AnyModel | Pipeline>(path);
}
