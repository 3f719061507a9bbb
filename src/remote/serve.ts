import { callable, record } from '../options.js';
import type { Logger } from '../loggers/logger.js';
import type { AnyModel } from '../nn/model.js';
import { fit } from '../train/fit.js';
import type { FitOptions } from '../train/fitOptions.js';
import { failureOf } from './failure.js';
import { builtOf, type Job, unpacked } from './job.js';
import { holdLock } from './lock.js';
import type { Answer, Built, Ending, Heard, Order, Port } from './messages.js';
import { type Numbers, receive } from './numbers.js';
import type { Surface } from './sources.js';

/** The worker's side: waits for a training, runs it, and posts the calls of the caller's callbacks. `surface` is the library, whose factories
 *  rebuild what was sent. `apart` says that this is a separate thread, which may die alone and therefore holds a lock while it lives. */
export function serveTraining(port: Port, surface: Surface, apart = true): void {
  record('serveTraining', 'surface', surface, 'an object');
  for (const name of ['post', 'listen'] as const) callable('serveTraining', `port.${name}`, port?.[name], 'a function');
  const answer = (message: Answer): void => port.post(message);
  const arrays: Numbers[] = [];
  const stopper = new AbortController();
  port.listen((message) => {
    const order = message as Order;
    if (order.kind === 'numbers') receive(arrays, order);
    else if (order.kind === 'stop') stopper.abort();
    else void alive.then(() => trained(order.job, arrays, surface, stopper.signal, answer)).then(answer);
  });
  answer({ kind: 'ready' });
  // The lock is posted before any epoch, so that the caller can notice when this thread dies.
  const alive = apart ? holdLock((lock) => answer({ kind: 'alive', lock })) : Promise.resolve();
}

async function trained(
  job: Job,
  arrays: readonly Numbers[],
  surface: Surface,
  signal: AbortSignal,
  answer: (message: Answer) => void,
): Promise<Ending> {
  let model: AnyModel | undefined;
  const outbox = new Outbox((events) => answer({ kind: 'heard', events }));
  try {
    const given = unpacked(job, arrays, surface);
    model = given.model;
    const { report, ...run } = await fit(model, given.data, {
      ...given.options,
      ...listening(job.listeners, outbox),
      signal,
    });
    outbox.flush();
    return { kind: 'done', run, built: builtOf(model) as Built };
  } catch (error) {
    outbox.flush();
    return { kind: 'failed', failure: failureOf(error), built: model && builtOf(model) };
  } finally {
    // In the caller's thread, memory would otherwise stay allocated until garbage collection.
    model?.dispose();
  }
}

/** Collects calls of callbacks, so that many updates are posted as one message. */
class Outbox {
  #events: Heard[] = [];
  constructor(readonly send: (events: readonly Heard[]) => void) {}

  add(to: Heard[0], record: object): void {
    this.#events.push([to, record as never]);
  }
  flush(): void {
    if (!this.#events.length) return;
    this.send(this.#events);
    this.#events = [];
  }
}

/** Makes callbacks for fit that post their calls to the caller. fit reports progress whenever it lets the event loop run. */
function listening({ step, progress, log }: Job['listeners'], outbox: Outbox): Partial<FitOptions> {
  const logger: Logger = {
    config: { name: 'remote', options: {} },
    epoch: (record) => outbox.add('log.epoch', record),
    ...(log === 'steps' && { step: (record) => outbox.add('log.step', record) }),
    end: (summary) => outbox.add('log.end', summary),
  };
  return {
    ...(log && { logger }),
    ...(step && { onStep: (record) => outbox.add('step', record) }),
    onEpoch: (record) => {
      outbox.add('epoch', record);
      outbox.flush();
    },
    progress: (now) => {
      if (progress) outbox.add('progress', now);
      outbox.flush();
    },
  };
}
