import {
  type Dataset,
  directionOf,
  integer,
  OptionError,
  readable,
  refuse,
  short,
  shown,
  UnsupportedError,
} from '../index.js';
import {
  checkOptions,
  type CrossValidateOptions,
  type CrossValidation,
  textOf as textOfFolds,
} from './crossValidate.js';
import { dealt, dealtAmong, made, meanOf, OWN, planOf, scoresOf, summed, trainingsOf } from './folds.js';
import type { Build } from './trained.js';

/** The options of crossValidate, for the outer folds, and how to choose. */
export interface NestedOptions extends CrossValidateOptions {
  /** The folds of each outer fold's training rows, by which a candidate is chosen. Default: as many as `folds`. */
  inner?: number;
  /** Whether a good score is small or large. Default: follows from the score's name; a metric of your own needs it. */
  mode?: 'min' | 'max';
}

/** What nestedCrossValidate gives: what crossValidate does, of models that were chosen without the rows that judge them, and this. */
export interface NestedCrossValidation<C> extends CrossValidation {
  /** The candidate that was chosen in each fold. */
  readonly chosen: readonly C[];
  /** The mean score of the chosen candidates on the rows by which they were chosen. */
  readonly apparent: number;
  /** By how much `apparent` is better than `mean`: what choosing pretends. Negative where it is worse. */
  readonly optimism: number;
  /** The candidate with the best inner mean over all folds, for the final model. */
  readonly best: C;
}

/** Chooses among candidates, and tells how good what is chosen will be on new rows. The best of many scores is too good, because chance has a part in
 *  which one is the best; so each fold of an outer cross-validation chooses by one of its own, on its training rows alone, and its other rows judge what
 *  was chosen (Varma and Simon 2006). `apparent` is what the choice promised, `mean` what was kept, and `optimism` the difference.
 *
 *  `build(candidate)` returns a new model as for crossValidate; candidates are whatever it takes: numbers, or objects of settings. Of equal
 *  candidates the first is chosen. It trains folds · (candidates · inner + 1) models, times `repeats` and `seeds`; with an `engine` in workers, to which
 *  candidates are sent as JSON. Rejects as crossValidate does, and with an OptionError for fewer than two candidates.
 *  @example
 *  const build = (units) => nn.sequential([nn.dense(units), nn.relu(), nn.dense(2)])
 *  const { mean, optimism, best } = await nestedCrossValidate(build, [2, 8], data, { ...options, folds: 2 })
 *  console.log(mean, optimism, best) */
export async function nestedCrossValidate<C>(
  build: ((candidate: C) => ReturnType<Build>) | string,
  candidates: readonly C[],
  data: Dataset,
  options: NestedOptions = {},
): Promise<NestedCrossValidation<C>> {
  const where = 'nestedCrossValidate';
  checkOptions(where, options, [...OWN, 'inner', 'mode']);
  const { inner: parts, mode, ...own } = options;
  const plan = planOf(where, build as Build | string, own);
  if (!Array.isArray(candidates) || candidates.length < 2)
    throw new OptionError(`${where}: candidates is ${shown(candidates)}; give a list of two at least, such as [8, 32]`);
  Array.from(candidates).forEach((candidate: unknown, i) => {
    if (candidate === undefined || candidate === null)
      refuse(where, `candidates[${i}]`, candidate, 'what build is to be called with');
    if (plan.engine && !isPlain(candidate))
      throw new UnsupportedError(
        `${where}: candidates[${i}] is ${shown(candidate)}, which cannot be sent to workers: give numbers, text and objects of them, from which build makes the rest`,
      );
  });
  const inner = integer(where, 'inner', parts ?? plan.folds, 2);
  if (mode !== undefined) directionOf(where, 'score', mode);
  const outer = dealt(plan, data);
  const within = outer.map(({ train }) => dealtAmong(plan, data, train, inner));
  const tries = within.flatMap((folds) =>
    candidates.map((candidate) => folds.flatMap((fold) => trainingsOf(plan, data, fold, candidate))),
  );
  const found = await made(plan, data, tries.flat());
  const sign = directionOf(where, found[0].score ?? '', mode, 'the score');
  const scores = scoresOf(plan, found);
  /** The inner mean of each candidate in each outer fold. */
  const means = outer.map((_, o) =>
    candidates.map((_candidate, c) => {
      const at = (o * candidates.length + c) * inner;
      return meanOf(scores.slice(at, at + inner));
    }),
  );
  const bestOf = (values: readonly number[]): number =>
    values.reduce((best, value, i) => (sign * value < sign * values[best] ? i : best), 0);
  const choices = means.map(bestOf);
  const jobs = outer.flatMap((fold, o) => trainingsOf(plan, data, fold, candidates[choices[o]]));
  const judged = summed(plan, data, outer, await made(plan, data, jobs));
  const apparent = meanOf(choices.map((choice, o) => means[o][choice]));
  const best = bestOf(candidates.map((_, c) => meanOf(means.map((own) => own[c]))));
  return readable(
    {
      ...judged,
      chosen: choices.map((choice) => candidates[choice]),
      apparent,
      optimism: sign < 0 ? apparent - judged.mean : judged.mean - apparent,
      best: candidates[best],
    },
    textOf,
  );
}

/** Whether JSON has a value as it is. */
function isPlain(x: unknown): boolean {
  if (typeof x === 'number') return Number.isFinite(x);
  if (Array.isArray(x)) return Array.from(x).every(isPlain);
  if (typeof x !== 'object' || x === null) return x === null || typeof x === 'string' || typeof x === 'boolean';
  return [Object.prototype, null].includes(Object.getPrototypeOf(x)) && Object.values(x).every(isPlain);
}

function textOf<C>(found: NestedCrossValidation<C>): string {
  const { apparent, mean, optimism, best, score } = found;
  return [
    textOfFolds(found),
    `the choice promised a ${score} of ${short(apparent)}, and new rows have ${short(mean)}: it is optimistic by ${short(optimism)}`,
    `the best candidate is ${isPlain(best) ? JSON.stringify(best) : shown(best)}`,
  ].join('\n');
}
