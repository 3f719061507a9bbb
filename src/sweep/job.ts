import type { Checkpoint, CheckpointStore, TrainingEngine } from '../index.js';

/** What a study is told besides its parameters. */
export interface StudyContext {
  /** The number of the trial, from 0. */
  readonly trial: number;
  /** How much may be spent, such as a number of epochs: that of the rung for 'halving', else `maxResource`. */
  readonly resource: number;
  /** The trial's own seed, a whole number below 2³². It depends on the search's seed and the number of the trial alone. */
  readonly seed: number;
  /** Ends the trial: the search was ended, or the trial was pruned. Give it to fit. */
  readonly signal: AbortSignal;
  /** Tells a value on the way, such as the validation loss of an epoch. With `median`, a trial that is worse than most is ended by its signal. */
  report(value: number): void;
  /** The option `checkpoint` of fit, which continues where an earlier attempt or rung of the trial has stopped. It is also a store, which
   *  `checkpoint({ to })` and `resume` take. */
  readonly checkpoint: Checkpoint & CheckpointStore;
}
/** What a search makes small: a function of parameters that returns a number, or an object with it and whatever else is to be kept. */
export type Study<P = never> = (parameters: P, context: StudyContext) => Answer | Promise<Answer>;
export type Answer = number | { readonly value: number };

/** A run of a trial, as engines send it: JSON. */
export interface Job {
  readonly trial: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resource: number;
  readonly seed: number;
  /** Where its checkpoint is kept. Default: trial-n. */
  readonly key?: string;
  /** With median stopping: the largest value that the best report until each may have. */
  readonly limits?: readonly (number | null)[];
}
/** What came of a run: JSON, but for numbers that are not finite. */
export interface Outcome {
  readonly state: 'completed' | 'pruned' | 'failed';
  readonly value: number;
  readonly reports?: readonly number[];
  /** What else the study returned. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Why it failed. */
  readonly reason?: string;
  /** How often it was begun. */
  readonly attempts: number;
}

/** The number of times that a trial is begun before it is set aside, since its workers die of it. */
export const ATTEMPTS = 3;
/** The outcome of a trial that is set aside. */
export const poison = (why: string, attempts = ATTEMPTS): Outcome => ({
  state: 'failed',
  value: Number.NaN,
  reason: `its worker ended ${attempts} times${why && `: ${why}`}`,
  attempts,
});

/** An outcome as text, on one line. */
export const written = (outcome: Outcome): string =>
  JSON.stringify(outcome, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
/** The outcome of a text. */
export function read(text: string): Outcome {
  const found = JSON.parse(text) as Outcome;
  return { ...found, value: Number(found.value), ...(found.reports && { reports: found.reports.map(Number) }) };
}

/** Where the checkpoints of trials are kept: one for each key. */
export interface Blobs {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Removes what a trial that has ended needs no more. */
  drop(key: string): Promise<void>;
}

/** What runs trials and trainings: `threads(…)` or `redis(…)`. Without one, they run here, one after another. */
export interface Engine extends TrainingEngine {
  /** Begins a search. @internal */
  open(opening: Opening): Promise<Runner>;
}
/** What an engine is told of a search. */
export interface Opening {
  /** The function whose errors these are. */
  readonly where: string;
  readonly study: unknown;
  /** Whether the study is one, or builds models. */
  readonly builds?: boolean;
  readonly blobs: Blobs;
  readonly signal: AbortSignal;
  /** The version of the study's code. */
  readonly version: string;
  /** What is wrong with the update that a run has made, for engines whose workers are not trusted. */
  readonly check?: (update: Uint8Array | undefined) => string | undefined;
}
export interface Runner {
  /** How many trials it takes at a time. */
  readonly slots: number;
  /** Where workers find what they are to read. Default: what the engine was opened with. */
  readonly blobs?: Blobs;
  /** The search's signal, or `late` when it resolves, may cut a run short; nobody asks for the outcome then, which may be undefined. */
  run(job: Job, late?: Promise<unknown>): Promise<Outcome | undefined>;
  /** Removes the checkpoint of a trial that has ended. */
  drop(job: Job): Promise<void>;
  close(): Promise<void>;
}
