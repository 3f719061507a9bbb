import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import {
  type AnyModel,
  CsvSet,
  DataError,
  type Dataset,
  dataset,
  FormatError,
  loadSafetensors,
  type LoadOptions,
  type Model,
  type Pipeline,
  type SaveOptions,
  saveSafetensors,
  type Tensor,
} from './index.js';
import { checkPath } from './loggersNode.js';
import { replaceFile } from './node/replaceFile.js';
import { textOf } from './node/textOf.js';

export { appendTo } from './loggersNode.js';
export { type CsvStream, streamCsv, type StreamCsvOptions } from './node/streamCsv.js';
/** @internal For the package's own entries. */
export { replaceFile, textOf };

/** Reading and writing files, in Node, Deno and Bun. */

/** Reads a file, and unpacks it if it is compressed with gzip. */
async function bytesOf(where: string, path: string, name = 'path'): Promise<Uint8Array> {
  checkPath(where, name, path);
  try {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new DataError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Reads a data set from a CSV file in UTF-8, or in UTF-16 with a byte order mark; options as in `dataset.fromCsv`. The file is read in
 *  pieces, and may be larger than a string can be. Throws a DataError for a file that cannot be read.
 *  @example await readCsv('iris.csv', { target: 'species' }) */
export async function readCsv(path: string, options: Parameters<typeof dataset.fromCsv>[1] = {}): Promise<Dataset> {
  const set = new CsvSet('fromCsv', options);
  for await (const piece of textOf('readCsv', path)) set.push(piece);
  return set.end();
}

/** Reads a data set from two idx files, such as MNIST's: images [n, h, w, 1] with scale 1/255, and labels. */
export async function readIdx(images: string, labels?: string): Promise<Dataset> {
  return dataset.fromIdx(
    await bytesOf('readIdx', images, 'images'),
    labels === undefined ? undefined : await bytesOf('readIdx', labels, 'labels'),
  );
}

/** Reads a data set from a NumPy file of examples, and one of targets. */
export async function readNpy(x: string, y?: string): Promise<Dataset> {
  return dataset.fromNpy(
    await bytesOf('readNpy', x, 'x'),
    y === undefined ? undefined : await bytesOf('readNpy', y, 'y'),
  );
}

/** Writes a model or a pipeline as a safetensors file, with the options of `saveSafetensors`. The file
 *  is replaced atomically: a temporary file is written beside it, flushed to the disk and renamed. A file keeps its mode; a symbolic link stays
 *  one, and its target is replaced; other hard links keep the old file. Pipes and devices are written to directly. Throws a DataError where the file cannot be written.
 *  @example await writeModel('model.safetensors', model) */
export async function writeModel(path: string, model: AnyModel | Pipeline, options?: SaveOptions): Promise<void> {
  checkPath('writeModel', 'path', path);
  const bytes = saveSafetensors(model, options);
  try {
    await replaceFile(path, bytes);
  } catch (cause) {
    throw new DataError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Reads a model or a pipeline that `writeModel` or `saveSafetensors` wrote. If a model or a pipeline is given, its parameters are set by name
 *  from the file. Options are those of `loadSafetensors`. Throws a FormatError for a damaged file, and a DataError for a file of tensors only if no
 *  model is given; `loadSafetensors` returns its tensors by name. In TypeScript, name the type of a model with several outputs or of a pipeline:
 *  `readModel<AnyModel>(path)`, `readModel<Pipeline>(path)`. */
export async function readModel<M extends AnyModel | Pipeline = Model>(
  path: string,
  model?: undefined,
  options?: LoadOptions,
): Promise<M>;
export async function readModel<M extends AnyModel | Pipeline = Model>(
  path: string,
  model: M,
  options?: LoadOptions,
): Promise<M>;
export async function readModel(
  path: string,
  model?: AnyModel | Pipeline,
  options?: LoadOptions,
): Promise<AnyModel | Pipeline> {
  const bytes = await bytesOf('readModel', path);
  type Read = AnyModel | Pipeline | Record<string, Tensor>;
  let read: Read;
  try {
    if (model !== undefined) return loadSafetensors(bytes, model, options);
    read = loadSafetensors<Read>(bytes, undefined, options);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError(`readModel: ${path}: ${cause.message.replace(/^loadSafetensors: /, '')}`, { cause });
  }
  if ('predict' in read && typeof read.predict === 'function') return read as AnyModel | Pipeline;
  throw new DataError(
    `readModel: ${path} has tensors but no model; give a model built in code, readModel(path, model), or read the tensors with loadSafetensors(await readFile(path))`,
  );
}
