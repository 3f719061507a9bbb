import { LeakageError } from '../errors.js';

/** The seal that a sealed set shares with everything made from it. */
export interface Seal {
  /** How often it was predicted or evaluated. */
  opened: number;
}

/** Refuses a sealed set: a model that was fitted or chosen with the test set cannot be tested on it. */
export function refuseSealed(where: string, data: unknown): void {
  if (typeof data === 'object' && data !== null && 'sealed' in data && data.sealed === true)
    throw new LeakageError(
      `${where}: this set is sealed: it is kept for the test. Give the training or validation set; ` +
        'a sealed set is for evaluate, predict, classify, robustAccuracy and metrics',
    );
}

/** Counts an evaluation of a sealed set: a test set that is used often stops being a test. */
export function open({ seal }: { readonly seal?: Seal }): void {
  if (seal) seal.opened++;
}

/** Refuses a validation set that shares memory with the training set: scores on training rows do not measure generalization. */
export function refuseShared(where: string, train: Examples, validation: Examples): void {
  const [a, b] = [train.x, validation.x];
  if (
    a.buffer !== b.buffer ||
    a.byteOffset >= b.byteOffset + b.byteLength ||
    b.byteOffset >= a.byteOffset + a.byteLength
  )
    return;
  throw new LeakageError(
    `${where}: the validation set has rows of the training set; give others, as split(data) and kFold(data, k) do`,
  );
}
interface Examples {
  readonly x: ArrayBufferView;
}
