import { configured } from '../config.js';
import { DivergenceError } from '../errors.js';
import type { Storage } from '../graph/leaves.js';
import { type Rate, rateAt } from '../optim/schedule.js';
import { floats } from '../wasm/engine.js';
import { parametersOf } from './divergence.js';
import type { Updater } from './updater.js';
import type { Outcome } from './updates.js';

/** So many halvings are tried from one place. */
const MOST = 10;

/** What a training did where numbers ended, for the history. */
export interface RolledBack {
  /** The update whose loss or gradient was not finite, and the first layer where it was seen. */
  readonly step: number;
  readonly layer?: string;
  /** The rate that training went on with. */
  readonly learningRate: number;
}

/** Copies of everything that updates change. */
interface Numbers {
  readonly parameters: Float32Array[];
  readonly carried: Float32Array[];
}

/** Where a training goes back to when a loss or gradient is not finite, with half the rate. P: what it must know to go on from there. */
export class Rollback<P> {
  #numbers?: Numbers;
  #spare?: Numbers;
  #place?: P;
  #times = 0;
  #factor = 1;
  constructor(readonly updater: Updater) {}

  /** From now on training goes back to here. */
  begin(place: P): void {
    this.#numbers = this.#saved(this.#numbers);
    this.#place = place;
    this.#times = 0;
  }

  /** Makes an update on trial: all is as it was afterwards. Numbers may be finite and yet so large that nothing leads on from them,
   *  at any rate; who asks first never goes back to such a place. */
  tried(update: () => Outcome): Outcome {
    this.#spare = this.#saved(this.#spare);
    const outcome = update();
    this.#restore(this.#spare);
    return outcome;
  }

  /** Goes back; gives the place. Throws where halving does not help. */
  back({ step, layer }: DivergenceError): P {
    this.#restore(this.#numbers as Numbers);
    if (++this.#times > MOST)
      throw new DivergenceError(
        `training diverged at step ${step}, in layer '${layer}', after ${MOST} times of going back with half the rate; look for huge values in the data or in the first weights. The parameters that training went back to are kept`,
        { step, layer, parameters: parametersOf(this.updater.inside) },
      );
    this.#factor /= 2;
    return this.#place as P;
  }

  /** A rate, with what is left of it. */
  left(rate: Rate): Rate {
    const factor = this.#factor;
    return factor === 1 ? rate : configured('halved', { factor }, (k: number) => factor * rateAt(rate, k));
  }

  #saved(into?: Numbers): Numbers {
    const { inside, carried } = this.updater;
    return {
      parameters: inside.parameters.save(into?.parameters),
      carried: carried.map((storage, i) => {
        const copy = into?.carried[i] ?? new Float32Array(storage.bytes >>> 2);
        copy.set(vectorOf(storage));
        return copy;
      }),
    };
  }
  #restore({ parameters, carried }: Numbers): void {
    this.updater.inside.parameters.restore(parameters);
    this.updater.carried.forEach((storage, i) => {
      vectorOf(storage).set(carried[i]);
    });
  }
}

const vectorOf = (storage: Storage): Float32Array => {
  const at = storage.at >>> 2;
  return floats().subarray(at, at + (storage.bytes >>> 2));
};
