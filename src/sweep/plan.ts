import { integer, OptionError } from '../index.js';
import type { Job } from './job.js';
import type { Settings } from './journal.js';
import type { Trial } from './result.js';
import type { SearchOptions, Trials } from './search.js';
import { drawn, grid, seedOf, type Space } from './space.js';

/** Which trials a search runs, and in which stages. */
export interface Plan {
  readonly trials: number;
  /** The resource of a trial that is completed. */
  readonly maxResource: number;
  /** What must be the same when the search goes on. */
  readonly settings: Settings;
  /** The number of trials and their resource, for each stage of halving. */
  readonly rungs: readonly { readonly resource: number; readonly trials: number }[];
  jobOf(trial: number, resource: number): Job;
  run<P>(stage: Stage<P>): Promise<void>;
}
interface Stage<P> {
  readonly trials: Trials<P>;
  /** Runs jobs; resolves to false where the search was ended. */
  do(jobs: readonly Job[]): Promise<boolean>;
  /** Removes the checkpoint of a trial. */
  drop(job: Job): Promise<void>;
}
type Asked = Pick<SearchOptions, 'trials' | 'minResource' | 'factor' | 'maxResource' | 'levels'> & {
  readonly method: 'random' | 'grid' | 'halving';
  readonly seed: number;
  readonly median: { readonly wave: number; readonly warmUp: number } | undefined;
};

const OF_METHOD = { minResource: 'halving', factor: 'halving', levels: 'grid' } as const;

export function planOf(where: string, space: Space, asked: Asked): Plan {
  const { method, seed, median } = asked;
  for (const [key, of] of Object.entries(OF_METHOD))
    if (asked[key as keyof typeof OF_METHOD] !== undefined && method !== of)
      throw new OptionError(`${where}: ${key} is an option of method: '${of}', and the method is '${method}'`);
  if (median && method === 'halving')
    throw new OptionError(
      `${where}: median is given with method: 'halving', which gives up trials by itself; leave one of them out`,
    );
  const levels = integer(where, 'levels', asked.levels ?? 5, 1, 1_000_000);
  const points = method === 'grid' ? grid(where, space, seed, levels) : undefined;
  const wanted = integer(where, 'trials', asked.trials ?? points?.size, 1, 4294967295);
  const trials = Math.min(wanted, points?.size ?? wanted);
  const rungs = rungsOf(where, trials, asked);
  const { resource: maxResource } = rungs[rungs.length - 1];
  const settings: Settings = {
    method,
    seed,
    space: Object.entries(space).map(([name, { kind, values }]) => [name, kind, ...values]),
    ...(points && { levels }),
    ...(method === 'halving' ? { minResource: rungs[0].resource, factor: asked.factor ?? 3 } : { maxResource }),
    ...(median && { median }),
  };
  const jobOf = (trial: number, resource: number): Job => ({
    trial,
    parameters: points ? points.at(trial) : drawn(space, seed, trial),
    resource,
    seed: seedOf(seed, trial),
  });
  const plan = { trials, maxResource, settings, rungs, jobOf };
  if (method === 'halving') return { ...plan, run: (stage) => halved(stage, plan) };
  const all = Array.from({ length: trials }, (_, trial) => trial);
  if (median) return { ...plan, run: (stage) => inWaves(stage, plan, all, median) };
  return { ...plan, run: async (stage) => void (await stage.do(all.map((trial) => jobOf(trial, maxResource)))) };
}

function rungsOf(where: string, trials: number, { method, ...asked }: Asked): Plan['rungs'] {
  if (method !== 'halving') return [{ trials, resource: integer(where, 'maxResource', asked.maxResource ?? 1, 1) }];
  const factor = integer(where, 'factor', asked.factor ?? 3, 2);
  const least = integer(where, 'minResource', asked.minResource ?? 1, 1);
  let standard = least;
  for (let left = Math.floor(trials / factor); left >= 1; left = Math.floor(left / factor)) standard *= factor;
  const most = integer(where, 'maxResource', asked.maxResource ?? standard, least);
  const rungs = [];
  for (let [resource, left] = [least, trials]; ; resource *= factor, left = Math.max(1, Math.floor(left / factor))) {
    rungs.push({ resource: Math.min(resource, most), trials: left });
    if (resource >= most) return rungs;
  }
}

type Parts = Pick<Plan, 'trials' | 'rungs' | 'jobOf'>;

/** Successive halving: all trials of a rung end before the best of them go on, so that it does not matter which one is the first. */
async function halved<P>({ trials, do: run, drop }: Stage<P>, { rungs, jobOf, ...plan }: Parts): Promise<void> {
  let left = Array.from({ length: plan.trials }, (_, trial) => trial);
  for (const [i, { resource }] of rungs.entries()) {
    if (!(await run(left.map((trial) => jobOf(trial, resource))))) return;
    if (i + 1 === rungs.length) return;
    const ended = left.map((trial) => trials.get(trial) as Trial<P>).filter(({ state }) => state === 'unfinished');
    const order = ended.sort((a, b) => a.value - b.value || a.trial - b.trial);
    const kept = order.slice(0, rungs[i + 1].trials);
    for (const trial of order.slice(kept.length).sort((a, b) => a.trial - b.trial)) {
      trials.note({ ...trial, state: 'pruned' });
      await drop(jobOf(trial.trial, resource));
    }
    left = kept.map(({ trial }) => trial).sort((a, b) => a - b);
  }
}

/** Median stopping in waves: the limits of a wave come from the waves before it. */
async function inWaves<P>(
  { trials, do: run }: Stage<P>,
  { jobOf, rungs: [{ resource }] }: Parts,
  all: readonly number[],
  { wave, warmUp }: { readonly wave: number; readonly warmUp: number },
): Promise<void> {
  for (let from = 0; from < all.length; from += wave) {
    const limits = limitsOf(trials.list(), warmUp);
    const jobs = all.slice(from, from + wave).map((trial) => ({ ...jobOf(trial, resource), limits }));
    if (!(await run(jobs))) return;
  }
}

/** For each report, the median of the trials' best values until then; null where all may go on. */
function limitsOf(trials: readonly Trial<unknown>[], warmUp: number): (number | null)[] {
  const curves = trials.filter(({ state }) => state !== 'failed').map(({ reports = [] }) => leastSoFar(reports));
  const longest = Math.max(0, ...curves.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => {
    const values = curves.flatMap((curve) => (i < curve.length ? [curve[i]] : [])).sort((a, b) => a - b);
    const middle = values.length / 2;
    const median = (values[Math.ceil(middle) - 1] + values[Math.floor(middle)]) / 2;
    return i < warmUp || !Number.isFinite(median) ? null : median;
  });
}

function leastSoFar(values: readonly number[]): number[] {
  let least = Number.POSITIVE_INFINITY;
  return values.map((value) => {
    if (value < least) least = value;
    return least;
  });
}
