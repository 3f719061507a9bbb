import { inRange, integer, isGiven, nearest, OptionError } from '../index.js';
import { connected, packages } from './connection.js';
import { builtin } from './host.js';
import { type Blobs, type Job, type Outcome, type Study, written } from './job.js';
import { FEDERATED } from './local.js';
import { Pool } from './pool.js';
import { checkPlace, onServer, REFUSED, type RedisOptions, type Sent } from './redis.js';
import { checkStudies, studyIn } from './serve.js';
import { byHash, storeOf } from './store.js';
import { cores, moduleOf } from './threads.js';
import { BUILDS } from './trainings.js';
import { tried } from './trial.js';
import { VERSION } from './version.js';

/** The options of `worker`: studies or a module, one of the two. */
export interface SweepWorkerOptions extends RedisOptions {
  /** The studies by name. They run in this thread, one at a time, and must leave it to itself now and then, as fit does, so that
   *  the worker can tell that it lives; better give the module. */
  studies?: Readonly<Record<string, Study>>;
  /** A module that exports the studies, which run in threads. */
  module?: URL;
  /** How many trials run at a time. Default: with `module`, the number of cores; else 1. */
  workers?: number;
  /** The seconds without a sign of life after which a worker counts as dead, and its trials go to others. It gives one three times as often.
   *  Default 30. */
  lockSeconds?: number;
}
/** A worker that takes jobs. */
export interface SweepWorker {
  /** Takes no more jobs, ends those that run by their signal, and gives them back to the queue. */
  close(): Promise<void>;
}

/** Runs the trials of searches with `redis` until it is closed: takes jobs of the queue, and calls their studies. Resolves when it is connected. A job is
 *  acknowledged together with its result; one whose worker dies goes to another, which continues from its checkpoint. Jobs of another
 *  version of the library are refused by name, since their bits might differ. `regulus worker module.mjs --url …` does this from a
 *  command line.
 *
 *  Rejects with an OptionError for wrong options, and with an UnsupportedError where the packages bullmq and ioredis or the server are missing.
 *  @example
 *  import { worker } from 'regulus/sweep'
 *  const start = () => worker({ url: 'redis://127.0.0.1:6379', studies: { bowl: ({ x }) => x * x } })
 *  console.log(typeof start) */
export function worker(options: SweepWorkerOptions): Promise<SweepWorker> & SweepWorker {
  const started = begun(options);
  // It may be closed without waiting for the connection.
  return Object.assign(started, { close: async () => (await started).close() });
}

async function begun(options: SweepWorkerOptions): Promise<SweepWorker> {
  const where = 'worker';
  const { url, queue, store } = checkPlace(where, options, [
    'url',
    'queue',
    'store',
    'studies',
    'module',
    'workers',
    'lockSeconds',
  ]);
  const { studies, workers } = options;
  const module = isGiven(options.module) ? moduleOf(where, options.module as URL) : undefined;
  if (isGiven(studies) === (module !== undefined))
    throw new OptionError(
      `${where}: give studies: { name: study } or module: new URL('./studies.mjs', import.meta.url), one of the two`,
    );
  if (isGiven(studies)) checkStudies(where, studies as Record<string, Study>);
  if (isGiven(workers)) integer(where, 'workers', workers, 1);
  const lock = 1000 * inRange(where, 'lockSeconds', options.lockSeconds ?? 30, 0.1, 86_400);
  const { Worker, UnrecoverableError, WaitingError } = packages(where).bullmq;
  const place = await storeOf(where, store);
  const connection = await connected(where, url);
  const stopper = new AbortController();
  try {
    const concurrency = workers ?? (module === undefined ? 1 : cores(where));
    const blobs = byHash(place, onServer(connection));
    const runs =
      module === undefined
        ? here(studies as Record<string, Study>, blobs)
        : await inThreads(where, module, concurrency, blobs);
    const name = nameOf(where);
    const bull = new Worker<Sent, string>(
      queue,
      async (taken, token) => {
        const { study, library, job } = taken.data;
        const refusal = refused({ study, library }, runs.names, name);
        if (refusal !== undefined) throw new UnrecoverableError(REFUSED + refusal);
        const outcome = await runs.run(study, job, stopper.signal);
        if (stopper.signal.aborted || !outcome) {
          await taken.moveToWait(token);
          throw new WaitingError();
        }
        // This beginning is counted already.
        return written({ ...outcome, attempts: outcome.attempts + taken.attemptsStarted - 1 });
      },
      {
        connection,
        concurrency,
        lockDuration: lock,
        lockRenewTime: lock / 3,
        stalledInterval: lock / 2,
        // A job that is found without its worker for the third time is set aside.
        maxStalledCount: 2,
        // Milliseconds until the server is asked again that could not answer.
        runRetryDelay: 1000,
      },
    );
    // Connections that are lost come back.
    bull.on('error', () => undefined);
    await bull.waitUntilReady();
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      const closed = bull.close();
      stopper.abort();
      await runs.close();
      await closed;
      connection.disconnect();
    };
    return { close: () => (closing ??= close()) };
  } catch (error) {
    connection.disconnect();
    throw error;
  }
}

/** How a worker runs studies. */
interface Runs {
  readonly names: readonly string[];
  run(study: string, job: Job, signal: AbortSignal): Promise<Outcome | undefined>;
  close(): Promise<void>;
}

const here = (studies: Readonly<Record<string, Study>>, blobs: Blobs): Runs => ({
  names: Object.keys(studies),
  run: (study, job, signal) => tried(studyIn(studies, study, blobs), job, blobs, signal),
  close: async () => undefined,
});

async function inThreads(where: string, module: string, size: number, blobs: Blobs): Promise<Runs> {
  const pool = new Pool(where, module, size, blobs);
  try {
    const names = Object.keys(await pool.studies());
    return { names, run: (study, job) => pool.run(study, job), close: () => pool.close() };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

const nameOf = (where: string): string =>
  `${builtin('node:os', where, 'redis').hostname()}, process ${(globalThis as { process?: { pid: number } }).process?.pid}`;

/** Why a worker cannot run a job; undefined where it can. */
function refused(
  { study, library }: { study: string; library: string },
  names: readonly string[],
  name: string,
): string | undefined {
  if (library !== VERSION)
    return `the worker on ${name} has regulus ${VERSION}, and the search ${library}; install the same version on both`;
  const builds = study.startsWith(BUILDS);
  const asked = builds ? study.slice(BUILDS.length) : study;
  if (study === FEDERATED || names.includes(asked)) return undefined;
  const near = nearest(asked, names);
  return `the worker on ${name} knows no ${builds ? 'function' : 'study'} '${asked}'${near === undefined ? '' : `; did you mean '${near}'?`}. It knows ${names.join(', ') || 'none'}`.replace(
    '?.',
    '?',
  );
}
