import { breathe, checkKeys, OptionError, refuse, sha256Now, WorkerError } from '../index.js';
import { type Connection, connected, DAYS, packages } from './connection.js';
import { type Blobs, type Engine, type Job, type Opening, type Outcome, poison, read, type Runner } from './job.js';
import { BUILDS, trainedIn } from './trainings.js';
import { byHash, checkStore, storeOf, type Store } from './store.js';
import { VERSION } from './version.js';

export interface RedisOptions {
  /** The address of a Redis or Valkey server: redis://:password@host:6379, or rediss://… for TLS. */
  url: string;
  /** The name of the queue, which workers must name too. Default 'regulus'. */
  queue?: string;
  /** Where checkpoints, models and updates are kept, under the hash of their bytes: a folder that all machines reach, s3(…), or an object with get
   *  and put. Workers must have the same. Default: on the server, which holds everything in memory. */
  store?: string | Store;
}

/** An engine that runs trials on other machines: they are jobs of a BullMQ queue on a Redis server, and `worker` or `regulus worker` runs them. `search`
 *  takes the name of a study that the workers know. A job is named by what it computes, so that nothing counts twice, whoever dies:
 *  a search that is started again finds the results of the first for a week. A trial whose workers die three times is set aside.
 *
 *  It needs the packages bullmq and ioredis, which are not installed with this one: `npm install bullmq ioredis`. A search rejects with an
 *  UnsupportedError within three seconds where they or the server are missing, and with a WorkerError where a worker has
 *  another version of the library, or does not know the study. Throws an OptionError for wrong options.
 *  @example redis({ url: 'redis://127.0.0.1:6379' }).name // "redis" */
export function redis(options: RedisOptions): Engine {
  const where = 'redis';
  const place = checkPlace(where, options, ['url', 'queue', 'store']);
  const engine: Engine = {
    name: where,
    trainings: (asked) => trainedIn(engine, asked),
    open: (opening) => opened(place, opening),
  };
  return engine;
}

