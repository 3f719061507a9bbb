import type { Model } from '../index.js';
import type { Prepared } from './data.js';

/** Folds the scaling of the target into the model's last dense layer, so that the saved model predicts in the target's units. */
export function foldTarget(model: Model, { target }: Prepared): void {
  if (!target) return;
  const [weight, bias] = model.parameters().slice(-2);
  weight.set(weight.get().map((v) => v * target.std));
  bias.set(bias.get().map((v) => v * target.std + target.mean));
}
