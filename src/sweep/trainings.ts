import * as regulus from '../index.js';
import {
  DataError,
  type Dataset,
  DivergenceError,
  type FitOptions,
  type Found,
  isGiven,
  nn,
  packed,
  RegulusError,
  refuse,
  refuseShared,
  type TrainingJob,
  type Trainings,
  UnsupportedError,
  unpacked,
  WorkerError,
} from '../index.js';
import { inMemory } from './blobs.js';
import type { Blobs, Engine, Runner, Study } from './job.js';
import { inLanes } from './lanes.js';
import { fromBytes, toBytes } from './pack.js';

/** The beginning of the names of studies that workers make of a function that builds models. */
export const BUILDS = 'regulus.build.';

/** What workers are sent once: how to train, on what, and all jobs. */
interface Common {
  readonly where: string;
  readonly training: TrainingJob;
  readonly jobs: readonly unknown[];
}
/** What a worker is sent for each training: keys of blobs, and the number of the job. */
interface Sent {
  readonly common: string;
  readonly job: number;
  readonly answer: string;
}
/** An error as it is sent. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly step?: number;
  readonly layer?: string;
}
/** What a worker answers. JSON has no NaN, so numbers are texts; a text has all digits of a number. */
type Answer =
  | { readonly numbers: readonly string[]; readonly score?: string; readonly shape?: readonly number[] }
  | { readonly failure: Failure };

/** Callbacks of fit, which cannot be sent. */
const CALLBACKS = ['onStep', 'onEpoch', 'progress', 'logger'] as const;

/** Makes trainings in an engine. The first error ends those that still run. */
export async function trainedIn(engine: Pick<Engine, 'open'>, asked: Trainings): Promise<Found[]> {
  const { where, build, train, validation, jobs } = asked;
  const { signal, ...options } = asked.options;
  if (isGiven(signal) && typeof signal?.aborted !== 'boolean') refuse(where, 'signal', signal, 'an AbortSignal');
  for (const name of CALLBACKS)
    if (isGiven(options[name]))
      throw new UnsupportedError(
        `${where}: ${name} cannot be sent to workers; leave it out, or let build return { model, options: { ${name} } }`,
      );
  if (validation) refuseShared(where, train, validation);
  const own = inMemory();
  const stopper = new AbortController();
  const stop = (): void => stopper.abort();
  const bytes = packedAll(asked, options);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    const opening = { where, study: build, builds: true, blobs: own, signal: stopper.signal, version: '' };
    const runner = await engine.open(opening);
    try {
      return await all(where, jobs.length, bytes, runner, runner.blobs ?? own, stopper.signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      stop();
      await runner.close();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function all(
  where: string,
  count: number,
  bytes: Uint8Array,
  runner: Runner,
  blobs: Blobs,
  signal: AbortSignal,
): Promise<Found[]> {
  // Jobs of another call are not its own: blobs are gone when it has ended.
  const common = `trainings-${globalThis.crypto.randomUUID()}`;
  await blobs.put(common, bytes);
  try {
    return await inLanes(
      Array.from({ length: count }, (_, i) => i),
      runner.slots,
      async (job) => {
        const answer = `${common}-${job}`;
        const outcome = await runner.run({ trial: job, parameters: { common, job, answer }, resource: 1, seed: 0 });
        const found = await blobs.get(answer);
        await blobs.drop(answer);
        signal.throwIfAborted();
        if (!found)
          throw new WorkerError(`${where}: training ${job} gave no answer: ${outcome?.reason ?? 'it was ended'}`);
        return foundIn(found);
      },
    );
  } finally {
    await blobs.drop(common);
  }
}

/** How to train, and on what, as bytes. The model is built by the workers, so that another stands in its place. */
function packedAll({ where, train, validation, jobs }: Trainings, options: Partial<FitOptions>): Uint8Array {
  const given = Object.entries({ ...options, validation }).filter(([, value]) => isGiven(value));
  try {
    const { job, arrays } = packed(
      nn.sequential([nn.flatten()]),
      train,
      Object.fromEntries(given) as unknown as FitOptions,
      regulus,
    );
    return toBytes({ where, training: job, jobs } satisfies Common, arrays);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    const what = error.message.replace('trainInWorker: ', '').replace(/: train with fit.*/, '');
    throw new UnsupportedError(`${where}: ${what}; let build return { model, options } with it, or leave out engine`);
  }
}

function foundIn(bytes: Uint8Array): Found {
  const { value, arrays } = fromBytes(bytes);
  const answer = value as Answer;
  if ('failure' in answer) throw errorOf(answer.failure);
  const { numbers, score, shape } = answer;
  return {
    numbers: numbers.map(Number),
    ...(score !== undefined && { score }),
    ...(shape && { answers: { values: arrays[0] as Float32Array, shape } }),
  };
}

const failureOf = (error: unknown): Failure => {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return error instanceof DivergenceError ? { name, message, step: error.step, layer: error.layer } : { name, message };
};
/** The error again, of its own class. */
function errorOf({ name, message, step, layer }: Failure): Error {
  const Known = (regulus as unknown as Record<string, unknown>)[name];
  if (Known === DivergenceError) return new DivergenceError(message, { step, layer });
  if (typeof Known === 'function' && Known.prototype instanceof RegulusError)
    return new (Known as new (message: string) => Error)(message);
  return Object.assign(new Error(message), { name });
}

/** What this thread was sent last: it serves many jobs. */
const known = new Map<string, Promise<{ common: Common; data: Dataset; options: Partial<FitOptions> }>>();
const MOST = 4;

function commonOf(blobs: Blobs, key: string) {
  const found =
    known.get(key) ??
    blobs.get(key).then((bytes) => {
      if (!bytes) throw new DataError(`there is no ${key}; the coordinator has ended`);
      const { value, arrays } = fromBytes(bytes);
      const { data, options } = unpacked((value as Common).training, arrays, regulus);
      return { common: value as Common, data, options };
    });
  known.delete(key);
  known.set(key, found);
  found.catch(() => known.delete(key));
  if (known.size > MOST) known.delete(known.keys().next().value as string);
  return found;
}

/** The study of a worker for a function that builds models: makes one of the trainings that were asked for. */
export const buildStudy =
  (build: unknown, blobs: Blobs): Study<Sent> =>
  async ({ common: key, job, answer }, { signal }) => {
    const respond = (value: Answer, arrays: Float32Array[] = []) => blobs.put(answer, toBytes(value, arrays));
    try {
      const { common, data, options } = await commonOf(blobs, key);
      const { validation, ...training } = options;
      const { TRAININGS } = await import('../generalization/index.js');
      const make = TRAININGS[common.where as keyof typeof TRAININGS];
      const sets = { train: data, ...(validation && { validation }) };
      const { numbers, score, answers } = await make(build, sets, { ...training, signal }, common.jobs[job]);
      const shape = answers && { shape: answers.shape };
      await respond({ numbers: numbers.map(String), score, ...shape }, answers && [answers.values]);
    } catch (error) {
      await respond({ failure: failureOf(error) });
    }
    return 0;
  };
