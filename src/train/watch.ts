import { OptionError } from '../errors.js';
import type { Parameters } from '../nn/parameters.js';
import type { EarlyStopping, StoppingState } from '../regularize/earlyStopping.js';
import { type EpochRecord, valueAt, valuesOf } from './history.js';
import type { Best } from './run.js';

/** The state of the watched value. */
export interface WatchState {
  readonly stopping: StoppingState;
  readonly best?: Best;
  readonly kept?: EpochRecord;
}

/** Watches a value of the history, remembers its best and, with early stopping, decides when to stop and which parameters to keep. */
export class Watch {
  readonly #monitor: string;
  readonly #steps: number;
  readonly #epochs: number;
  #state: StoppingState;
  #copy?: Float32Array[];
  best?: Best;
  /** The record of the parameters that are restored at the end. */
  kept?: EpochRecord;

  constructor(
    readonly parameters: Parameters,
    readonly stop: EarlyStopping | undefined,
    validated: boolean,
  ) {
    this.#monitor = stop?.monitor ?? (validated ? 'validation.loss' : 'training.loss');
    this.#steps = stop && 'steps' in stop.every ? stop.every.steps : 0;
    this.#epochs = stop && 'epochs' in stop.every ? stop.every.epochs : this.#steps ? 0 : 1;
    this.#state = stop?.init() ?? { waited: 0 };
  }

  /** The number of updates until the next evaluation within an epoch. */
  stepsToLook(step: number): number {
    return this.#steps ? this.#steps - (step % this.#steps) : Number.POSITIVE_INFINITY;
  }
  looksAt(step: number): boolean {
    return this.#steps > 0 && step % this.#steps === 0;
  }

  /** Judges the record of an epoch; returns true to stop. */
  epoch(record: EpochRecord): boolean {
    return this.#epochs > 0 && record.epoch % this.#epochs === 0 && this.look(record);
  }

  /** Judges the value; returns true to stop. */
  look(record: EpochRecord): boolean {
    const value = valueAt(record, this.#monitor);
    if (value === undefined)
      throw new OptionError(
        `fit: stop watches '${this.#monitor}', which the history does not have; it has ${valuesOf(record).join(', ')}`,
      );
    const { epoch, step } = record;
    if (!this.stop) {
      if (this.best === undefined || value < this.best.value) this.best = { epoch, step, value };
      return false;
    }
    const { state, improved, stop } = this.stop.update(this.#state, value);
    this.#state = state;
    if (improved) {
      this.best = { epoch, step, value };
      if (this.stop.restoreBest) {
        this.#copy = this.parameters.save(this.#copy);
        this.kept = record;
      }
    }
    return stop;
  }

  /** The state for a checkpoint, without the copies of the best parameters, which it stores separately. */
  get state(): WatchState {
    const { best, kept } = this;
    return { stopping: this.#state, ...(best && { best }), ...(kept && { kept }) };
  }
  get copies(): readonly Float32Array[] | undefined {
    return this.#copy;
  }
  /** Restores the state from a checkpoint. */
  resume({ stopping, best, kept }: WatchState, copies?: readonly Float32Array[]): void {
    this.#state = stopping;
    this.best = best;
    this.kept = kept;
    this.#copy = copies?.map((copy) => copy.slice());
  }

  /** Restores the best parameters if copies were taken; returns whether there were any. */
  restore(): boolean {
    if (this.#copy) this.parameters.restore(this.#copy);
    return this.#copy !== undefined;
  }
}
