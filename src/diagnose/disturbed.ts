import { checkDataset, type Dataset } from '../data/columns.js';
import type { Loss } from '../losses/loss.js';
import { built, type Model } from '../nn/model.js';
import type { Segment } from '../nn/parameters.js';
import { lossFor } from '../train/evaluate.js';
import { Evaluator } from '../train/evaluator.js';
import { Owned } from '../wasm/owned.js';

/** Computes losses of a copy of a model with other parameters. The model itself is not changed. */
export class Disturbed {
  readonly segments: readonly Segment[];
  readonly theta: Float32Array;
  readonly #owned = new Owned();
  #copy!: Model;
  readonly #evaluator: Evaluator;

  constructor(where: string, model: Model, data: Dataset, loss?: Loss) {
    checkDataset(where, data);
    const judgement = { loss: lossFor(where, model, data, loss), metrics: [] };
    built(model, data.shape);
    this.#evaluator = this.#owned.whole(() => {
      this.#copy = this.#owned.add(model.clone());
      return this.#owned.add(new Evaluator(built(this.#copy), data, judgement));
    });
    const { parameters } = built(this.#copy);
    this.segments = parameters.segments.filter(({ trainable }) => trainable);
    this.theta = parameters.vector().slice();
  }

  /** The loss with these parameters. */
  loss(theta: Float32Array): number {
    built(this.#copy).parameters.overwrite(theta);
    return this.#evaluator.scores().loss;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
