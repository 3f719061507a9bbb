import { LeakageError } from '../errors.js';

/** Refuses a sealed set: what is learned from the test set, or chosen by it, cannot be tested with it. */
export function refuseSealed(where: string, data: { readonly sealed: boolean }): void {
  if (data.sealed)
    throw new LeakageError(
      `${where}: this set is sealed: it is kept for the test. Give the training or validation set; ` +
        'a sealed set is for evaluate, predict, classify, robustAccuracy and metrics',
    );
}
