import * as regulus from './index.js';
import type { AnyRaw, Dataset, FitOptions, RemoteTraining, Thread, WorkerError } from './index.js';
import { threadHere } from './worker/here.js';
import { type AnyWorker, made, reasonOf, startWorker, threadOf } from './worker/host.js';

export interface WorkerOptions extends FitOptions {
  /** Moves the numbers of the data sets to the worker instead of copying them, which saves memory. The sets cannot be used in this thread afterwards:
   *  a DataError says so. Arrays that are part of a larger buffer are still copied, and shared memory is not copied. Nothing is moved
   *  before the worker runs. Default false. */
  transfer?: boolean;
  /** Makes a worker whose module imports 'regulus/worker-thread', where a bundler does not find the library's own; it is terminated in
   *  the end. If it does not start, a WorkerError is thrown. Default: the library's own. */
  worker?: () => AnyWorker;
}
export type { AnyWorker };

/** `fit` in a worker: this thread stays free, and a page alive. Options and results are those of fit, to the bit. The model is trained
 *  in place: it keeps its previous parameters until `result` resolves, and then has the trained ones. Callbacks and loggers are called here,
 *  with what the worker sends; training does not wait for them. A `signal`, or leaving the loop, ends it after the slice of steps that
 *  runs, and keeps the best parameters, as fit does.
 *
 *  The worker is a file of its own, `trainingWorker.js` beside this one, which Vite, webpack, Next and Parcel find; it is started for each
 *  training and terminated at its end. Where it does not start, since the host has no workers, a policy of the page forbids them or the file
 *  was not found, the training runs in this thread, as fit does, to the same bits; a warning on the console says so once.
 *
 *  All errors come by `result` and by the loop. UnsupportedError, before a worker is started: functions of your own, which cannot be sent
 *  (layers, losses, rules, `only`). WorkerError: a worker of your own could not be started, or a worker said what none of the library says, or
 *  died. Otherwise what fit throws, and what callbacks and loggers throw or reject with.
 *  @example
 *  import { trainInWorker } from 'regulus/worker'
 *  const training = trainInWorker(model, train, { ...options, validation })
 *  for await (const { epoch, loss } of training) console.log(epoch, loss)
 *  const { run } = await training.result */
export function trainInWorker<M extends AnyRaw>(model: M, data: Dataset, options: WorkerOptions): RemoteTraining<M> {
  // A value that is not an options object is refused there.
  const plain = Object.prototype.toString.call(options) === '[object Object]';
  const { transfer = false, worker, ...given } = plain ? options : ({} as WorkerOptions);
  return regulus.trainElsewhere(model, data, plain ? given : options, {
    open: () => threadOf(made(worker ?? startWorker)),
    ...(worker === undefined && { otherwise }),
    transfer,
    surface: regulus,
  });
}

let warned = false;
function otherwise(why: WorkerError): Thread {
  if (!warned)
    console.warn(
      `trainInWorker: trains in this thread, as fit does: ${reasonOf(why)}. The guide on workers tells how to serve the worker's file`,
    );
  warned = true;
  return threadHere(regulus);
}
