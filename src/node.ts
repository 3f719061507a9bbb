import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import {
  type AnyModel,
  CsvSet,
  DataError,
  type Dataset,
  dataset,
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
/** @internal Of the package's own entries. */
export { replaceFile };

/** What only Node (and Deno and Bun) can do: files. */

/** A file's bytes; one that was compressed with gzip is unpacked. */
async function bytesOf(where: string, path: string, name = 'path'): Promise<Uint8Array> {
  checkPath(where, name, path);
  try {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new DataError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** A data set from a file of comma-separated values in UTF-8, or in UTF-16 with its mark; options as in `dataset.fromCsv`. The file is read piece
 *  by piece: it may be larger than a string. Throws a DataError for other files.
 *  @example await readCsv('iris.csv', { target: 'species' }) */
export async function readCsv(path: string, options: Parameters<typeof dataset.fromCsv>[1] = {}): Promise<Dataset> {
  const set = new CsvSet('fromCsv', options);
  for await (const piece of textOf('readCsv', path)) set.push(piece);
  return set.end();
}

/** A data set from two idx files, such as MNIST's: images [n, h, w, 1] with scale 1/255, and labels. */
export async function readIdx(images: string, labels?: string): Promise<Dataset> {
  return dataset.fromIdx(
    await bytesOf('readIdx', images, 'images'),
    labels === undefined ? undefined : await bytesOf('readIdx', labels, 'labels'),
  );
}

/** A data set from a NumPy file of examples, and one of targets. */
export async function readNpy(x: string, y?: string): Promise<Dataset> {
  return dataset.fromNpy(
    await bytesOf('readNpy', x, 'x'),
    y === undefined ? undefined : await bytesOf('readNpy', y, 'y'),
  );
}

/** Writes a model or a pipeline as a safetensors file, with the options of `saveSafetensors`. The name gets the new file at once or keeps the old one: it is written beside it
 *  first, and flushed to the disk. A file keeps its mode; a symbolic link stays one, and its target is replaced; other hard links keep the old
 *  file. A pipe or a device is written to as it is. Throws a DataError where the file cannot be written.
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

/** Reads a model or a pipeline that `writeModel` or `saveSafetensors` wrote; with a model or a pipeline, its parameters by name. Options are
 *  those of `loadSafetensors`. Throws a DataError for a file of tensors only, where no model is given: `loadSafetensors` gives those by name. A model of several outputs and a pipeline say so by
 *  their types: `readModel<AnyModel>(path)`, `readModel<Pipeline>(path)`. */
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
  if (model !== undefined) return loadSafetensors(bytes, model, options);
  const read = loadSafetensors<AnyModel | Pipeline | Record<string, Tensor>>(bytes, undefined, options);
  if ('predict' in read && typeof read.predict === 'function') return read as AnyModel | Pipeline;
  throw new DataError(
    `readModel: ${path} has tensors but no model; give a model built in code, readModel(path, model), or read the tensors with loadSafetensors(await readFile(path))`,
  );
}
