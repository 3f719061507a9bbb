import { DataError } from '../errors.js';
import type { Dataset } from '../data/columns.js';
import type { DataStream } from '../data/stream.js';
import type { AnyRaw } from '../pipeline/raw.js';
import { ended, epochsFrom } from '../train/fit.js';
import type { FitOptions, Prepared, Started } from '../train/fitOptions.js';
import type { Run } from '../train/run.js';
import { type Readable, startIn } from './start.js';
import { type CheckpointStore, storeOf } from './store.js';

/** Makes a store of a single checkpoint from its bytes. */
const bytesAlone = (bytes: Uint8Array): Readable => ({
  name: 'from',
  list: () => Promise.resolve([{ name: 'the bytes', run: '' }]),
  read: () => Promise.resolve(bytes),
});

/** Continues a training from its newest checkpoint, and ends with the same bits as an uninterrupted training, in any runtime and with any
 *  number of threads. Give the model, data and options that fit had; `epochs` may be larger, and callbacks, loggers, the signal
 *  and `checkpoint` may differ. With `checkpoint`, further checkpoints are made. For a training that had already ended, its result is
 *  returned.
 *
 *  `from` is the `to` of `checkpoint`, or the bytes of a checkpoint. If the newest checkpoint is damaged, the previous one is used, and
 *  `run.resumed` and the report say so. Functions of your own cannot be compared; give the same ones.
 *
 *  Throws, before anything is changed: an OptionError or a DataError that names what differs (`optimizer.learningRate 0.01 → 0.001`); a
 *  DataError where there is no checkpoint; a FormatError where none can be read.
 *  @example const run = await resume('runs/first', model, train, options) */
export async function resume(
  from: string | URL | CheckpointStore | Uint8Array,
  model: AnyRaw,
  data: Dataset | DataStream,
  options: FitOptions,
): Promise<Run> {
  const store: Readable = from instanceof Uint8Array ? bytesAlone(from) : storeOf('resume', 'from', from);
  const start = async (prepared: Prepared): Promise<Started> => {
    const started = await startIn(store, prepared);
    if (started) return started;
    throw new DataError(`resume: there is no checkpoint in ${store.name}; begin with fit, and its option checkpoint`);
  };
  return ended(epochsFrom(start, model, data, options), options);
}
