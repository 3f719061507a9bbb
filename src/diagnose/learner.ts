import type { Dataset } from '../data/columns.js';
import type { Examples } from '../nn/examples.js';
import type { Tensor } from '../graph/tensor.js';

/** A model that is fitted in one synchronous call, such as ridge({ lambda }) or nearestNeighbors({ k }), or one of your own. */
export interface Learner {
  /** Whether it predicts labels [n] or values. Default: the kind of the data's targets. */
  readonly kind?: 'classes' | 'values';
  fit(data: Dataset): unknown;
  predict(x: Examples): Tensor;
  /** The weights, for the norm and the zeros of a regularization path. */
  readonly weights?: Tensor;
}

export const isLearner = (x: unknown): x is Learner =>
  typeof x === 'object' && x !== null && 'fit' in x && typeof x.fit === 'function' && 'predict' in x;
