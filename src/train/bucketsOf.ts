import { Buckets } from '../data/buckets.js';
import type { Dataset } from '../data/columns.js';
import type { Plan } from '../data/plan.js';
import { OptionError } from '../errors.js';
import { sameShape, show } from '../graph/shape.js';
import type { Inside } from '../nn/model.js';
import { type Blueprint, survey } from '../nn/walk.js';

/** Buckets for a set of sequences, where the model takes sequences of any length. */
export function bucketsOf(
  { part, blueprint: { specs }, shape: [, ...step] }: Required<Inside>,
  { lengths }: Dataset,
  plan: Plan,
): Buckets {
  const buckets = new Buckets(lengths as Int32Array, plan);
  const refuse = (why: string, cause?: unknown): never => {
    throw new OptionError(
      `fit: bucket: the model does not take sequences of length ${buckets.sizes[0]}: ${why}; leave bucket out`,
      { cause },
    );
  };
  let short: Blueprint;
  try {
    short = survey(part, [2, buckets.sizes[0], ...step]);
  } catch (cause) {
    return refuse((cause as Error).message, cause);
  }
  for (const [name, spec] of Object.entries(specs))
    if (!sameShape(spec.shape, short.specs[name].shape))
      refuse(`its parameter ${name} is ${show(spec.shape)} and would be ${show(short.specs[name].shape)}`);
  return buckets;
}
