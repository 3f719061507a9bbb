import type { Blobs } from './job.js';
import { builtin } from './host.js';

/** Checkpoints in memory, for as long as their trials need them. */
export function inMemory(): Blobs {
  const all = new Map<string, Uint8Array>();
  return {
    get: async (key) => all.get(key),
    put: async (key, bytes) => {
      all.set(key, bytes);
    },
    drop: async (key) => {
      all.delete(key);
    },
  };
}

/** Checkpoints in a folder: a file is whole or missing, whenever the process ends. */
export function inFolder(where: string, folder: string, ending = '.safetensors'): Blobs {
  const { readFile, rename, rm, writeFile } = builtin('node:fs/promises', where, 'a folder');
  const pathOf = (key: string): string => `${folder}/${key}${ending}`;
  return {
    get: (key) =>
      readFile(pathOf(key)).catch((error: { code?: string }) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      }),
    put: async (key, bytes) => {
      const beside = `${folder}/.${key}.${globalThis.crypto.randomUUID()}.tmp`;
      await writeFile(beside, bytes, { flush: true });
      await rename(beside, pathOf(key));
    },
    drop: (key) => rm(pathOf(key), { force: true }),
  };
}
