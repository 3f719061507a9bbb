import { LeakageError } from '../errors.js';

/** What a sealed set, and all that is made of it, have in common. */
export interface Seal {
  /** How often a model answered it. */
  opened: number;
}

/** Refuses a sealed set: what is learned from the test set, or chosen by it, cannot be tested with it. */
export function refuseSealed(where: string, data: unknown): void {
  if (typeof data === 'object' && data !== null && 'sealed' in data && data.sealed === true)
    throw new LeakageError(
      `${where}: this set is sealed: it is kept for the test. Give the training or validation set; ` +
        'a sealed set is for evaluate, predict, classify, robustAccuracy and metrics',
    );
}

/** Counts that a model answers a sealed set: a test that was looked at often is no test any more. */
export function open({ seal }: { readonly seal?: Seal }): void {
  if (seal) seal.opened++;
}

/** Refuses a validation set that has rows of the training set, as far as memory tells: what is known by heart says nothing. */
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
