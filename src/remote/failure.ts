import * as errors from '../errors.js';

/** An error in a form that can be posted: structured cloning would lose its class. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** The fields of a DivergenceError. */
  readonly divergence?: errors.Divergence;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  if (!(error instanceof errors.DivergenceError)) return { name, message, stack };
  const { step, layer, parameters } = error;
  return { name, message, stack, divergence: { step, layer, parameters } };
}

/** Rebuilds a posted error, with its class and its original stack. */
export function errorOf({ name, message, stack, divergence }: Failure): Error {
  const error = made(name, message, divergence);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function made(name: string, message: string, divergence?: errors.Divergence): Error {
  if (divergence) return new errors.DivergenceError(message, divergence);
  const known = Object.entries(errors).find(([own]) => own === name)?.[1];
  return known ? new known(message) : Object.assign(new Error(message), { name });
}
