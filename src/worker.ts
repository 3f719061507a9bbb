import * as regulus from './index.js';
import type { AnyRaw, Dataset, FitOptions, RemoteTraining } from './index.js';
import { type AnyWorker, made, startWorker, threadOf } from './worker/host.js';

export interface WorkerOptions extends FitOptions {
  /** Moves the numbers of the data sets to the worker instead of copying them: no memory is held twice, and the sets cannot be used here
   *  any more: a DataError says so. Arrays that are part of a larger one are copied all the same, and shared memory is shared. They are moved
   *  when the worker runs. Default false. */
  transfer?: boolean;
  /** Makes a worker whose module imports 'regulus/worker-thread', where a bundler does not find the library's own; it is terminated in
   *  the end. */
  worker?: () => AnyWorker;
}
export type { AnyWorker };

/** `fit` in a worker: this thread stays free, and a page alive. Options and results are those of fit, to the bit. The model is trained
 *  in place: it has its parameters from before until `result` resolves, then the trained ones. Callbacks and loggers are called here,
 *  with what the worker sends; training does not wait for them. A `signal`, or leaving the loop, ends it after the slice of steps that
 *  runs, and keeps what was best, as fit does.
 *
 *  The worker is a file of its own, `trainingWorker.js` beside this one, which Vite and webpack find; it is started for each training and
 *  terminated at its end.
 *
 *  All errors come by `result` and by the loop. UnsupportedError, before a worker is started: functions of your own, which cannot be sent
 *  (layers, losses, rules, `only`). WorkerError: the worker could not be started, said what no worker of the library says, or died. Otherwise
 *  what fit throws, and what callbacks and loggers throw or reject with.
 *  @example
 *  import { trainInWorker } from 'regulus/worker'
 *  const training = trainInWorker(model, train, { ...options, validation })
 *  for await (const { epoch, loss } of training) console.log(epoch, loss)
 *  const { run } = await training.result */
export function trainInWorker<M extends AnyRaw>(model: M, data: Dataset, options: WorkerOptions): RemoteTraining<M> {
  // What is no options object is refused there.
  const plain = Object.prototype.toString.call(options) === '[object Object]';
  const { transfer = false, worker = startWorker, ...given } = plain ? options : ({} as WorkerOptions);
  return regulus.trainElsewhere(model, data, plain ? given : options, {
    open: () => threadOf(made(worker)),
    transfer,
    surface: regulus,
  });
}
