import { RegulusError, UnsupportedError, WorkerError } from '../errors.js';
import type { Dataset } from '../data/columns.js';
import { isStream } from '../data/feed.js';
import { callable, flag, record } from '../options.js';
import { breathe } from '../clock.js';
import { nameClassesOf } from '../metrics/confusion.js';
import { type AnyModel, inside } from '../nn/model.js';
import { occupy } from '../nn/occupied.js';
import type { AnyRaw } from '../pipeline/raw.js';
import { remember } from '../train/evaluate.js';
import { type Checked, checked, type FitOptions } from '../train/fitOptions.js';
import type { EpochRecord } from '../train/history.js';
import { recipeOf } from '../train/recipe.js';
import { type Run, runOf } from '../train/run.js';
import { trainable } from '../train/trainable.js';
import { answerOf } from './answer.js';
import { Callbacks, type ClassNames } from './callbacks.js';
import { Epochs } from './epochs.js';
import { errorOf } from './failure.js';
import { type Job, packed } from './job.js';
import { whenReleased } from './lock.js';
import type { Built, Ending, Thread } from './messages.js';
import { type Numbers, sendNumbers } from './numbers.js';
import type { Surface } from './sources.js';

/** A training in another thread. A loop over it yields each epoch when it ends, from the first on; leaving the loop ends the training, as a
 *  signal would. */
export interface RemoteTraining<M extends AnyRaw> extends AsyncIterable<EpochRecord> {
  /** Resolves to the given model, now trained, and its run. Rejects with the error that fit would have thrown. */
  readonly result: Promise<{ model: M; run: Run }>;
}

/** How to start the thread that trains. */
export interface Elsewhere {
  /** Starts a thread that runs `serveTraining`. */
  open(): Thread;
  /** Makes a replacement for a thread that did not start because of `why`. Without it, such a failure is an error. */
  otherwise?(why: WorkerError): Thread;
  /** Whether arrays of the data sets that own their whole buffer are moved instead of copied. */
  readonly transfer: boolean;
  /** The library's namespace: `import * as regulus from 'regulus'`. */
  readonly surface: Surface;
}

/** The caller's side of a training in another thread: sends it there, calls the callbacks here, and loads the trained state into the model. */
export function trainElsewhere<M extends AnyRaw>(
  model: M,
  data: Dataset,
  options: FitOptions,
  how: Elsewhere,
): RemoteTraining<M> {
  const epochs = new Epochs();
  const stopper = new AbortController();
  const result = followed(model, data, options, how, epochs, stopper).then(
    (run) => {
      epochs.end();
      return { model, run };
    },
    (error) => {
      epochs.end(error);
      throw error;
    },
  );
  const left = (): Promise<unknown> => {
    stopper.abort();
    return result.catch(() => undefined);
  };
  return {
    result,
    [Symbol.asyncIterator]: () => {
      // A failure that the loop throws need not be handled on the promise too.
      result.catch(() => undefined);
      return epochs.loop(left);
    },
  };
}

async function followed(
  whole: AnyRaw,
  rows: Dataset,
  wanted: FitOptions,
  how: Elsewhere,
  epochs: Epochs,
  stopper: AbortController,
): Promise<Run> {
  const where = 'trainElsewhere';
  if (isStream(rows))
    throw new UnsupportedError(
      'trainInWorker: the data is a stream, whose source is a function, and functions cannot be sent; make the stream in the worker, or train with fit',
    );
  record(where, 'how', how, 'an object');
  callable(where, 'open of how', how.open, 'a function');
  flag(where, 'transfer of how', how.transfer);
  record(where, 'surface of how', how.surface, 'an object');
  const { model, data, options, told, units, keep } = trainable(whole, rows, wanted);
  const given = checked(data, told);
  // Bad options are refused before packing.
  recipeOf('fit', given, given.objective !== undefined);
  const { job, arrays } = packed(model, data, options, how.surface, units);
  const names = data.targets.map(({ name, classNames }) => ({ name, classNames }));
  const free = occupy(model, 'trainInWorker');
  keep();
  try {
    return await occupied(model, given, told, how, { job, arrays, names, epochs, stopper });
  } finally {
    free();
  }
}

