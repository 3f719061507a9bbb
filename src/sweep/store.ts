import { DataError, isGiven, refuse, sha256Now } from '../index.js';
import { inFolder } from './blobs.js';
import { builtin } from './host.js';
import type { Blobs } from './job.js';

/** A place for bytes by name, such as `s3(…)`, or an object of your own. */
export interface Store {
  /** The bytes; undefined where there are none by that name. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes. The same name always comes with the same bytes. */
  put(key: string, bytes: Uint8Array): Promise<void>;
}

/** Refuses what is neither the path of a folder nor a store. */
export function checkStore(where: string, store: unknown): asserts store is string | Store | undefined {
  const { get, put } = Object(store) as Partial<Store>;
  const isStore = typeof get === 'function' && typeof put === 'function';
  if (isGiven(store) && !isStore && (typeof store !== 'string' || !store))
    refuse(where, 'store', store, 'the path of a folder, s3({ bucket }), or an object with get and put');
}

/** The store that is asked for; a folder is made if it is missing. */
export async function storeOf(where: string, given: string | Store | undefined): Promise<Store | undefined> {
  if (typeof given !== 'string') return given ?? undefined;
  const { mkdir } = builtin('node:fs/promises', where, 'store');
  try {
    await mkdir(given, { recursive: true });
  } catch (cause) {
    throw new DataError(`${where}: store: cannot use the folder ${given}: ${(cause as Error).message}`, { cause });
  }
  return inFolder(where, given, '');
}

/** Keeps bytes in a store under their hash, and the hash under their key in `names`: what is there twice is kept once, and what has been changed
 *  is noticed. Without a store, bytes are kept in `names` themselves. */
export function byHash(store: Store | undefined, names: Blobs): Blobs {
  if (!store) return names;
  return {
    async get(key) {
      const name = await names.get(key);
      if (!name) return undefined;
      const hash = new TextDecoder().decode(name);
      const bytes = await store.get(hash);
      if (bytes && sha256Now(bytes) !== hash)
        throw new DataError(`store: the bytes of ${hash} are others than were kept there; remove them`);
      return bytes;
    },
    async put(key, bytes) {
      const hash = sha256Now(bytes);
      await store.put(hash, bytes);
      await names.put(key, new TextEncoder().encode(hash));
    },
    drop: (key) => names.drop(key),
  };
}
