import { DataError, FormatError, OptionError, RegulusError } from '../errors.js';
import type { Prepared, Started } from '../train/fitOptions.js';
import { type Checkpointed, decoded, snapshotOf } from './file.js';
import { differences, identityOf } from './identity.js';
import type { CheckpointStore, StoredCheckpoint } from './store.js';

/** The part of a store that reading uses. */
export type Readable = Pick<CheckpointStore, 'name' | 'list' | 'read'>;

/** A checkpoint that could be read, and newer ones that could not. */
interface Found {
  readonly found: Checkpointed;
  readonly entry: StoredCheckpoint;
  readonly damaged: Started['resumed']['damaged'];
}

/** Finds the newest readable checkpoint; undefined where there is no checkpoint. Throws a FormatError where none of them can be read. */
async function newest(store: Readable): Promise<Found | undefined> {
  const damaged: { checkpoint: string; reason: string }[] = [];
  for (const entry of await store.list()) {
    try {
      return { found: await decoded(await store.read(entry.name)), entry, damaged };
    } catch (error) {
      if (!(error instanceof RegulusError)) throw error;
      damaged.push({ checkpoint: entry.name, reason: error.message });
    }
  }
  const reasons = damaged.map(({ checkpoint, reason }) => `${checkpoint}: ${reason}`).join('; ');
  if (damaged.length) throw new FormatError(`resume: no checkpoint in ${store.name} can be read: ${reasons}`);
  return undefined;
}

/** Refuses a checkpoint of another training, and says what differs. */
async function checkSame(name: string, { identity, position }: Checkpointed, prepared: Prepared): Promise<void> {
  const { options, data } = differences(identity, await identityOf(prepared));
  const Failure = options.length ? OptionError : DataError;
  if (options.length || data.length)
    throw new Failure(
      `resume: ${name} belongs to a training with other settings: ${[...options, ...data].join('; ')}; give the same as then, or begin a new one with fit`,
    );
  const { epochs } = prepared.options;
  const begun = position.epoch - (position.unfinished ? 0 : 1);
  if (!position.first && epochs < begun)
    throw new OptionError(`resume: epochs is ${epochs}, but ${begun} are made or under way; give as many or more`);
}

/** Finds the position of the training in a store; undefined where the store has no checkpoint. */
export async function startIn(store: Readable, prepared: Prepared): Promise<Started | undefined> {
  const newer = await newest(store);
  if (!newer) return undefined;
  const { found, entry, damaged } = newer;
  await checkSame(entry.name, found, prepared);
  const from = snapshotOf(found, prepared.inside);
  return {
    from,
    stored: { store: store.name, run: entry.run },
    resumed: { checkpoint: entry.name, step: from.position.step, damaged },
  };
}
