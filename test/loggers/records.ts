import type { EpochLike, StepLike } from '../../src/loggers/index.js';
import type { StepRecord } from '../../src/train/fitOptions.js';
import type { EpochRecord } from '../../src/train/history.js';

/** The records of fit have the types that loggers expect, which the compiler checks. */
export const fits: (record: EpochRecord) => EpochLike = (record) => record;
export const epoch = (n: number, more: Partial<EpochLike> = {}): EpochLike => ({
  epoch: n,
  step: 40 * n,
  loss: 1 / (n + 1),
  training: { loss: 0.75 / n, accuracy: 0.5 },
  learningRate: 1e-3,
  gradNorm: 2.5,
  seconds: 0.125,
  ...more,
});
export const validation = { loss: 0.875, accuracy: 0.25 };
export const step = (n: number): StepRecord & StepLike => ({
  step: n,
  epoch: 1,
  loss: 0.5,
  learningRate: 0.01,
  gradNorm: 3,
});

/** A sink, with the chunks that it received. */
export function sink<T>(): { to: (chunk: T) => void; got: T[] } {
  const got: T[] = [];
  return { to: (chunk) => void got.push(chunk), got };
}
