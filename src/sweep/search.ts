import { breathe, checkKeys, flag, inRange, integer, isGiven, oneOf, OptionError, refuse, shown } from '../index.js';
import { inFolder, inMemory } from './blobs.js';
import type { Blobs, Engine, Job, Outcome, Runner, Study } from './job.js';
import { type Journal, journalIn, noJournal } from './journal.js';
import { type Plan, planOf } from './plan.js';
import { bestOf, resultOf, type SearchResult, type Trial } from './result.js';
import { checkSpace, type Drawn, type Space } from './space.js';
import { keyOf, tried } from './trial.js';

export interface SearchOptions<P = Readonly<Record<string, unknown>>> {
  /** The number of trials. A grid has no more than its points, and all of them by default. */
  trials?: number;
  /** 'random' draws each trial's parameters; 'grid' tries all combinations, in an order that the seed shuffles; 'halving' draws as 'random' does,
   *  and gives more `resource` to the best of every `factor` trials only. Default 'random'. */
  method?: 'random' | 'grid' | 'halving';
  /** Default 0. */
  seed?: number;
  /** Where trials run: threads(…) or redis(…). Default: here, one after another. */
  engine?: Engine;
  /** A folder for the outcomes and checkpoints, from which a search goes on that was ended before. */
  resume?: string;
  /** Ends the search: the result has the trials so far. */
  signal?: AbortSignal;
  /** Hears of each trial when it has ended, also of those that a resumed search finds. */
  onTrial?: (trial: Trial<P>, progress: SearchProgress<P>) => void;
  /** Of 'halving': the resource of the first rung, a whole number. Default 1. */
  minResource?: number;
  /** Of 'halving': one trial of so many goes on from each rung, with so many times the resource. Default 3. */
  factor?: number;
  /** The resource of a trial that is completed. Default: of 'halving', minResource · factorᵏ with the k rungs after which one trial is
   *  left; else 1. */
  maxResource?: number;
  /** Of 'grid': how many values of `uniform` and `logUniform` are tried. Default 5. */
  levels?: number;
  /** Ends trials early whose best report is worse than the median of the trials before at that report (Golovin et al. 2017). Trials run in
   *  waves, and each is compared with the waves before its own, so that it does not matter which trial of a wave is the first. true is
   *  { wave: 10, warmUp: 1 }: ten trials in a wave; the first report ends none. Not with 'halving'. Default false. */
  median?: boolean | { wave?: number; warmUp?: number };
  /** A name for the state of the study's code: what another version has found is not used. Default ''. */
  version?: string;
}
export interface SearchProgress<P = Readonly<Record<string, unknown>>> {
  /** How many trials have ended, and how many there are. */
  readonly ended: number;
  readonly trials: number;
  /** The best of those that have ended. */
  readonly best: Trial<P> | undefined;
}
const KEYS = [
  ...['trials', 'method', 'seed', 'engine', 'resume', 'signal', 'onTrial'],
  ...['minResource', 'factor', 'maxResource', 'levels', 'median', 'version'],
];

/** Searches for the parameters that make a study's value small. The study is called with parameters of the space and a context; it trains,
 *  and returns a number such as a validation loss, or an object { value, … } of which the rest is kept as `details`. What
 *  trial n tries, its seed and so its value depend on the seed and n alone: every engine, and any number of workers, gives the same table.
 *
 *  A trial whose study throws, or whose value is not finite, is 'failed' with its reason, and the search goes on. 'halving' is successive
 *  halving (Jamieson & Talwalkar 2016) by rungs: give `resource` to fit as its epochs and `checkpoint` as its checkpoint, and each rung
 *  continues where the one before has stopped, to the same bits as a straight training.
 *
 *  `study` is a function, which runs here, or is found among the exports of the module of threads(…); or the name of a study that the
 *  engine's workers know. Rejects with an OptionError for wrong options, also for a folder that holds another search.
 *  @example
 *  import { search, logUniform, choice } from 'regulus/sweep'
 *  const study = async ({ rate, units }, { resource, seed, signal }) => {
 *    const model = nn.sequential([nn.dense(units, { activation: 'relu' }), nn.dense(2)])
 *    const run = await fit(model, train, { loss: crossEntropy(), optimizer: adam({ learningRate: rate }), epochs: resource, seed, signal })
 *    return evaluate(model, validation).loss
 *  }
 *  const { best } = await search(study, { rate: logUniform(1e-4, 1e-1), units: choice([4, 8]) }, { trials: 4, maxResource: 2 })
 *  console.log(best.parameters) */
