import { DataError, OptionError } from '../index.js';
import type { Common } from './averaging.js';
import { inFolder } from './blobs.js';
import type { Round } from './federated.js';
import { builtin } from './host.js';
import { compare, type Settings } from './journal.js';
import { fromBytes, toBytes } from './pack.js';

/** The state of federated rounds in a folder, so that they can go on after their coordinator has died. */
export interface Progress {
  /** The rounds that are done, after which `common` was filled with what they have come to. */
  readonly done: readonly Round[];
  /** Keeps the state; it is on the disk when this resolves. */
  keep(done: readonly Round[]): Promise<void>;
}

/** Without a folder. */
export const noProgress: Progress = { done: [], keep: async () => undefined };

const KEY = 'federated';

/** Opens the folder, which is made if it is missing, and fills `common` with the state that it holds. */
export async function progressIn(
  where: string,
  folder: string,
  settings: Settings,
  { theta, velocity }: Common,
): Promise<Progress> {
  const { mkdir } = builtin('node:fs/promises', where, 'resume');
  const files = inFolder(where, folder, '.bin');
  const momentum = new Uint8Array(velocity.buffer, velocity.byteOffset, velocity.byteLength);
  try {
    await mkdir(folder, { recursive: true });
    const bytes = await files.get(KEY);
    let done: readonly Round[] = [];
    if (bytes) {
      const { value, arrays } = fromBytes(bytes);
      const kept = value as { readonly settings: Settings; readonly done: readonly Round[] };
      compare(where, `the training in ${folder}`, kept.settings, settings);
      theta.set(arrays[0]);
      momentum.set(arrays[1]);
      done = kept.done;
    }
    return { done, keep: (rounds) => files.put(KEY, toBytes({ settings, done: rounds }, [theta, momentum])) };
  } catch (cause) {
    if (cause instanceof OptionError) throw cause;
    throw new DataError(`${where}: resume: cannot use the folder ${folder}: ${(cause as Error).message}`, { cause });
  }
}
