import type { DivergenceError } from '../errors.js';
import type { Storage } from '../graph/leaves.js';
import { floats } from '../wasm/engine.js';
import type { Updater } from './updater.js';

/** So many halvings within one epoch are tried. */
const MOST = 10;

/** What a training did where numbers ended, for the history. */
export interface RolledBack {
  /** The update whose loss or gradient was not finite, and the first layer where it was seen. */
  readonly step: number;
  readonly layer?: string;
  /** The rate that the epoch began anew with. */
  readonly learningRate: number;
}

/** Where a training goes back to when a loss or gradient is not finite: the beginning of the epoch, with half the rate. */
export class Rollback {
  #parameters: Float32Array[] = [];
  #carried: Float32Array[] = [];
  #step = 0;
  #times = 0;
  /** What rates are multiplied by. */
  factor = 1;
  constructor(readonly updater: Updater) {}

  /** An epoch begins, after `step` updates. */
  begin(step: number): void {
    const { inside, carried } = this.updater;
    this.#parameters = inside.parameters.save(this.#parameters);
    this.#carried = carried.map((storage, i) => {
      const copy = this.#carried[i] ?? new Float32Array(storage.bytes >>> 2);
      copy.set(vectorOf(storage));
      return copy;
    });
    this.#step = step;
    this.#times = 0;
  }

  /** Goes back; gives the updates that are made then. Throws the error where halving does not help. */
  back(error: DivergenceError): number {
    const { inside, carried } = this.updater;
    inside.parameters.restore(this.#parameters);
    carried.forEach((storage, i) => {
      vectorOf(storage).set(this.#carried[i]);
    });
    if (++this.#times > MOST) throw error;
    this.factor /= 2;
    return this.#step;
  }
}

const vectorOf = (storage: Storage): Float32Array => {
  const at = storage.at >>> 2;
  return floats().subarray(at, at + (storage.bytes >>> 2));
};
