import type { Configured } from '../config.js';

/** The record that `fit` passes on after an epoch. Its full type is EpochRecord, which is in a higher folder. */
export interface EpochLike {
  /** The epoch, counted from 1. */
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

/** The record that `fit` passes on after an update. */
export interface StepLike {
  /** The update, counted from 0. */
  readonly step: number;
  /** The epoch, counted from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradNorm: number;
}

/** Receives the numbers of a training. One logger may be used for several trainings, one after another. */
export interface Logger extends Configured {
  epoch(record: EpochLike): void;
  /** Without it, no logger needs single updates, so that one call into WASM can make many of them. */
  step?(record: StepLike): void;
  /** Called with the reason why a training has ended ('epochs', 'patience', 'aborted' or 'error'), and the number of
   *  whole epochs. */
  end?(summary: { readonly reason: string; readonly epoch: number }): void;
}
