import { Buckets } from '../data/buckets.js';
import type { Dataset } from '../data/columns.js';
import type { Plan } from '../data/plan.js';
import { sameShape } from '../graph/shape.js';
import type { Inside } from '../nn/model.js';
import { refuse } from '../options.js';
import { survey } from '../nn/walk.js';

/** Buckets for a set of sequences, where the model takes sequences of any length. */
export function bucketsOf(
  { part, blueprint, shape: [, ...step] }: Required<Inside>,
  { lengths }: Dataset,
  plan: Plan,
): Buckets {
  const buckets = new Buckets(lengths as Int32Array, plan);
  const [size] = buckets.sizes;
  const { specs } = survey(part, [2, size, ...step]);
  for (const [name, { shape }] of Object.entries(blueprint.specs))
    if (!sameShape(shape, specs[name].shape))
      refuse('fit', 'bucket', true, `left out: the shape of ${name} depends on the number of steps`);
  return buckets;
}
