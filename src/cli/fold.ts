import type { Model } from '../index.js';
import type { Prepared } from './data.js';

/** Takes the scaling of features and of the target into the model's first and last dense layer: the model that is saved
 *  takes the columns as they stand in the file.
 *  An encoding is not folded: it is saved beside the model. (x − μ)/σ · W + b = x · (W/σ) + (b − μ/σ · W) */
export function foldScaling(model: Model, { features, target }: Prepared): void {
  const parameters = model.parameters();
  if ('shift' in features) {
    const [weight, bias] = parameters;
    const units = weight.shape[1];
    const [w, b] = [weight.get(), bias.get()];
    for (let i = 0; i < weight.shape[0]; i++)
      for (let j = 0; j < units; j++) {
        w[i * units + j] /= features.spread[i];
        b[j] -= features.shift[i] * w[i * units + j];
      }
    weight.set(w);
    bias.set(b);
  }
  if (!target) return;
  const [lastWeight, lastBias] = parameters.slice(-2);
  lastWeight.set(lastWeight.get().map((v) => v * target.std));
  lastBias.set(lastBias.get().map((v) => v * target.std + target.mean));
}
