import type { Target } from '../data/target.js';
import type { Logger } from '../loggers/logger.js';
import { nameClassesOf } from '../metrics/confusion.js';
import type { FitOptions } from '../train/fitOptions.js';
import { listOf } from '../train/lists.js';
import type { Epochs } from './epochs.js';
import type { Heard } from './messages.js';

const isPromise = (x: unknown): x is PromiseLike<unknown> =>
  typeof (x as PromiseLike<unknown> | undefined | null)?.then === 'function';

/** The class names of each head. */
export type ClassNames = readonly Pick<Target, 'name' | 'classNames'>[];

/** Calls the user's callbacks for a training in another thread. The first error that one throws ends the training, which fails with it. */
export class Callbacks {
  readonly #listeners: Record<Heard[0], (record: never) => unknown>;
  readonly #waiting: Promise<unknown>[] = [];
  #thrown?: { readonly error: unknown };
  /** Whether loggers have been told how the training ended. */
  #told = false;

  constructor(
    options: FitOptions,
    readonly epochs: Epochs,
    readonly stop: () => void,
    readonly names: ClassNames,
  ) {
    const loggers = listOf(options.logger);
    const each = (f: (logger: Logger) => unknown): Promise<unknown> | undefined => {
      const promises = loggers.map(f).filter(isPromise);
      return promises.length ? Promise.all(promises) : undefined;
    };
    this.#listeners = {
      epoch: (record) => {
        epochs.add(record);
        return options.onEpoch?.(record);
      },
      step: (record) => options.onStep?.(record),
      progress: (now) => options.progress?.(now),
      'log.epoch': (record) => each((logger) => logger.epoch(record)),
      'log.step': (record) => each((logger) => logger.step?.(record)),
      'log.end': (summary) => {
        this.#told = true;
        return each((logger) => logger.end?.(summary));
      },
    };
  }

  tell([to, record]: Heard): void {
    // Properties that are not enumerable are not sent by the worker.
    nameClassesOf(record, this.names);
    try {
      const promise = this.#listeners[to](record);
      if (isPromise(promise))
        this.#waiting.push(Promise.resolve(promise).catch((error: unknown) => this.#failed(error)));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Tells loggers that the worker died. */
  died(): void {
    if (!this.#told) this.tell(['log.end', { reason: 'error', epoch: this.epochs.count } as never]);
  }

  /** Waits for callbacks that are still running, and throws the error of one that failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
    if (this.#thrown) throw this.#thrown.error;
  }

  #failed(error: unknown): void {
    this.#thrown ??= { error };
    this.stop();
  }
}
