import { DataError, ShapeError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { realize } from '../compile/realize.js';
import { sigmoid } from '../ops/activations.js';
import { sub } from '../ops/arithmetic.js';
import { concat } from '../ops/arrange.js';
import { argmax } from '../ops/reduce.js';
import { softmax } from '../ops/softmax.js';
import { shown } from '../options.js';

/** The number of outputs of a row that an error message shows. */
const MOST = 5;

export interface Classification {
  /** One label for each row; for outputs [n, t, classes] one for each step of each row, in their order. */
  labels: Int32Array;
  /** [n, classes], or [n, t, classes] */
  probabilities: Tensor;
}

/** Turns logits [n, …, k] into classes; a single column is the logit of class 1 of two. Outputs that give no
 *  probabilities are refused. */
export function classesOf(output: Tensor): Classification {
  const { shape } = output;
  const k = shape[shape.length - 1];
  if (shape.length < 2) throw new ShapeError(`classify: outputs are ${show(shape)}, not [n, classes]`);
  const isSingle = k === 1;
  const probable = isSingle ? sigmoid(output) : softmax(output);
  const perClass = isSingle ? concat([sub(1, probable), probable], -1) : probable;
  const values = realize(perClass);
  const bad = values.findIndex(Number.isNaN);
  if (bad >= 0) {
    const place = Math.floor(bad / (isSingle ? 2 : k));
    const row = Math.floor((place * shape[0] * k) / output.size);
    const outputs = realize(output).subarray(place * k, place * k + Math.min(k, MOST));
    throw new DataError(
      `classify: the outputs of row ${row} are ${shown([...outputs])}, which give no probabilities; look for NaN or huge values in that row, or in the parameters`,
    );
  }
  const probabilities = constant(values, perClass.shape);
  return { labels: Int32Array.from(realize(argmax(probabilities))), probabilities };
}
