import type { Scores } from './history.js';
import type { Run } from './run.js';

/** The verdicts on a run; 'unclear' where the scores do not suffice to tell. */
export type Verdict = 'underfitting' | 'overfitting' | 'good' | 'unclear';

/** The verdict on an output, with its training and validation error. */
export interface Judged {
  /** 'underfitting': the training error is more than half of a constant answer's. 'overfitting': the gap is more than a tenth of it. 'good':
   *  neither. 'unclear': neither can be said, because there is no validation set, no constant answer to compare with (`run.baseline`), or
   *  because it is already without error, or the loss is not finite. */
  readonly verdict: Verdict;
  /** 1 − accuracy where the history has it, else the loss; on the whole training set, of the parameters that were kept. */
  readonly trainError: number;
  /** The same on the validation set; NaN without one. */
  readonly validationError: number;
  /** validationError − trainError */
  readonly gap: number;
}

/** The training error, as a share of a constant answer's error, above which a model underfits. */
const UNDERFITTING = 0.5;
/** The gap, as a share of a constant answer's error, above which a model overfits. */
const OVERFITTING = 0.1;

type Known = Pick<Run, 'kept' | 'baseline' | 'lossWeights'>;
/** A run with a record; a run without one has no verdict. */
export type Whole = Known & Required<Pick<Run, 'kept'>>;

/** Judges an output, and rates how bad it is: errors in different units are compared as multiples of their limits. */
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

/** Judges a run. With several heads each is judged, and the worst decides, since errors in different units cannot be added.
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
