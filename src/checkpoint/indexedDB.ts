import { DataError, RegulusError, UnsupportedError } from '../errors.js';
import { type Configured, made } from '../config.js';
import { text } from '../options.js';
import type { CheckpointStore, StoredCheckpoint } from './store.js';

const DATABASE = 'regulus';
const STORE = 'checkpoints';
/** The largest size of a record in bytes: larger ones break the connection on some phones. */
const CHUNK = 4 << 20;

/** The description of a checkpoint; its bytes are separate records. */
interface Head {
  readonly number: number;
  readonly bytes: number;
}
type Slot = 0 | 1;

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function opened(name: string): Promise<IDBDatabase> {
  const { indexedDB: host } = globalThis as { indexedDB?: IDBFactory };
  if (!host)
    throw new UnsupportedError(
      `checkpoint: this host has no IndexedDB, and cannot use '${name}'; give a folder's path`,
    );
  const request = host.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE);
  };
  return settled(request);
}

/** Describes the page's storage quota, for messages. */
async function quota(): Promise<string> {
  const storage = (globalThis as { navigator?: { storage?: StorageManager } }).navigator?.storage;
  const { usage, quota: most } = (await storage?.estimate?.().catch(() => undefined)) ?? {};
  return usage === undefined || most === undefined ? '' : `; this page uses ${usage} of the ${most} bytes it may have`;
}

/** Makes a store for checkpoints in the browser's IndexedDB, for pages and workers: two slots under this name are written in turn, each in one
 *  transaction, so that one of them is always a whole checkpoint. Two trainings cannot write to one name at a time, where the host
 *  has locks (pages that were loaded by https). Browsers may throw away what a page stores when space is short, and Safari does
 *  after seven days without a visit: `navigator.storage.persist()` asks for more.
 *  @example const place = indexedDB('digits') // checkpoint({ to: place }), and later resume(place, model, train, options) */
export function indexedDB(name: string): CheckpointStore & Configured {
  text('indexedDB', 'name', name);
  const place = `indexedDB('${name}')`;
  const head = (slot: Slot): IDBValidKey => [name, slot, 'head'];
  const chunk = (slot: Slot, i: number): IDBValidKey => [name, slot, i];
  const chunks = (slot: Slot): IDBKeyRange => IDBKeyRange.bound([name, slot, 0], [name, slot, Number.MAX_SAFE_INTEGER]);

  const attempted = async <T>(what: string, f: (database: IDBDatabase) => Promise<T>): Promise<T> => {
    let database: IDBDatabase | undefined;
    try {
      database = await opened(name);
      return await f(database);
    } catch (cause) {
      if (cause instanceof RegulusError) throw cause;
      const { name: kind = 'Error', message = '' } = (cause ?? {}) as Error;
      throw new DataError(`checkpoint: cannot ${what} ${place}: ${kind} ${message}${await quota()}`, { cause });
    } finally {
      database?.close();
    }
  };
  const headsIn = async (store: IDBObjectStore): Promise<(Head | undefined)[]> =>
    Promise.all(([0, 1] as const).map((slot) => settled(store.get(head(slot)) as IDBRequest<Head | undefined>)));

  return made({
    config: { name: 'indexedDB', options: { name } },
    name: place,
    list: () =>
      attempted('read', async (database) => {
        const heads = await headsIn(database.transaction(STORE).objectStore(STORE));
        const found = heads.flatMap((own, slot): (StoredCheckpoint & { number: number })[] =>
          own ? [{ name: String(slot), run: '', number: own.number }] : [],
        );
        return found.sort((a, b) => b.number - a.number);
      }),
    read: (slotName) =>
      attempted('read', async (database) => {
        const slot: Slot = slotName === '0' ? 0 : 1;
        const store = database.transaction(STORE).objectStore(STORE);
        const [own, pieces] = await Promise.all([
          settled(store.get(head(slot)) as IDBRequest<Head | undefined>),
          settled(store.getAll(chunks(slot)) as IDBRequest<ArrayBuffer[]>),
        ]);
        const bytes = new Uint8Array(own?.bytes ?? 0);
        let at = 0;
        for (const piece of pieces) {
          if (at + piece.byteLength > bytes.length) break;
          bytes.set(new Uint8Array(piece), at);
          at += piece.byteLength;
        }
        return bytes;
      }),
    write: (bytes) =>
      attempted('write to', async (database) => {
        const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
        const done = new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error);
          transaction.onerror = () => reject(transaction.error);
        });
        // A failure is reported by `done`, which is awaited below.
        done.catch(() => undefined);
        const store = transaction.objectStore(STORE);
        const [first, second] = await headsIn(store);
        const slot: Slot = (first?.number ?? 0) <= (second?.number ?? 0) ? 0 : 1;
        const number = Math.max(first?.number ?? 0, second?.number ?? 0) + 1;
        store.delete(chunks(slot));
        for (let at = 0, i = 0; at < bytes.length; at += CHUNK, i++)
          store.put(bytes.slice(at, at + CHUNK).buffer, chunk(slot, i));
        store.put({ number, bytes: bytes.length } satisfies Head, head(slot));
        await done;
        return '';
      }),
    lock: () => {
      const { locks } = (globalThis as { navigator?: { locks?: LockManager } }).navigator ?? {};
      if (!locks) return Promise.resolve(() => Promise.resolve());
      return new Promise<() => Promise<void>>((resolve, reject) => {
        const over = locks.request(`regulus.checkpoint.${name}`, { ifAvailable: true }, (lock) => {
          if (!lock) {
            reject(new DataError(`checkpoint: another training writes to ${place}; end it, or choose another name`));
            return undefined;
          }
          return new Promise<void>((release) => {
            resolve(async () => {
              release();
              await over;
            });
          });
        });
        over.catch(reject);
      });
    },
  } satisfies CheckpointStore & Configured);
}
