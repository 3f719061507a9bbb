import { exp } from '../random/hostMath.js';
import { quantile } from '../random/student.js';
import type { Scatter, Scores } from './history.js';
import type { Run } from './run.js';

/** The verdicts on a run; 'unclear' where the scores do not suffice to tell. */
export type Verdict = 'underfitting' | 'overfitting' | 'good' | 'unclear';

/** The verdict on an output, with its training and validation error. */
export interface Judged {
  /** 'underfitting': the training error is more than half of a constant answer's. 'overfitting': the gap is more than a tenth of it. 'good':
   *  neither. 'unclear': neither can be said, because `interval` lies on both sides of that tenth, there is no validation set, no constant answer to compare with (`run.baseline`), or
   *  because it is already without error, or the loss is not finite. */
  readonly verdict: Verdict;
  /** 1 − accuracy where the history has it, else the loss; on the whole training set, of the parameters that were kept. */
  readonly trainError: number;
  /** The same on the validation set; NaN without one. */
  readonly validationError: number;
  /** validationError − trainError */
  readonly gap: number;
  /** In which the gap on all rows that there could be lies with probability 95 %, as far as the choice of the validation rows goes: Wilson's interval
   *  (1927) for 1 − accuracy, Student's for a loss, of its logarithm where it is above 0; missing where the loss takes no weights of rows. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** The gap that is allowed, a tenth of a constant answer's error, where that is known and not 0. */
  readonly limit?: number | undefined;
}

/** The training error, as a share of a constant answer's error, above which a model underfits. */
const UNDERFITTING = 0.5;
/** The gap, as a share of a constant answer's error, above which a model overfits. */
const OVERFITTING = 0.1;

/** Of a normal distribution, 5 % are farther than this from the mean. */
const Z = 1.959963984540054;

/** The largest exponent. */
const MOST = 700;

/** Where the error on all rows that there could be lies with probability 95 %; NaN where that is unknown. */
function around(
  error: number,
  byAccuracy: boolean,
  { rows, error: standard = Number.NaN }: Scatter,
): [low: number, high: number] {
  if (byAccuracy) {
    const share = (Z * Z) / rows;
    const middle = (error + share / 2) / (1 + share);
    const reach = (Z * Math.sqrt((error * (1 - error) + share / 4) / rows)) / (1 + share);
    // Of 0 and 1 the interval ends there, which rounding would miss.
    return [error > 0 ? middle - reach : 0, error < 1 ? middle + reach : 1];
  }
  const reach = standard * quantile(0.05, rows - 1);
  if (!(error > 0)) return [error - reach, error + reach];
  // Most losses are never below 0 and scatter upwards: intervals of the logarithm cover more often.
  const factor = exp(Math.min(MOST, reach / error));
  return [error / factor, error * factor];
}

type Known = Pick<Run, 'kept' | 'baseline' | 'lossWeights' | 'scatter'>;
/** A run with a record; a run without one has no verdict. */
export type Whole = Known & Required<Pick<Run, 'kept'>>;

/** Judges an output, and rates how bad it is: errors in different units are compared as multiples of their limits. */
function judged({ kept, baseline = {}, scatter = {} }: Whole, path: string): [Judged, severity: number] {
  const [loss, accuracy] = [`${path}loss`, `${path}accuracy`];
  const byAccuracy = accuracy in kept.training && accuracy in baseline;
  const errorOf = (scores: Partial<Scores> = {}): number =>
    (byAccuracy ? 1 - (scores[accuracy] as number) : scores[loss]) ?? Number.NaN;
  const [trainError, validationError, scale] = [kept.training, kept.validation, baseline].map(errorOf);
  const gap = validationError - trainError;
  const [low, high] = around(validationError, byAccuracy, scatter[path.slice(0, -1)] ?? {}).map((e) => e - trainError);
  const interval = low < high ? ([low, high] as const) : undefined;
  const limit = scale > 0 ? OVERFITTING * scale : undefined;
  const found = (verdict: Verdict, severity: number): [Judged, number] => [
    { verdict, trainError, validationError, gap, interval, limit },
    severity,
  ];
  if (!limit) return found('unclear', 1);
  const [under, over] = [trainError / (UNDERFITTING * scale), gap / limit];
  if (under > 1) return found('underfitting', 4 - 1 / under);
  if (low < limit && high > limit) return found('unclear', 1);
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
