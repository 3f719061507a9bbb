import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DataError,
  type Dataset,
  dataset,
  loadSafetensors,
  type Model,
  saveSafetensors,
  type Tensor,
} from './index.js';

export { appendTo } from './loggersNode.js';

/** What only Node (and Deno and Bun) can do: files. */

/** A file's bytes; one that was compressed with gzip is unpacked. */
async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new DataError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** A data set from a file of comma-separated values; options as in `dataset.fromCsv`.
 *  @example await readCsv('iris.csv', { target: 'species' }) */
export async function readCsv(path: string, options: Parameters<typeof dataset.fromCsv>[1] = {}): Promise<Dataset> {
  return dataset.fromCsv(new TextDecoder().decode(await bytesOf(path)), options);
}

/** A data set from two idx files, such as MNIST's: images [n, h, w, 1] with scale 1/255, and labels. */
export async function readIdx(images: string, labels?: string): Promise<Dataset> {
  return dataset.fromIdx(await bytesOf(images), labels === undefined ? undefined : await bytesOf(labels));
}

/** A data set from a NumPy file of examples, and one of targets. */
export async function readNpy(x: string, y?: string): Promise<Dataset> {
  return dataset.fromNpy(await bytesOf(x), y === undefined ? undefined : await bytesOf(y));
}

/** Writes a model as a safetensors file. The name gets the new file at once or keeps the old one: it is written beside it
 *  first, and flushed to the disk.
 *  @example await writeModel('model.safetensors', model) */
export async function writeModel(path: string, model: Model): Promise<void> {
  const bytes = saveSafetensors(model);
  const beside = join(dirname(path), `.regulus-${randomUUID()}.tmp`);
  try {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    // Tidying up must not hide what went wrong.
    await rm(beside, { force: true }).catch(() => undefined);
    throw new DataError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Reads a model that `writeModel` or `saveSafetensors` wrote; with a model, its parameters by name. */
export async function readModel(path: string): Promise<Model | Record<string, Tensor>>;
export async function readModel(path: string, model: Model): Promise<Model>;
export async function readModel(path: string, model?: Model): Promise<Model | Record<string, Tensor>> {
  const bytes = await bytesOf(path);
  return model ? loadSafetensors(bytes, model) : loadSafetensors(bytes);
}
