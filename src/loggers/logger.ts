import type { Configured } from '../config.js';

/** What `fit` tells after an epoch. Its own type, EpochRecord, stands above this folder and fits. */
export interface EpochLike {
  /** From 1. */
  readonly epoch: number;
  /** Updates made so far. */
  readonly step: number;
  readonly loss: number;
  readonly training: ScoresLike;
  readonly validation?: ScoresLike;
  readonly learningRate: number;
  readonly gradNorm: number;
  readonly seconds: number;
}
export type ScoresLike = { readonly loss: number } & Readonly<Record<string, number>>;

/** What `fit` tells after an update. */
export interface StepLike {
  /** From 0. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradNorm: number;
}

/** Where the numbers of a training go. One logger may see several trainings, one after another. */
export interface Logger extends Configured {
  epoch(record: EpochLike): void;
  /** Where it is missing nobody looks at single updates, and many of them can be one call into WASM. */
  step?(record: StepLike): void;
  /** Why a training ended ('epochs', 'patience', 'aborted' or 'error'), and how many whole epochs it made. */
  end?(summary: { readonly reason: string; readonly epoch: number }): void;
}
