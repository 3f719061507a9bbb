import type { RolledBack } from './rollback.js';

/** The loss and the metrics on a set, by the names of their factories or functions. A confusion matrix is nested lists of numbers. */
export type Scores = { readonly loss: number } & Readonly<Record<string, number>>;

/** The number of evaluated rows of the training set, and of the validation set where there is one. */
export interface RowCounts {
  readonly training: number;
  readonly validation?: number;
}

/** How far the scores of a set may be, by chance, from those of all rows that there could be. */
export interface Scatter {
  /** The number of rows that have the target. */
  readonly rows: number;
  /** The standard error of the loss. It is missing where the error is 1 − accuracy, whose standard error follows from the rows, and for losses without weights. */
  readonly error?: number;
}

/** The record of an epoch. */
export interface EpochRecord {
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The number of updates made so far. */
  readonly step: number;
  /** The mean of the batches' losses before their updates, penalties included, weighted with their rows. */
  readonly loss: number;
  /** J without penalties, and the metrics, in evaluation mode: on a fixed sample of the training set, of 2,048 rows or as many as the validation
   *  set has, or `trainSample`; on all of it if it is smaller … */
  readonly training: Scores;
  /** … and on the validation set, where there is one. */
  readonly validation?: Scores;
  /** The numbers of rows on which these scores were computed. */
  readonly rows: RowCounts;
  /** The learning rate of the last update. */
  readonly learningRate: number;
  /** The 2-norm of the gradient, before clipping; the mean over the epoch's updates. */
  readonly gradNorm: number;
  /** The 2-norm of the trained parameters, after the last update. */
  readonly paramNorm: number;
  /** ‖Δθ‖/‖θ‖ of the epoch's last update; 0 before there is one. */
  readonly updateRatio: number;
  /** The rollbacks of this epoch, caused by a loss or gradient that was not finite (onDivergence: 'rollback'). */
  readonly rollbacks?: readonly RolledBack[];
  /** The number of steps of padding in the epoch's batches, where these have rows of similar length (`bucket`). */
  readonly padding?: number;
  /** The duration of the epoch in seconds, evaluation included. */
  readonly seconds: number;
  /** Training rows per second, counting the time of updates only. */
  readonly examplesPerSecond: number;
}

/** Reads the value at a path such as 'validation.loss'; undefined where there is none. Names may have dots themselves: 'validation.digit.loss'. */
export function valueAt(record: object, path: string): number | undefined {
  if (Object.hasOwn(record, path)) {
    const value: unknown = record[path as keyof typeof record];
    return typeof value === 'number' ? value : undefined;
  }
  const cut = path.indexOf('.');
  const inner: unknown = Object.hasOwn(record, path.slice(0, Math.max(0, cut)))
    ? record[path.slice(0, cut) as keyof typeof record]
    : undefined;
  return cut > 0 && typeof inner === 'object' && inner !== null ? valueAt(inner, path.slice(cut + 1)) : undefined;
}

/** Lists the paths of all values that can be watched. */
export const valuesOf = ({ training, validation }: EpochRecord): string[] => [
  ...Object.keys(training).map((name) => `training.${name}`),
  ...Object.keys(validation ?? {}).map((name) => `validation.${name}`),
];
