import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { curves, now } from '../index.js';
import {
  type Engine,
  type Plan,
  planOf,
  redis,
  search,
  type Space,
  threads,
  type Trial,
  worker,
} from '../sweep/index.js';
import { UsageError } from './kinds.js';
import type { Output } from './output.js';
import { clock } from './progress.js';
import { meant, type Nearest } from './words.js';

export interface SweepGiven {
  readonly trials: number | undefined;
  readonly method: 'random' | 'grid' | 'halving';
  readonly seed: number;
  readonly 'min-resource': number | undefined;
  readonly factor: number | undefined;
  readonly 'max-resource': number | undefined;
  readonly levels: number | undefined;
  readonly median: boolean;
  readonly workers: number | undefined;
  readonly url: string | undefined;
  readonly queue: string | undefined;
  readonly resume: string | undefined;
  readonly code: string;
  readonly 'dry-run': boolean;
}

function addressOf(file: string): URL {
  if (!existsSync(file)) throw new UsageError(`there is no module ${file}`);
  return pathToFileURL(resolve(file));
}

/** The space of a study: its property `space`, or the module's export of that name. */
async function spaceOf(file: string, study: string, nearest: Nearest): Promise<Space> {
  const module = (await import(addressOf(file).href)) as Readonly<Record<string, unknown>>;
  const studies = Object.keys(module).filter((name) => typeof module[name] === 'function');
  if (!studies.includes(study)) {
    const found = nearest(study, studies);
    throw new UsageError(
      `${file} exports no study '${study}'${meant(found, `'${found}'`)} It exports ${studies.join(', ') || 'no function'}`,
    );
  }
  const space = (module[study] as { space?: Space }).space ?? module.space;
  if (typeof space === 'object' && space !== null) return space as Space;
  throw new UsageError(
    `${file} exports no space for '${study}': export const space = { rate: logUniform(1e-4, 1e-1) }, or set ${study}.space`,
  );
}

/** Searches for a study's best parameters, in threads or on a queue, and prints the trials, the curve of the best and the table. Returns whether any trial
 *  was completed. */
export async function sweep(
  [file, study]: readonly string[],
  given: SweepGiven,
  output: Output,
  nearest: Nearest,
  signal: AbortSignal,
): Promise<boolean> {
  const { method, seed, url, queue, workers } = given;
  if (url === undefined && queue !== undefined)
    throw new UsageError('--queue names a queue of a server; give its --url');
  if (url !== undefined && workers !== undefined)
    throw new UsageError(
      '--workers is the number of threads here; with --url, start workers: regulus worker module.mjs --url …',
    );
  const space = await spaceOf(file, study, nearest);
  const asked = {
    method,
    seed,
    ...(given.trials !== undefined && { trials: given.trials }),
    ...(given['min-resource'] !== undefined && { minResource: given['min-resource'] }),
    ...(given.factor !== undefined && { factor: given.factor }),
    ...(given['max-resource'] !== undefined && { maxResource: given['max-resource'] }),
    ...(given.levels !== undefined && { levels: given.levels }),
  };
  const plan = planOf('sweep', space, { ...asked, median: undefined });
  if (given['dry-run']) {
    output.write(`${planText(plan).join('\n')}\n`);
    return true;
  }
  const engine: Engine =
    url === undefined
      ? threads({ module: addressOf(file), ...(workers !== undefined && { workers }) })
      : redis({ url, ...(queue !== undefined && { queue }) });
  const progress = new Progress(output, plan.trials);
  const { trials, best, table } = await search(study, space, {
    ...asked,
    median: given.median,
    engine,
    signal,
    version: given.code,
    ...(given.resume !== undefined && { resume: given.resume }),
    onTrial: (trial, { ended, best: so }) => progress.show(trial, ended, so),
  });
  progress.end();
  output.write(`${[table(), ...curveOf(trials)].join('\n\n')}\n`);
  if (!best) {
    output.write('no trial was completed\n');
    return false;
  }
  output.write(`\nbest: trial ${best.trial}, value ${best.value}\n${JSON.stringify(best.parameters)}\n`);
  return true;
}

/** What a search would run. */
function planText({ trials, rungs, maxResource, jobOf }: Plan): string[] {
  const spent = rungs.reduce(
    (sum, { trials: count, resource }, i) => sum + count * (resource - (rungs[i - 1]?.resource ?? 0)),
    0,
  );
  const shown = Math.min(trials, 5);
  return [
    ...rungs.map(({ trials: count, resource }) => `resource ${resource}: ${count} of ${trials} trials`),
    `resource in all: ${spent}, of ${trials * maxResource} if all trials were completed`,
    `the first ${shown}:`,
    ...Array.from({ length: shown }, (_, trial) => `  ${trial}  ${JSON.stringify(jobOf(trial, 1).parameters)}`),
  ];
}

/** The best value after each trial, in the order of their numbers. */
function curveOf(trials: readonly Trial[]): string[] {
  let best = Number.NaN;
  const values = trials.map(({ state, value }) => {
    if (state === 'completed' && !(value >= best)) best = value;
    return best;
  });
  if (trials.filter(({ state }) => state === 'completed').length < 2) return [];
  const axis = { first: '1', last: String(trials.length), unit: 'trials' };
  return [curves([{ name: 'best so far', mark: '·', values }], 64, 10, axis)];
}

/** Prints how far a search is: on a terminal in one line, and into a file about 15 lines in all. */
class Progress {
  readonly #start = now();
  #shown = false;
  constructor(
    readonly output: Output,
    readonly trials: number,
  ) {}
  show({ trial, value, state, reason }: Trial, ended: number, best: Trial | undefined): void {
    const left = ((now() - this.#start) / 1000 / ended) * (this.trials - ended);
    const line = [
      `${String(ended).padStart(String(this.trials).length)}/${this.trials} trials`,
      `trial ${trial} ${state === 'failed' ? `failed: ${reason}` : `${state} ${value.toPrecision(4)}`}`,
      ...(best ? [`best ${best.value.toPrecision(4)} (trial ${best.trial})`] : []),
      `${clock(left)} left`,
    ].join('  ');
    this.#shown = true;
    if (this.output.isTTY) this.output.write(`\r\x1b[K${line.slice(0, (this.output.columns ?? 80) - 1)}`);
    else if (ended === 1 || ended % Math.max(1, Math.round(this.trials / 15)) === 0) this.output.write(`${line}\n`);
  }
  end(): void {
    if (this.#shown) this.output.write('\n');
  }
}

export interface WorkerGiven {
  readonly url: string | undefined;
  readonly queue: string;
  readonly workers: number | undefined;
  readonly 'lock-seconds': number;
}

/** Runs trials of searches on other machines until the signal ends it. */
export async function work(
  [file]: readonly string[],
  given: WorkerGiven,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const { url, queue, workers } = given;
  if (url === undefined) throw new UsageError('where is the queue? Add --url redis://127.0.0.1:6379');
  const module = addressOf(file);
  const options = { url, queue, module, lockSeconds: given['lock-seconds'] };
  const running = await worker({ ...options, ...(workers !== undefined && { workers }) });
  output.write(`takes trials of ${file} from the queue '${queue}'; Ctrl-C ends it, and gives back what runs\n`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  await running.close();
}
