import { DataError, inRange, integer, OptionError, readable, record, refuse, short } from '../index.js';
import { type MeanOf, resampledMean } from './student.js';

/** What is compared: what crossValidate gives, or scores of one's own, fold after fold. */
export interface Scored {
  readonly scores: readonly number[];
  /** The parts of each repetition. Default: as many as there are scores in a repetition. */
  readonly folds?: number;
  /** How often the rows were dealt. Default 1. */
  readonly repeats?: number;
  /** Rows that judge for each row that trains. Default 1/(folds − 1). */
  readonly testOverTrain?: number;
  /** Which rows were in which fold, as a short text: scores of other folds are not compared. */
  readonly dealt?: string;
  /** The name of the score. */
  readonly score?: string;
}

/** What the scores of two models on the same folds say. */
export interface Comparison extends Pick<MeanOf, 't' | 'df' | 'interval' | 'p'> {
  /** The mean of a's scores less that of b's. */
  readonly difference: number;
}

const EXPECTED = 'what crossValidate gives, or { scores: [a number for each fold] }';

function scoresOf(name: string, given: Scored): readonly number[] {
  const { scores } = record('compare', name, given, EXPECTED);
  if (!Array.isArray(scores) || !Array.from(scores).every(Number.isFinite))
    refuse('compare', `scores of ${name}`, scores, 'a list of finite numbers, one for each fold');
  if (scores.length < 2)
    throw new DataError(`compare: ${name} has ${scores.length} scores; two at least show how far scores scatter`);
  return scores;
}

/** How many rows judge for each row that trains. */
function ratioOf(name: string, { folds, repeats = 1, testOverTrain }: Scored, count: number): number {
  if (testOverTrain !== undefined)
    return inRange('compare', `testOverTrain of ${name}`, testOverTrain, Number.MIN_VALUE);
  integer('compare', `repeats of ${name}`, repeats, 1);
  return 1 / (integer('compare', `folds of ${name}`, folds ?? Math.round(count / repeats), 2) - 1);
}

/** Compares two models by their scores on the same folds: is the difference more than chance? `difference` is the mean of a's scores less b's,
 *  `interval` holds the true one with probability 95 %, and `p` is the probability of a difference at least as large between equal models. By
 *  the corrected resampled t-test (Nadeau and Bengio 2003): training sets of folds overlap, so an ordinary t-test calls far more than 5 % of equal
 *  models different. With several repetitions it holds too.
 *
 *  Takes what crossValidate gives, or `{ scores, folds, repeats }` of one's own. Throws a DataError for scores of other folds, or fewer than two.
 *  @example compare({ scores: [0.9, 0.8, 0.85] }, { scores: [0.8, 0.75, 0.7] }).p < 0.05 // false */
export function compare(a: Scored, b: Scored): Comparison {
  const [own, other] = [scoresOf('a', a), scoresOf('b', b)];
  if (own.length !== other.length)
    throw new DataError(`compare: a has ${own.length} scores and b ${other.length}; both need the same folds`);
  if (a.dealt !== b.dealt && a.dealt !== undefined && b.dealt !== undefined)
    throw new DataError(
      'compare: a and b have other folds; give crossValidate the same data, folds, repeats, seed, groups and order',
    );
  if (a.score !== b.score && a.score !== undefined && b.score !== undefined)
    throw new OptionError(
      `compare: a is judged by ${String(a.score)} and b by ${String(b.score)}; give both the same metrics and loss`,
    );
  const [ratio, ratioOfB] = [ratioOf('a', a, own.length), ratioOf('b', b, own.length)];
  if (Math.abs(ratio - ratioOfB) > 1e-9 * ratio)
    throw new DataError('compare: the folds of a and b have other sizes; both need the same folds');
  const found = resampledMean(
    own.map((score, i) => score - other[i]),
    ratio,
  );
  const { mean: difference, ...rest } = found;
  return readable({ difference, ...rest }, textOf);
}

function textOf({ difference, interval: [low, high], p }: Comparison): string {
  const said = p < 0.05 ? 'more than chance' : 'may be chance';
  return `difference ${short(difference)}, 95 % interval ${short(low)} to ${short(high)}, p = ${short(p)}: ${said}`;
}
