import { made } from '../config.js';
import { now } from '../clock.js';
import { OptionError } from '../errors.js';
import { checkKeys, flag, integer, positive } from '../options.js';
import type { Checkpoint, Prepared, Started } from '../train/fitOptions.js';
import type { Snapshot, SnapshotWriter } from '../train/snapshot.js';
import { encoded } from './file.js';
import { type Identity, identityOf } from './identity.js';
import { startIn } from './start.js';
import { type CheckpointStore, pathOr, storeOf } from './store.js';

export interface CheckpointOptions {
  /** Where checkpoints go: a folder; one file whose name ends in '.safetensors', beside which the one before is kept; or
   *  `indexedDB(name)` in pages and workers. */
  to: string | URL | CheckpointStore;
  /** How often a checkpoint is made: every n epochs, updates or seconds. Default { epochs: 1 }. Training continues while a checkpoint is written; it waits
   *  only if the next one is due before that is done. */
  every?: { epochs: number } | { steps: number } | { seconds: number };
  /** How many checkpoints of a training are kept. A file and IndexedDB keep two at most. Default 2. */
  keep?: number;
  /** Whether fit continues from the newest checkpoint, as `resume` does, and starts anew where there is none. Default false. */
  resume?: boolean;
}
const UNITS = ['epochs', 'steps', 'seconds'] as const;
type Unit = (typeof UNITS)[number];

/** Makes fit's option `checkpoint`, which stores everything that a training needs, so that `resume` reaches the same bits as an uninterrupted
 *  training: parameters, the optimizer's state, averages, the best parameters, the place in the epoch, and the history. A checkpoint is made as
 *  often as `every` says, and at the end, also when the signal ended training. Training continues while one is written. A file is either a
 *  whole checkpoint or missing, whenever the process or the machine stops. A failure to write ends the training with a DataError, as
 *  does another training that writes to the same place. fit never removes the checkpoints of another training.
 *
 *  The file is a safetensors file with a checksum; `loadSafetensors` reads it as the model at that time.
 *  Throws an OptionError for wrong options.
 *  @example await fit(model, train, { ...options, checkpoint: checkpoint({ to: 'runs/first', every: { seconds: 60 } }) }) */
export function checkpoint(options: CheckpointOptions): Checkpoint {
  const where = 'checkpoint';
  checkKeys(where, options, ['to', 'every', 'keep', 'resume'], true);
  const to = pathOr(where, 'to', options.to);
  const store = storeOf(where, 'to', to);
  const { every = { epochs: 1 }, keep = 2 } = options;
  checkKeys(`${where}: every`, every, UNITS, true);
  const [[unit, count] = ['epochs' as const, 0], more] = Object.entries(every) as [Unit, number][];
  if (more || !count)
    throw new OptionError(`${where}: every must be one of { epochs: n }, { steps: n } and { seconds: s }`);
  if (unit === 'seconds') positive(where, 'every.seconds', count);
  else integer(where, `every.${unit}`, count, 1);
  integer(where, 'keep', keep, 1);
  const goesOn = flag(where, 'resume', options.resume ?? false);
  return made({
    config: { name: where, options: { ...options, to } },
    start: async (prepared: Prepared) => (goesOn ? startIn(store, prepared) : undefined),
    begin: async (prepared: Prepared, stored?: Started['stored']) => {
      const release = await store.lock();
      try {
        const run = stored?.store === store.name ? stored.run : undefined;
        return new Writer(prepared, await identityOf(prepared), { store, run, release, unit, count, keep });
      } catch (error) {
        await release();
        throw error;
      }
    },
  });
}

interface How {
  readonly store: CheckpointStore;
  /** The stored training that is continued, if any. */
  readonly run?: string;
  release(): Promise<void>;
  readonly unit: Unit;
  readonly count: number;
  readonly keep: number;
}

class Writer implements SnapshotWriter {
  /** Settles when all writes so far are done. */
  #writing: Promise<void> = Promise.resolve();
  #last = now();
  #run?: string;

  constructor(
    readonly prepared: Prepared,
    readonly identity: Identity,
    readonly how: How,
  ) {
    this.#run = how.run;
  }

  stepsToDue(step: number): number {
    const { unit, count } = this.how;
    return unit === 'steps' ? count - (step % count) : Number.POSITIVE_INFINITY;
  }

  isDue(step: number, epochs?: number): boolean {
    const { unit, count } = this.how;
    if (unit === 'steps') return step % count === 0;
    if (unit === 'epochs') return epochs !== undefined && epochs % count === 0;
    return now() - this.#last >= 1000 * count;
  }

  async written(): Promise<void> {
    // A failure is reported by write().
    await this.#writing.catch(() => undefined);
  }

  write(snapshot: Snapshot): Promise<void> {
    this.#last = now();
    const { whole, inside } = this.prepared;
    this.#writing = this.#writing.then(async () => {
      const bytes = await encoded(snapshot, this.identity, whole, inside);
      const { store, keep } = this.how;
      this.#run = await store.write(bytes, { run: this.#run, keep });
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    try {
      await this.#writing;
    } finally {
      await this.how.release();
    }
  }
}
