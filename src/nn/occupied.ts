import { UnsupportedError } from '../errors.js';

/** The trainings in progress, by model. */
const trainers = new WeakMap<object, string>();

/** Reserves a model for a training, because two trainings would change the same parameters in turn. Returns the
 *  function that releases it. */
export function occupy(model: object, trainer: string): () => void {
  const other = trainers.get(model);
  if (other)
    throw new UnsupportedError(
      `${trainer}: this model is being trained by ${other}, which has not ended; await it or end it first, or train a clone()`,
    );
  trainers.set(model, trainer);
  return () => trainers.delete(model);
}

/** Throws if the model is being trained; `what` names the call that is refused. */
export function refuseOccupied(model: object, what: string): void {
  const trainer = trainers.get(model);
  if (trainer)
    throw new UnsupportedError(
      `${what}: this model is being trained by ${trainer}; await its end, or end it with { signal }, and call ${what} then`,
    );
}
