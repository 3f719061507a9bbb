import { OptionError } from '../errors.js';
import type { Dataset } from '../data/columns.js';
import { callable, isGiven, shown } from '../options.js';
import type { FitOptions } from '../train/fitOptions.js';

/** Where trainings run: `threads(…)` or `redis(…)` of regulus/sweep. */
export interface TrainingEngine {
  readonly name: string;
  /** Makes trainings in workers, one for each job, and resolves to what they found, in the order of the jobs. @internal */
  trainings(asked: Trainings): Promise<Found[]>;
}
/** Trainings that belong together, such as one for each fold. @internal */
export interface Trainings {
  /** The function that asks. */
  readonly where: string;
  /** A function that the workers' module exports, or its name. */
  readonly build: unknown;
  /** The data; `validation` where they are two sets. */
  readonly train: Dataset;
  readonly validation?: Dataset;
  /** Options of fit, but for those of a job. */
  readonly options: Partial<FitOptions>;
  /** What each training is told, as JSON. */
  readonly jobs: readonly unknown[];
}
/** What a training found. @internal */
export interface Found {
  /** Its scores or errors, and the name of the score. */
  readonly numbers: readonly number[];
  readonly score?: string;
  /** Its answers to rows. */
  readonly answers?: { readonly values: Float32Array; readonly shape: readonly number[] };
}

/** Checks `build`, which may be the name of a function where there is an engine, and the engine. Returns the engine if there is one. */
export function engineFor(where: string, build: unknown, engine: unknown, made: string): TrainingEngine | undefined {
  const given = isGiven(engine);
  if (given && typeof (engine as Partial<TrainingEngine>).trainings !== 'function')
    throw new OptionError(
      `${where}: engine is ${shown(engine)}; it is made by threads({ module }) or redis({ url }) of regulus/sweep`,
    );
  if (!given || typeof build !== 'string') callable(where, 'build', build as () => unknown, made);
  return given ? (engine as TrainingEngine) : undefined;
}
