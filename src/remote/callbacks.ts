import type { FitOptions } from '../train/fitOptions.js';
import { listOf } from '../train/some.js';
import type { Epochs } from './epochs.js';
import type { Heard } from './messages.js';

/** The callbacks of a training that runs elsewhere. What the first of them throws ends the training, and is what it fails with. */
export class Callbacks {
  readonly #listeners: Record<Heard[0], (record: never) => unknown>;
  readonly #waiting: Promise<unknown>[] = [];
  #thrown?: { readonly error: unknown };
  /** Whether loggers know how it ended. */
  #told = false;

  constructor(
    options: FitOptions,
    readonly epochs: Epochs,
    readonly stop: () => void,
  ) {
    const loggers = listOf(options.logger);
    this.#listeners = {
      epoch: (record) => {
        epochs.add(record);
        return options.onEpoch?.(record);
      },
      step: (record) => options.onStep?.(record),
      progress: (now) => options.progress?.(now),
      'log.epoch': (record) => loggers.forEach((logger) => void logger.epoch(record)),
      'log.step': (record) => loggers.forEach((logger) => void logger.step?.(record)),
      'log.end': (summary) => {
        this.#told = true;
        loggers.forEach((logger) => void logger.end?.(summary));
      },
    };
  }

  tell([to, record]: Heard): void {
    try {
      const promise = this.#listeners[to](record);
      if (promise instanceof Promise) this.#waiting.push(promise.catch((error: unknown) => this.#failed(error)));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The worker has died, and its training with it. */
  died(): void {
    if (!this.#told) this.tell(['log.end', { reason: 'error', epoch: this.epochs.count } as never]);
  }

  /** Waits for callbacks that are still busy; throws what one of them threw. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
    if (this.#thrown) throw this.#thrown.error;
  }

  #failed(error: unknown): void {
    this.#thrown ??= { error };
    this.stop();
  }
}
