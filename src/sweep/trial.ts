import { type Checkpoint, checkpoint, type CheckpointStore, shown } from '../index.js';
import type { Blobs, Job, Outcome, Study } from './job.js';

/** The name of a trial's checkpoint. */
export const keyOf = ({ trial, key }: Job): string => key ?? `trial-${trial}`;

/** The option of fit that keeps a trial's checkpoint among the blobs. The engine runs a trial once at a time, so that nothing is locked. */
function kept(blobs: Blobs, key: string): Checkpoint & CheckpointStore {
  const store: CheckpointStore = {
    name: key,
    list: async () => ((await blobs.get(key)) ? [{ name: key, run: '1' }] : []),
    read: async () => (await blobs.get(key)) ?? new Uint8Array(),
    write: async (bytes) => {
      await blobs.put(key, bytes);
      return '1';
    },
    lock: async () => async () => undefined,
  };
  return Object.assign(checkpoint({ to: store, every: { seconds: 10 }, keep: 1, resume: true }), store);
}

const failed = (reason: string, reports: readonly number[], value = Number.NaN): Outcome => ({
  state: 'failed',
  value,
  ...(reports.length && { reports }),
  reason,
  attempts: 1,
});

/** Calls a study, and says what came of it. Whatever it throws is an outcome too. */
export async function tried(study: Study, job: Job, blobs: Blobs, signal: AbortSignal): Promise<Outcome> {
  const { trial, resource, seed, limits } = job;
  const pruning = new AbortController();
  const reports: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  const report = (value: number): void => {
    if (typeof value !== 'number') throw new TypeError(`report: the value is ${shown(value)}; it must be a number`);
    if (pruning.signal.aborted) return;
    const limit = limits?.[reports.length];
    reports.push(value);
    if (value < least) least = value;
    if (typeof limit === 'number' && least > limit) pruning.abort();
  };
  const both = eitherOf(signal, pruning.signal);
  try {
    // Reports are not in checkpoints, and with limits all of them count: such a trial is begun anew.
    if (limits) await blobs.drop(keyOf(job));
    const context = { trial, resource, seed, signal: both.signal, report, checkpoint: kept(blobs, keyOf(job)) };
    const answer: unknown = await study(structuredClone(job.parameters) as never, context);
    return pruning.signal.aborted ? pruned(reports) : answered(answer, reports);
  } catch (error) {
    if (pruning.signal.aborted) return pruned(reports);
    return failed(error instanceof Error ? error.message || error.name : `it threw ${shown(error)}`, reports);
  } finally {
    both.free();
  }
}

/** A pruned trial has the value that it was pruned for, whatever the study made of the signal. */
const pruned = (reports: readonly number[]): Outcome => ({
  state: 'pruned',
  value: reports[reports.length - 1],
  reports,
  attempts: 1,
});

function answered(answer: unknown, reports: readonly number[]): Outcome {
  const { value, ...rest } = typeof answer === 'number' ? { value: answer } : (Object(answer) as { value: unknown });
  if (typeof value !== 'number')
    return failed(`the study returned ${shown(answer)}; it must return a number or { value }`, reports);
  if (!Number.isFinite(value)) return failed(`the value is ${value}`, reports, value);
  try {
    // As engines send it, so that results are the same for all of them.
    const details = JSON.parse(JSON.stringify(rest)) as Record<string, unknown>;
    const more = Object.keys(details).length > 0 && { details };
    return { state: 'completed', value, ...(reports.length && { reports }), ...more, attempts: 1 };
  } catch (error) {
    return failed(`what the study returned cannot be kept as JSON: ${(error as Error).message}`, reports);
  }
}

/** A signal that is aborted when one of two is. AbortSignal.any is missing in Node 20.0 and in older browsers. */
function eitherOf(a: AbortSignal, b: AbortSignal): { signal: AbortSignal; free(): void } {
  const either = new AbortController();
  const heard = (): void => either.abort();
  for (const one of [a, b]) {
    if (one.aborted) heard();
    one.addEventListener('abort', heard);
  }
  return {
    signal: either.signal,
    free: () => {
      for (const one of [a, b]) one.removeEventListener('abort', heard);
    },
  };
}