async function occupied(
  model: AnyModel,
  given: Checked,
  options: FitOptions,
  how: Elsewhere,
  {
    job,
    arrays,
    names,
    epochs,
    stopper,
  }: { job: Job; arrays: readonly Numbers[]; names: ClassNames; epochs: Epochs; stopper: AbortController },
): Promise<Run> {
  const { loss, lossWeights, augment } = recipeOf('fit', given);
  remember(model, { loss, lossWeights, metrics: options.metrics, augment });
  const callbacks = new Callbacks(options, epochs, () => stopper.abort(), names);
  // The event loop runs between pieces of this work, so that the page does not stall.
  await breathe();
  const ending = await ended(how, job, arrays, callbacks, stopper, options.signal).catch((error: unknown) => {
    callbacks.died();
    throw error;
  });
  await breathe();
  if (ending.built) taken(model, ending.built);
  await breathe();
  await callbacks.settled();
  if (ending.kind === 'failed') throw errorOf(ending.failure);
  const { history, kept, retrained } = ending.run;
  for (const each of [kept, ...history, ...(retrained?.history ?? [])]) nameClassesOf(each, names);
  return runOf(ending.run);
}

/** Loads the trained state into the model. A model that is not built yet is built from the state, without drawing initial values. */
function taken(model: AnyModel, { shape, seed, state }: Built): void {
  if (inside(model).parameters) model.load(state);
  else model.build(shape, { seed, state });
}

/** Milliseconds until a worker must have said that it listens: far longer than any takes to start. */
const PATIENCE = 60_000;

/** Trains in the thread that `open` starts, or in the replacement if it does not start; nothing has been moved until then. */
async function ended(how: Elsewhere, ...training: Training): Promise<Ending> {
  const { transfer } = how;
  let started = false;
  const starts = (): void => {
    started = true;
  };
  try {
    return await answered({ open: () => how.open(), transfer, starts }, ...training);
  } catch (error) {
    if (started || !how.otherwise || !(error instanceof WorkerError)) throw error;
    const instead = how.otherwise(error);
    return answered({ open: () => instead, transfer, starts }, ...training);
  }
}

type Training = [
  job: Job,
  arrays: readonly Numbers[],
  callbacks: Callbacks,
  stopper: AbortController,
  signal: AbortSignal | undefined,
];

/** Sends the training to a thread, waits for its end, and ends the thread. `starts` is called when the thread is ready. */
async function answered(
  { open, transfer, starts }: { open(): Thread; transfer: boolean; starts(): void },
  job: Job,
  arrays: readonly Numbers[],
  callbacks: Callbacks,
  stopper: AbortController,
  signal: AbortSignal | undefined,
): Promise<Ending> {
  const over = new AbortController();
  const thread = open();
  const stop = (): void => stopper.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Ending>((resolve, reject) => {
      const failed = (cause: unknown): void =>
        reject(
          cause instanceof RegulusError
            ? cause
            : new WorkerError(`trainInWorker: nothing could be sent to the worker: ${(cause as Error)?.message}`, {
                cause,
              }),
        );
      const died = (): void => reject(new WorkerError('trainInWorker: the worker died before training ended'));
      const ready = new Promise<void>((begins) => {
        thread.listen((message) => {
          try {
            const answer = answerOf(message);
            if (answer.kind === 'ready') {
              clearTimeout(timer);
              starts();
              begins();
            } else if (answer.kind === 'alive') whenReleased(answer.lock, over.signal, died);
            else if (answer.kind === 'heard') for (const event of answer.events) callbacks.tell(event);
            else resolve(answer);
          } catch (error) {
            failed(error);
          }
        });
      });
      thread.died(reject);
      timer = setTimeout(
        () =>
          reject(
            new WorkerError(
              `trainInWorker: the worker has not answered for ${PATIENCE / 1000} s; its module must import 'regulus/worker-thread'`,
            ),
          ),
        PATIENCE,
      );
      const post = (): void => {
        try {
          thread.post({ kind: 'stop' });
        } catch (error) {
          failed(error);
        }
      };
      if (stopper.signal.aborted || signal?.aborted) post();
      stopper.signal.addEventListener('abort', post, { signal: over.signal });
      signal?.addEventListener('abort', stop, { signal: over.signal });
      // Moved arrays cannot be recovered, so nothing is sent before the worker is ready.
      (transfer ? ready : Promise.resolve())
        .then(() => sendNumbers(thread, arrays, transfer))
        .then(() => thread.post({ kind: 'train', job }))
        .catch(failed);
    });
  } finally {
    clearTimeout(timer);
    over.abort();
    // The result is known; failing to end the worker does not change it.
    await Promise.resolve()
      .then(() => thread.end())
      .catch(() => undefined);
  }
}
