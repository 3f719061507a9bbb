import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import { fileStore, folderStore } from './folder.js';

/** A checkpoint in a store. */
export interface StoredCheckpoint {
  readonly name: string;
  /** The name of the training that it belongs to; a resumed training keeps its name. */
  readonly run: string;
}

/** A place for checkpoints. `checkpoint` and `resume` take a folder or a file by its path, `indexedDB(name)`, or an object like this one for
 *  a place of your own. */
export interface CheckpointStore {
  /** The name of the place in messages. */
  readonly name: string;
  /** Lists the checkpoints, the newest first. */
  list(): Promise<readonly StoredCheckpoint[]>;
  read(name: string): Promise<Uint8Array>;
  /** Adds a checkpoint, entirely or not at all, whatever happens meanwhile. Then removes the oldest of the same run, so that `keep` of
   *  them remain. Without a `run` it begins a new run. Resolves to the name of the run. */
  write(bytes: Uint8Array, how: { readonly run?: string; readonly keep: number }): Promise<string>;
  /** Locks the place for one writer, and resolves to the function that unlocks it. Rejects while another writer holds the lock. */
  lock(): Promise<() => Promise<void>>;
}

const METHODS = ['list', 'read', 'write', 'lock'] as const;

/** Returns the store that an option describes. */
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

/** Converts a file: URL to a path; other values are returned unchanged. */
export function pathOr<T>(where: string, option: string, given: T): Exclude<T, URL> | string {
  if (!(given instanceof URL)) return given as Exclude<T, URL>;
  if (given.protocol !== 'file:')
    throw new OptionError(`${where}: ${option} is ${given.href}; only file: URLs are paths`);
  const path = decodeURIComponent(given.pathname);
  // On Windows the URL's path has a slash before the drive.
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}