/** Where the jobs are. */
export interface Place {
  readonly url: string;
  readonly queue: string;
  readonly store: string | Store | undefined;
}
export function checkPlace(where: string, options: RedisOptions, known: readonly string[]): Place {
  checkKeys(where, options, known, true);
  const { url, queue = 'regulus', store } = options;
  checkStore(where, store);
  if (typeof url !== 'string' || !/^(rediss?|valkeys?):\/\//.test(url))
    refuse(where, 'url', url, "an address such as 'redis://127.0.0.1:6379'");
  if (typeof queue !== 'string' || !queue || queue.includes(':'))
    refuse(where, 'queue', queue, "a name without ':', such as 'regulus'");
  return { url: url.replace(/^valkey/, 'redis'), queue, store };
}

/** What a worker is sent. */
export interface Sent {
  readonly study: string;
  readonly library: string;
  readonly job: Job;
}
/** The beginning of the reason of jobs that workers refuse: the search has asked for the impossible, and ends. */
export const REFUSED = 'refused: ';

const hash = (value: unknown): string => sha256Now(new TextEncoder().encode(JSON.stringify(value))).slice(0, 32);

/** Trials that wait in the queue or run: enough for hundreds of workers. */
const SLOTS = 512;
/** Milliseconds between looks for results whose events were lost, as when the server was restarted. */
const LOOK = 1000;

async function opened(
  { url, queue: name, store }: Place,
  { where, study: asked, builds, signal, version }: Opening,
): Promise<Runner> {
  if (typeof asked !== 'string')
    throw new OptionError(
      `${where}: the ${builds ? 'build' : 'study'} is a function, which cannot be sent to other machines; give the name under which the workers know it`,
    );
  const study = builds ? BUILDS + asked : asked;
  const { Queue, QueueEvents } = packages(where).bullmq;
  const place = await storeOf(where, store);
  const connection = await connected(where, url);
  const blobs = byHash(place, onServer(connection));
  const events = new QueueEvents(name, { connection: connection.duplicate() });
  const queue = new Queue<Sent>(name, { connection });
  // Connections that are lost come back.
  events.on('error', () => undefined);
  queue.on('error', () => undefined);
  await events.waitUntilReady();
  const waiting = new Map<string, Waiting>();
  const settle = (id: string, settled: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one) settled(one);
  };
  const completed = (id: string, returned: unknown): void =>
    settle(id, ({ resolve }) => resolve(read(returned as string)));
  const failed = (id: string, reason: string): void =>
    settle(id, ({ resolve, reject }) => {
      if (!reason.startsWith(REFUSED)) return resolve(poison(/stalled/.test(reason) ? '' : reason));
      // What has been refused may be asked for again, when the workers have changed.
      queue.remove(id).finally(() => reject(new WorkerError(`${where}: ${reason.slice(REFUSED.length)}`)));
    });
  events.on('completed', ({ jobId, returnvalue }) => completed(jobId, returnvalue));
  events.on('failed', ({ jobId, failedReason }) => failed(jobId, failedReason));

  /** Looks whether a job has ended, and adds it again if it is gone. */
  const look = async (id: string, job: Job): Promise<void> => {
    const found = await queue.getJob(id);
    if (!found) await add(id, job);
    else if (found.finishedOn === undefined) return;
    else if (found.failedReason) failed(id, found.failedReason);
    else completed(id, found.returnvalue);
  };
  const add = (id: string, job: Job): Promise<unknown> => {
    const keep = { age: 7 * DAYS };
    const options = { jobId: id, removeOnComplete: keep, removeOnFail: keep };
    return queue.add(study, { study, library: VERSION, job }, options);
  };
  let looking: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking
      .then(() => Promise.all([...waiting].map(([id, { job }]) => look(id, job))))
      .catch(() => undefined);
  }, LOOK);
  const unfinished: string[] = [];
  const stop = (): void => {
    unfinished.push(...waiting.keys());
    for (const id of unfinished) settle(id, ({ resolve }) => resolve(undefined));
  };
  signal.addEventListener('abort', stop);
  await warnWithoutWorkers(where, queue, name);
  return {
    slots: SLOTS,
    blobs,
    async run(job, late) {
      const whole = { ...job, key: keyIn(name, study, version, job) };
      const id = hash([whole.key, job.resource, job.limits]);
      const outcome = new Promise<Outcome | undefined>((resolve, reject) =>
        waiting.set(id, { job: whole, resolve, reject }),
      );
      late?.then(() =>
        settle(id, ({ resolve }) => {
          resolve(undefined);
          queue.remove(id).catch(() => undefined);
        }),
      );
      if (signal.aborted) stop();
      // A failure to add is one of the connection, which comes back.
      add(id, whole)
        .then(() => look(id, whole))
        .catch(() => undefined);
      return outcome;
    },
    drop: (job) => blobs.drop(keyIn(name, study, version, job)),
    async close() {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      stop();
      await looking;
      // What no worker has taken yet is not worth running; locked jobs stay with their workers.
      await Promise.all(unfinished.map((id) => queue.remove(id).catch(() => undefined)));
      await breathe();
      await Promise.all([events.close(), queue.close()]);
      connection.disconnect();
    },
  };
}

interface Waiting {
  readonly job: Job;
  resolve(outcome: Outcome | undefined): void;
  reject(error: Error): void;
}

/** The key of a trial's checkpoint. */
const keyIn = (queue: string, study: string, version: string, { parameters, seed, trial }: Job): string =>
  `regulus:${queue}:checkpoint:${hash([study, version, parameters, seed, trial])}`;

async function warnWithoutWorkers(
  where: string,
  queue: { getWorkersCount(): Promise<number> },
  name: string,
): Promise<void> {
  if ((await queue.getWorkersCount().catch(() => 1)) === 0)
    console.warn(
      `${where}: no worker takes jobs of the queue '${name}' yet; start some: regulus worker module.mjs --url … --queue ${name}`,
    );
}

/** Checkpoints on the server, for a week. */
export function onServer(connection: Connection): Blobs {
  return {
    get: async (key) => (await connection.getBuffer(key)) ?? undefined,
    put: async (key, bytes) => {
      await connection.set(key, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 'EX', 7 * DAYS);
    },
    drop: async (key) => void (await connection.del(key)),
  };
}
