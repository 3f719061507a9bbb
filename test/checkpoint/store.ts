import { type CheckpointStore, DataError, type StoredCheckpoint } from '../../src/index.js';

/** Checkpoints in memory, for tests in every host. */
export function inMemory(): CheckpointStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const entries: StoredCheckpoint[] = [];
  let locked = false;
  let count = 0;
  return {
    name: 'memory',
    files,
    list: async () => [...entries],
    read: async (name) => files.get(name) as Uint8Array,
    write: async (bytes, { run = `run ${count}`, keep }) => {
      count++;
      const name = `checkpoint ${count}`;
      files.set(name, bytes.slice());
      entries.unshift({ name, run });
      for (const old of entries.filter((entry) => entry.run === run).slice(keep)) {
        entries.splice(entries.indexOf(old), 1);
        files.delete(old.name);
      }
      return run;
    },
    lock: async () => {
      if (locked) throw new DataError('checkpoint: another training writes to memory');
      locked = true;
      return async () => {
        locked = false;
      };
    },
  };
}
