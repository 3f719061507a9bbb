import type { Scores } from './history.js';
import type { Run } from './run.js';

/** 'unclear': what would have to be known is not there. */
export type Verdict = 'underfitting' | 'overfitting' | 'good' | 'unclear';

/** What training and validation error of an output say. */
export interface Judged {
  /** 'underfitting': the training error is more than half of a constant answer's. 'overfitting': the gap is more than a tenth of it. 'good':
   *  neither. 'unclear': neither can be said, because there is no validation set, no constant answer to compare with (`run.baseline`), or
   *  because it is already without error, or the loss is not finite. */
  readonly verdict: Verdict;
  /** 1 − accuracy where the history has it, else the loss; on the whole training set, of the parameters that were kept. */
  readonly trainError: number;
  /** NaN without a validation set. */
  readonly validationError: number;
  /** validationError − trainError */
  readonly gap: number;
}

/** A model that leaves more than this share of a constant answer's error has learned too little. */
const UNDERFITTING = 0.5;
/** A gap above this share of a constant answer's error is memory, not knowledge. */
const OVERFITTING = 0.1;

type Known = Pick<Run, 'kept' | 'baseline' | 'lossWeights'>;
/** A run without a record has no verdict. */
export type Whole = Known & Required<Pick<Run, 'kept'>>;

/** The verdict on an output, and how bad it is: errors of different units compare as multiples of what is allowed. */
function judged({ kept, baseline = {} }: Whole, path: string): [Judged, severity: number] {
  const [loss, accuracy] = [`${path}loss`, `${path}accuracy`];
  const byAccuracy = accuracy in kept.training && accuracy in baseline;
  const errorOf = (scores: Partial<Scores> = {}): number =>
    (byAccuracy ? 1 - (scores[accuracy] as number) : scores[loss]) ?? Number.NaN;
  const [trainError, validationError, scale] = [kept.training, kept.validation, baseline].map(errorOf);
  const gap = validationError - trainError;
  const found = (verdict: Verdict, severity: number): [Judged, number] => [
    { verdict, trainError, validationError, gap },
    severity,
  ];
  if (!(scale > 0)) return found('unclear', 1);
  const [under, over] = [trainError / (UNDERFITTING * scale), gap / (OVERFITTING * scale)];
  if (under > 1) return found('underfitting', 4 - 1 / under);
  if (over > 1) return found('overfitting', 3 - 1 / over);
  return under <= 1 && over <= 1 ? found('good', 0) : found('unclear', 1);
}

/** The verdict on a run; of several heads on each, and the whole is as good as its worst head, since errors of different units have no sum.
 *  A head whose loss does not count is judged, but not among the worst. */
export function verdictOf(run: Whole): Judged & { head?: string; heads?: Readonly<Record<string, Judged>> } {
  const { lossWeights } = run;
  if (!lossWeights) {
    const [whole] = judged(run, '');
    return whole;
  }
  const heads: Record<string, Judged> = {};
  let worst = ['', -1] as [head: string, severity: number];
  for (const [head, weight] of Object.entries(lossWeights)) {
    const [own, severity] = judged(run, `${head}.`);
    heads[head] = own;
    if (severity > worst[1] && (weight > 0 || !worst[0])) worst = [head, weight > 0 ? severity : -1];
  }
  const [head] = worst;
  return { ...heads[head], head, heads };
}
