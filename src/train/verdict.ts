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

/** The verdict on an output, and how bad it is: its error as a multiple of what is allowed. */
function judged({ kept, baseline = {} }: Whole, path: string): Judged & { badness: number } {
  const [loss, accuracy] = [`${path}loss`, `${path}accuracy`];
  const byAccuracy = accuracy in kept.training && accuracy in baseline;
  const errorOf = (scores: Partial<Scores>): number =>
    (byAccuracy ? 1 - (scores[accuracy] as number) : scores[loss]) ?? Number.NaN;
  const trainError = errorOf(kept.training);
  const validationError = kept.validation ? errorOf(kept.validation) : Number.NaN;
  const gap = validationError - trainError;
  const scale = errorOf(baseline);
  const under = scale > 0 ? trainError / (UNDERFITTING * scale) : Number.NaN;
  const over = scale > 0 ? gap / (OVERFITTING * scale) : Number.NaN;
  const verdict = under > 1 ? 'underfitting' : over > 1 ? 'overfitting' : under <= 1 && over <= 1 ? 'good' : 'unclear';
  return { verdict, trainError, validationError, gap, badness: under > 1 ? under : over };
}

/** From the worst to the best. */
const ORDER: readonly Verdict[] = ['underfitting', 'overfitting', 'unclear', 'good'];

/** The verdict on a run; of several heads on each, and the whole is as good as its worst head: errors of different units have no sum. A
 *  head whose loss does not count is judged, but not among the worst. */
export function verdictOf(run: Whole): Judged & { head?: string; heads?: Readonly<Record<string, Judged>> } {
  const { lossWeights } = run;
  if (!lossWeights) return bare(judged(run, ''));
  const each = Object.keys(lossWeights).map((head) => ({ head, ...judged(run, `${head}.`) }));
  const rank = ({ verdict }: Judged): number => ORDER.indexOf(verdict);
  const counted = each.filter(({ head }) => lossWeights[head] > 0);
  const { head, ...worst } = (counted.length ? counted : each).reduce((a, b) =>
    rank(b) < rank(a) || (rank(b) === rank(a) && b.badness > a.badness) ? b : a,
  );
  return { ...bare(worst), head, heads: Object.fromEntries(each.map(({ head: name, ...own }) => [name, bare(own)])) };
}

const bare = ({ verdict, trainError, validationError, gap }: Judged): Judged => ({
  verdict,
  trainError,
  validationError,
  gap,
});
