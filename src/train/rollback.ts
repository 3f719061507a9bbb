import { configured } from '../config.js';
import { DivergenceError, FormatError } from '../errors.js';
import type { Storage } from '../graph/leaves.js';
import { type Rate, rateAt } from '../optim/schedule.js';
import { floats } from '../wasm/engine.js';
import { parametersOf } from './divergence.js';
import type { Updater } from './updater.js';
import type { Outcome } from './updates.js';

/** The largest number of halvings at one place. */
const MOST = 10;

/** A rollback after a loss or gradient that was not finite, for the history. */
export interface RolledBack {
  /** The update whose loss or gradient was not finite, and the first layer where it was seen. */
  readonly step: number;
  readonly layer?: string;
  /** The learning rate after the rollback. */
  readonly learningRate: number;
}

/** Copies of everything that updates change: θ, the buffers, and the state of the optimizer and other rules. */
export interface Numbers {
  readonly parameters: Float32Array[];
  readonly carried: readonly Float32Array[];
}

/** Saves the state of a training, and restores it with half the learning rate when a loss or gradient is not finite. P is the caller's bookmark of
 *  its position, which `back` returns. */
export class Rollback<P> {
  #numbers?: Numbers;
  #spare?: Numbers;
  #place?: P;
  #times = 0;
  #factor = 1;
  constructor(readonly updater: Updater) {}

  /** Saves the current state as the one to go back to. */
  begin(place: P): void {
    this.#numbers = saved(this.updater, this.#numbers);
    this.#place = place;
    this.#times = 0;
  }

  /** Tries an update, and restores the state afterwards. Parameters may be finite and yet so large that no update from them is finite
   *  at any rate; a caller that tries first never saves such a state. */
  tried(update: () => Outcome): Outcome {
    this.#spare = saved(this.updater, this.#spare);
    const outcome = update();
    restored(this.updater, this.#spare);
    return outcome;
  }

  /** Restores the saved state, and returns its bookmark. Throws when halving the rate no longer helps. */
  back({ step, layer }: DivergenceError): P {
    restored(this.updater, this.#numbers as Numbers);
    if (++this.#times > MOST)
      throw new DivergenceError(
        `training diverged at step ${step}, in layer '${layer}', after ${MOST} times of going back with half the rate; look for huge values in the data or in the first weights. The parameters that training went back to are kept`,
        { step, layer, parameters: parametersOf(this.updater.inside) },
      );
    this.#factor /= 2;
    return this.#place as P;
  }

  /** Applies all halvings to a learning rate. */
  left(rate: Rate): Rate {
    const factor = this.#factor;
    return factor === 1 ? rate : configured('halved', { factor }, (k: number) => factor * rateAt(rate, k));
  }

  /** The state for a checkpoint, without the saved copies, which it stores separately. */
  get state(): RollbackState<P> {
    return { factor: this.#factor, times: this.#times, place: this.#place as P };
  }
  get numbers(): Numbers | undefined {
    return this.#numbers;
  }
  /** Restores the state from a checkpoint. */
  resume({ factor, times, place }: RollbackState<P>, numbers: Numbers): void {
    this.#factor = factor;
    this.#times = times;
    this.#place = place;
    this.#numbers = copied(numbers);
  }
}

/** The number of halvings, and the bookmark of the saved state. */
export interface RollbackState<P> {
  readonly factor: number;
  readonly times: number;
  readonly place: P;
}

/** Copies everything that updates change; into older copies, where they are given. */
export function saved({ inside, carried }: Updater, into?: Numbers): Numbers {
  return {
    parameters: inside.parameters.save(into?.parameters),
    carried: carried.map((storage, i) => {
      const copy = into?.carried[i] ?? new Float32Array(storage.bytes >>> 2);
      copy.set(vectorOf(storage));
      return copy;
    }),
  };
}
/** Refuses copies that are not of this training. */
export function checkNumbers({ inside, carried }: Updater, numbers: Numbers): void {
  const { theta, buffers } = inside.parameters;
  const sizes = [theta.size, buffers.size, ...carried.map(({ bytes }) => bytes >>> 2)];
  const found = [...numbers.parameters, ...numbers.carried].map(({ length }) => length);
  if (found.length !== sizes.length || sizes.some((size, i) => found[i] !== size))
    throw new FormatError("resume: the checkpoint's numbers are not as many as this training carries; it is damaged");
}
/** Writes such copies back. */
export function restored({ inside, carried }: Updater, numbers: Numbers): void {
  inside.parameters.restore(numbers.parameters);
  carried.forEach((storage, i) => {
    vectorOf(storage).set(numbers.carried[i]);
  });
}
/** Copies the copies, because the originals are overwritten later. */
export const copied = ({ parameters, carried }: Numbers): Numbers => ({
  parameters: parameters.map((vector) => vector.slice()),
  carried: carried.map((vector) => vector.slice()),
});

const vectorOf = (storage: Storage): Float32Array => {
  const at = storage.at >>> 2;
  return floats().subarray(at, at + (storage.bytes >>> 2));
};
