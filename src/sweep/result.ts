import { readable, table } from '../index.js';
import type { Outcome } from './job.js';

/** A trial of a search. */
export interface Trial<P = Readonly<Record<string, unknown>>> {
  /** Its number, from 0. */
  readonly trial: number;
  readonly parameters: P;
  /** What the study returned, at the largest resource that the trial was given; NaN where it failed. */
  readonly value: number;
  /** 'completed'; 'pruned', where halving or `median` gave it up; 'failed', with a `reason`; 'unfinished', where the search was ended before. */
  readonly state: Outcome['state'] | 'unfinished';
  /** How often it was begun at that resource: more than once where a worker died. */
  readonly attempts: number;
  /** The resource of the value. */
  readonly resource: number;
  /** What the study reported, in its order: of a trial that went on from a checkpoint, since then. */
  readonly reports?: readonly number[];
  /** What else the study returned. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Why it failed. */
  readonly reason?: string;
}
/** What a search has found. */
export interface SearchResult<P = Readonly<Record<string, unknown>>> {
  /** The completed trial with the smallest value, the first of equals; undefined where none was completed. */
  readonly best: Trial<P> | undefined;
  /** All trials by number; of a search that was ended early, those that were run. */
  readonly trials: readonly Trial<P>[];
  /** The trials as text, in aligned columns. It tells nothing of attempts and times, so that it is the same for every engine. */
  table(): string;
}

/** Whether a is better than b: the smaller value at the larger resource, and the smaller number of equals. */
const isBetter = (a: Trial<unknown>, b: Trial<unknown>): boolean => {
  if (a.state !== b.state) return a.state === 'completed';
  if (a.resource !== b.resource) return a.resource > b.resource;
  return a.value === b.value ? a.trial < b.trial : a.value < b.value;
};

/** The best of trials; of a halving that was ended before any trial was completed, the best so far. */
export function bestOf<P>(trials: readonly Trial<P>[]): Trial<P> | undefined {
  let best: Trial<P> | undefined;
  for (const trial of trials)
    if ((trial.state === 'completed' || trial.state === 'unfinished') && (!best || isBetter(trial, best))) best = trial;
  return best;
}

export function resultOf<P>(trials: readonly Trial<P>[]): SearchResult<P> {
  const text = (): string => tableOf(trials);
  const result = { best: bestOf(trials), trials } as SearchResult<P>;
  // Not enumerable, so that equal results are equal.
  return readable(Object.defineProperty(result, 'table', { value: text }), ({ best }) =>
    best ? `best: trial ${best.trial}\n${text()}` : `no trial was completed\n${text()}`,
  );
}

const cell = (value: unknown): string | number =>
  typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value);
/** On one line, and not longer than a line of a terminal. */
const brief = (reason: string): string => reason.replace(/\s+/g, ' ').slice(0, 80);

function tableOf(trials: readonly Trial<unknown>[]): string {
  const names = Object.keys((trials[0]?.parameters as object | undefined) ?? {});
  const staged = trials.some(({ resource }) => resource !== trials[0].resource);
  const fails = trials.some(({ reason }) => reason !== undefined);
  const header = ['trial', ...names, ...(staged ? ['resource'] : []), 'value', 'state', ...(fails ? ['reason'] : [])];
  const rows = trials.map(({ trial, parameters, resource, value, state, reason = '' }) => [
    trial,
    ...names.map((name) => cell((parameters as Record<string, unknown>)[name])),
    ...(staged ? [resource] : []),
    value,
    state,
    ...(fails ? [brief(reason)] : []),
  ]);
  return table([header, ...rows]);
}
