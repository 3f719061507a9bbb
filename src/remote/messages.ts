import type { RegulusError } from '../errors.js';
import type { Shape } from '../graph/shape.js';
import type { State } from '../nn/model.js';
import type { Run } from '../train/run.js';
import type { Failure } from './failure.js';
import type { Numbers } from './numbers.js';
import type { Job } from './job.js';

/** One end of a channel to another thread: messages are copied as by structuredClone, and arrive in order. */
export interface Port {
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  listen(heard: (message: unknown) => void): void;
}
/** The caller's end of a channel to a thread of its own. */
export interface Thread extends Port {
  /** Called when the thread could not be started, or has ended. */
  died(hears: (error: RegulusError) => void): void;
  end(): unknown;
}

/** Messages from the caller to the worker. */
export type Order =
  /** A piece of array number `array`, from number `at` on; the array has `length` numbers in all. */
  | {
      readonly kind: 'numbers';
      readonly array: number;
      readonly at: number;
      readonly length: number;
      readonly values: Numbers;
    }
  /** Starts the training; all arrays have been sent. */
  | { readonly kind: 'train'; readonly job: Job }
  /** Ends the training after the current slice of steps. */
  | { readonly kind: 'stop' };

/** Calls of callbacks in order: the name of the callback and its argument. */
export type Heard = readonly [to: 'epoch' | 'step' | 'progress' | 'log.epoch' | 'log.step' | 'log.end', record: never];

/** A model's state, and the shape and seed with which it was built. */
export interface Built {
  readonly shape: Shape;
  readonly seed: number;
  readonly state: State;
}
/** How training ended. The model is missing where it was never built. */
export type Ending =
  | { readonly kind: 'done'; readonly run: Omit<Run, 'report'>; readonly built: Built }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly built?: Built };

/** Messages from the worker to the caller. */
export type Answer =
  /** The worker is ready to receive. */
  | { readonly kind: 'ready' }
  /** The worker holds the lock of this name for as long as it lives. */
  | { readonly kind: 'alive'; readonly lock: string }
  | { readonly kind: 'heard'; readonly events: readonly Heard[] }
  | Ending;
