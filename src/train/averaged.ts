import type { Inside } from '../nn/model.js';
import { floats } from '../wasm/engine.js';
import type { Calibration } from './calibration.js';
import type { Updater } from './updater.js';

/** Swaps the parameters for their average, if one is kept, with running statistics collected for it. */
export class Averaged {
  /** Copies of the parameters with which training continues. */
  #raw?: Float32Array[];

  constructor(
    readonly inside: Required<Inside>,
    readonly updater: Updater,
    readonly calibration?: Calibration,
  ) {}

  /** Puts the average in place of the parameters, after `step` updates; `leave` puts the parameters back. */
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
