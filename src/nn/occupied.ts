import { UnsupportedError } from '../errors.js';

/** What models are being trained by. */
const trainers = new WeakMap<object, string>();

/** Takes a model for a training, which must have it alone: two would change the same numbers in turn. Gives what lets it go. */
export function occupy(model: object, trainer: string): () => void {
  const other = trainers.get(model);
  if (other)
    throw new UnsupportedError(
      `${trainer}: this model is being trained by ${other}, which has not ended; await it or end it first, or train a clone()`,
    );
  trainers.set(model, trainer);
  return () => trainers.delete(model);
}

/** Refuses what cannot be done to a model that is being trained. */
export function refuseOccupied(model: object, what: string): void {
  const trainer = trainers.get(model);
  if (trainer)
    throw new UnsupportedError(
      `${what}: this model is being trained by ${trainer}; await its end, or end it with { signal }, and call ${what} then`,
    );
}
