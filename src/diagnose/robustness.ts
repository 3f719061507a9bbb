import { realize } from '../compile/realize.js';
import { callable, checkKeys, integer } from '../options.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { open } from '../data/leakage.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { lossOf } from '../losses/lossOf.js';
import { accuracy } from '../metrics/accuracy.js';
import type { Classification } from '../nn/classify.js';
import { built, checkModel, type Model } from '../nn/model.js';
import { sub } from '../ops/arithmetic.js';
import { behind, type Raw } from '../pipeline/raw.js';
import { asTensor } from '../ops/operand.js';
import type { Attack } from '../regularize/attack.js';
import { batchOf } from '../train/batch.js';
import { lossFor } from '../train/evaluate.js';
import type { Values } from '../tensor/create.js';
import { numbersOf } from './onData.js';

/** The accuracy on attacked examples. A sealed test set is allowed. The default loss of the attack is that of the last
 *  fit, else the usual one for the kind of data. For a pipeline, the inputs of its model are attacked.
 *  @example robustAccuracy(model, test, fgsm({ epsilon: 0.1 })) */
export function robustAccuracy(
  whole: Model | Raw,
  raw: Dataset,
  attack: Attack,
  options: { loss?: Loss; batchSize?: number } = {},
): number {
  checkKeys('robustAccuracy', options, ['loss', 'batchSize']);
  const [model, data] = behind('robustAccuracy', whole, raw) as [Model, Dataset];
  checkDataset('robustAccuracy', data);
  callable('robustAccuracy', 'attack', attack, 'an attack such as fgsm({ epsilon: 0.1 })');
  const rows = integer('robustAccuracy', 'batchSize', options.batchSize ?? 1024, 1);
  const loss = lossFor('robustAccuracy', model, data, options.loss);
  built(model, data.shape);
  open(data);
  const right = accuracy();
  let sum = 0;
  for (let at = 0; at < data.size; at += rows) {
    const part = data.slice(at, at + rows);
    const { x, y } = numbersOf(part);
    sum += part.size * realize(right(model.predict(attack(model, loss, x, y)), y))[0];
  }
  return sum / data.size;
}

/** An attacked example, for display. */
export interface AdversarialExample {
  /** x′, and x′ − x. */
  readonly example: Tensor;
  readonly perturbation: Tensor;
  /** The model's answers for x and for x′. */
  readonly before: Classification;
  readonly after: Classification;
}

/** Attacks examples, and returns them with the model's answers before and after.
 *  @example adversarialExample(model, x, labels, fgsm({ epsilon: 0.1 }), { loss: crossEntropy() }).after.labels */
export function adversarialExample(
  model: Model,
  x: Tensor | Values,
  y: Tensor | Values,
  attack: Attack,
  options: { loss: Loss },
): AdversarialExample {
  const where = 'adversarialExample';
  checkKeys(where, options, ['loss'], true);
  checkModel(where, model);
  callable(where, 'attack', attack, 'an attack such as fgsm({ epsilon: 0.1 })');
  const loss = lossOf(where, 'loss', options.loss);
  const batch = batchOf(where, x);
  const before = constant(batch.values, batch.shape);
  const example = attack(model, loss, before, asTensor(where, y, 'y'));
  const moved = sub(example, before);
  const perturbation = constant(realize(moved), moved.shape);
  return { example, perturbation, before: model.classify(before), after: model.classify(example) };
}
