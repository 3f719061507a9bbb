import type { Inside } from '../nn/model.js';
import { floats } from '../wasm/engine.js';
import type { Calibration } from './calibration.js';
import type { Updater } from './updater.js';

/** Puts the average of the parameters in their place, where one is kept, with running statistics of its own. */
export class Averaged {
  /** The parameters that training goes on from meanwhile. */
  #raw?: Float32Array[];

  constructor(
    readonly inside: Required<Inside>,
    readonly updater: Updater,
    readonly calibration?: Calibration,
  ) {}

  /** After so many updates. */
  enter(step: number): void {
    const { average, recipe } = this.updater;
    if (!average) return;
    const { parameters } = this.inside;
    this.#raw = parameters.save(this.#raw);
    parameters.overwrite(floats().subarray(average.at >>> 2, (average.at >>> 2) + parameters.theta.size));
    if (recipe.average?.recalibrates?.(step)) this.calibration?.run();
  }

  leave(): void {
    if (this.#raw) this.inside.parameters.restore(this.#raw);
  }

  dispose(): void {
    this.calibration?.dispose();
  }
}
