import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import { fileStore, folderStore } from './folder.js';

/** A checkpoint in a store. */
export interface StoredCheckpoint {
  readonly name: string;
  /** The training that it belongs to: one that is resumed goes on under the same name. */
  readonly run: string;
}

/** A place for checkpoints. `checkpoint` and `resume` take a folder or a file by its path, `indexedDB(name)`, or an object like this one for
 *  a place of your own. */
export interface CheckpointStore {
  /** What messages call the place. */
  readonly name: string;
  /** The checkpoints that are there, the newest first. */
  list(): Promise<readonly StoredCheckpoint[]>;
  read(name: string): Promise<Uint8Array>;
  /** Adds a checkpoint: the whole of it or nothing, whatever happens meanwhile. Then removes the oldest of the same run, so that `keep` of
   *  them remain. Without a run it is the first of a new one. Gives the run. */
  write(bytes: Uint8Array, how: { readonly run?: string; readonly keep: number }): Promise<string>;
  /** Takes the place for one writer; gives what lets it go. Rejects while another writer has it. */
  lock(): Promise<() => Promise<void>>;
}

const METHODS = ['list', 'read', 'write', 'lock'] as const;

/** The store that an option names. */
export function storeOf(where: string, option: string, given: unknown): CheckpointStore {
  const path = pathOr(where, option, given);
  if (typeof path === 'string' && path) return path.endsWith('.safetensors') ? fileStore(path) : folderStore(path);
  const store = given as Partial<CheckpointStore> | null | undefined;
  if (typeof given === 'object' && store && METHODS.every((method) => typeof store[method] === 'function'))
    return given as CheckpointStore;
  throw new OptionError(
    `${where}: ${option} is ${shown(given)}; it must be the path of a folder or of a .safetensors file, or indexedDB('name')`,
  );
}

/** The path of a URL; what is none stays as it is. */
export function pathOr<T>(where: string, option: string, given: T): Exclude<T, URL> | string {
  if (!(given instanceof URL)) return given as Exclude<T, URL>;
  if (given.protocol !== 'file:')
    throw new OptionError(`${where}: ${option} is ${given.href}; only file: URLs are paths`);
  const path = decodeURIComponent(given.pathname);
  // A drive of Windows stands behind a slash.
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}