export async function search<const S extends Space>(
  study: Study<Drawn<S>> | string,
  space: S,
  options: SearchOptions<Drawn<S>>,
): Promise<SearchResult<Drawn<S>>> {
  const where = 'search';
  if (typeof study !== 'function' && (typeof study !== 'string' || !study))
    refuse(where, 'study', study, 'a function, or the name of one that the workers of the engine know');
  checkSpace(where, space);
  checkKeys(where, options, KEYS, true);
  const { engine, resume, signal, onTrial, version = '' } = options;
  const method = oneOf(where, 'method', options.method ?? 'random', ['random', 'grid', 'halving']);
  const seed = inRange(where, 'seed', options.seed ?? 0, Number.NEGATIVE_INFINITY);
  if (isGiven(engine) && typeof engine?.open !== 'function')
    throw new OptionError(
      `${where}: engine is ${shown(engine)}; it is made by threads({ module }), redis({ url }) or gateway({ port, token })`,
    );
  if (!engine && typeof study === 'string')
    throw new OptionError(
      `${where}: study is the name '${study}', which only workers know; give engine: threads({ module }) or redis({ url }), or the function itself`,
    );
  if (isGiven(signal) && typeof signal?.aborted !== 'boolean') refuse(where, 'signal', signal, 'an AbortSignal');
  if (isGiven(onTrial) && typeof onTrial !== 'function') refuse(where, 'onTrial', onTrial, 'a function of a trial');
  if (isGiven(resume) && (typeof resume !== 'string' || !resume))
    refuse(where, 'resume', resume, 'the path of a folder');
  if (isGiven(version) && typeof version !== 'string') refuse(where, 'version', version, 'text');
  const plan = planOf(where, space, { ...options, method, seed, median: medianOf(where, options.median) });
  const journal = isGiven(resume)
    ? await journalIn(where, resume as string, {
        ...(typeof study === 'string' && { study }),
        ...plan.settings,
        version,
      })
    : noJournal;
  const blobs = isGiven(resume) ? inFolder(where, resume as string) : inMemory();
  const stopper = new AbortController();
  const stop = (): void => stopper.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    const opening = { where, study, blobs, signal: stopper.signal, version: version ?? '' };
    const runner = engine ? await engine.open(opening) : here(study as Study, blobs, stopper.signal);
    try {
      const trials = new Trials<Drawn<S>>(plan.trials, onTrial);
      await plan.run({
        trials,
        drop: (job) => runner.drop(job),
        do: (jobs) => all(jobs, { journal, runner, trials, plan, signal: stopper.signal }),
      });
      return resultOf(trials.list());
    } finally {
      // Whatever still runs after an error is of no use.
      stop();
      await runner.close();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await journal.close();
  }
}

function medianOf(where: string, given: SearchOptions['median']): { wave: number; warmUp: number } | undefined {
  const standard = { wave: 10, warmUp: 1 };
  if (typeof given !== 'object' || given === null) return flag(where, 'median', given ?? false) ? standard : undefined;
  checkKeys(`${where}: median`, given, ['wave', 'warmUp']);
  return {
    wave: integer(where, 'median.wave', given.wave ?? standard.wave, 1),
    warmUp: integer(where, 'median.warmUp', given.warmUp ?? standard.warmUp, 0),
  };
}

/** Trials in this thread, one at a time. */
const here = (study: Study, blobs: Blobs, signal: AbortSignal): Runner => ({
  slots: 1,
  run: async (job) => {
    // Input, timers and the search's signal have their turn.
    await breathe();
    return signal.aborted ? undefined : tried(study, job, blobs, signal);
  },
  drop: (job) => blobs.drop(keyOf(job)),
  close: async () => undefined,
});

/** The trials of a search, as far as they are known. */
export class Trials<P> {
  readonly #known = new Map<number, Trial<P>>();
  #ended = 0;
  #best: Trial<P> | undefined;
  constructor(
    readonly count: number,
    readonly onTrial: SearchOptions<P>['onTrial'],
  ) {}
  /** Notes what is known of a trial, and tells of its end. */
  note(trial: Trial<P>): void {
    this.#known.set(trial.trial, trial);
    if (trial.state === 'unfinished') return;
    this.#ended++;
    this.#best = bestOf(this.#best ? [this.#best, trial] : [trial]);
    this.onTrial?.(trial, { ended: this.#ended, trials: this.count, best: this.#best });
  }
  get(trial: number): Trial<P> | undefined {
    return this.#known.get(trial);
  }
  list(): readonly Trial<P>[] {
    return [...this.#known.values()].sort((a, b) => a.trial - b.trial);
  }
}

interface How<P> {
  readonly journal: Journal;
  readonly runner: Runner;
  readonly trials: Trials<P>;
  readonly plan: Plan;
  readonly signal: AbortSignal;
}

/** Runs jobs, as many at a time as the runner takes. Resolves to false where the signal ended the search. */
async function all<P>(jobs: readonly Job[], how: How<P>): Promise<boolean> {
  const { journal, runner, trials, plan, signal } = how;
  const one = async (job: Job): Promise<void> => {
    const { trial, resource, parameters } = job;
    const before = journal.found(trial, resource);
    const outcome: Outcome | undefined = before ?? (await runner.run(job));
    if (!outcome || (!before && signal.aborted)) return;
    if (!before) await journal.add(trial, resource, outcome);
    const { state, ...rest } = outcome;
    const goesOn = state === 'completed' && resource < plan.maxResource;
    if (!goesOn) await runner.drop(job);
    trials.note({ trial, parameters: parameters as P, resource, state: goesOn ? 'unfinished' : state, ...rest });
  };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && !signal.aborted) await one(jobs[next++]);
  };
  await Promise.all(Array.from({ length: Math.min(runner.slots, jobs.length) }, lane));
  return !signal.aborted;
}
