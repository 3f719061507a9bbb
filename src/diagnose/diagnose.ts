import { DataError } from '../errors.js';
import type { Run } from '../train/run.js';
import type { Scores } from '../train/history.js';

export interface Diagnosis {
  readonly verdict: 'underfitting' | 'overfitting' | 'good';
  /** 1 − accuracy where the history has it, else the loss; of the parameters that the model has now. */
  readonly trainError: number;
  /** NaN without a validation set. */
  readonly validationError: number;
  /** validationError − trainError */
  readonly gap: number;
  /** What to try next. */
  readonly advice: readonly string[];
}

/** A model that leaves more than this share of a constant answer's error has learned too little. */
const UNDERFITTING = 0.5;
/** A gap above this share of a constant answer's error is memory, not knowledge. */
const OVERFITTING = 0.1;

const ADVICE: Record<Diagnosis['verdict'], readonly string[]> = {
  underfitting: [
    'give the model more capacity: more units or layers, or features such as polynomialFeatures',
    'train longer, or with another learning rate: the training error itself is too large',
    'weaken the regularization: smaller l2 and l1, larger keep',
  ],
  overfitting: [
    'get more training data, or augment what there is',
    'regularize: l2(1e-3), l1(1e-4), nn.dropout({ keep: 0.5 }), labelSmoothing',
    'stop early: stop: earlyStopping({ patience: 5 }), or take fewer units',
  ],
  good: ['evaluate once on the test set, and keep the model'],
};

/** Looks at training and validation error as the lecture does: a training error that is still more than half of a constant
 *  answer's is underfitting; else a gap of more than a tenth of it is overfitting.
 *  @example diagnose(await fit(model, train, options)).verdict // 'underfitting', 'overfitting' or 'good' */
export function diagnose(run: Run): Diagnosis {
  const { kept, baseline } = run;
  if (!kept) throw new DataError('diagnose: this run has no whole epoch to look at; train for at least one');
  const byAccuracy = 'accuracy' in kept.training && 'accuracy' in baseline;
  const errorOf = (scores: Scores): number => (byAccuracy ? 1 - scores.accuracy : scores.loss);
  const trainError = errorOf(kept.training);
  const validationError = kept.validation ? errorOf(kept.validation) : Number.NaN;
  const gap = validationError - trainError;
  const scale = errorOf(baseline);
  const verdict =
    trainError > UNDERFITTING * scale ? 'underfitting' : gap > OVERFITTING * scale ? 'overfitting' : 'good';
  return { verdict, trainError, validationError, gap, advice: ADVICE[verdict] };
}
