import { readable, short } from '../readable.js';
import { checkModel, type Model } from '../nn/model.js';

/** The number of a model's parameters that are exactly 0. */
export interface Sparsity {
  readonly zeros: number;
  readonly total: number;
  /** The ratio zeros / total. */
  readonly share: number;
  /** The share of zeros of each trainable parameter, by name. */
  readonly byParameter: Readonly<Record<string, number>>;
}

/** Counts the zeros among the trainable parameters of a model (biases begin as zeros). l1(λ, { proximal: true }) makes
 *  many.
 *  @example sparsity(nn.sequential([nn.dense(4)]).build([2])).zeros // 4 */
export function sparsity(model: Model): Sparsity {
  checkModel('sparsity', model);
  let [zeros, total] = [0, 0];
  const byParameter: Record<string, number> = {};
  for (const { name, trainable, get } of model.parameters()) {
    if (!trainable) continue;
    const values = get();
    const count = values.reduce((sum, w) => sum + Number(w === 0), 0);
    byParameter[name] = count / values.length;
    zeros += count;
    total += values.length;
  }
  const found: Sparsity = { zeros, total, share: zeros / total, byParameter };
  return readable(found, () => `${zeros} of ${total} parameters are 0: ${short(100 * found.share)} %`);
}
