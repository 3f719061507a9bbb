import { realize } from '../compile/realize.js';
import { refuseSealed } from '../data/leakage.js';
import { checkKeys, finite } from '../options.js';
import { constant } from '../graph/leaves.js';
import { readable, table } from '../readable.js';
import { built, checkModel, type Model } from '../nn/model.js';
import { type Examples, examplesOf } from '../nn/examples.js';
import { callPart } from '../nn/walk.js';

/** The activity of a layer: how much of its output is not 0. */
export interface LayerActivity {
  /** The path, as in the names of parameters, and the kind of layer. */
  readonly layer: string;
  readonly name: string;
  /** The share of outputs whose absolute value is above `threshold`, over all rows and units. */
  readonly active: number;
}

/** Measures the share of active units of each layer in evaluation mode, which `activityPenalty(l1(λ))` lowers. Throws a
 *  LeakageError for a sealed set.
 *  @example activity(model, x)[0].active */
export function activity(model: Model, x: Examples, options: { threshold?: number } = {}): LayerActivity[] {
  checkKeys('activity', options, ['threshold']);
  const threshold = finite('activity', 'threshold', options.threshold ?? 1e-3);
  checkModel('activity', model);
  refuseSealed('activity', x);
  const { x: numbers, shape, size, scale } = examplesOf('activity', x);
  const { part, parameters } = built(model, shape);
  const input = constant(
    Float32Array.from(numbers, (v) => v * Math.fround(scale ?? 1)),
    [size, ...shape],
  );
  const found: LayerActivity[] = [];
  callPart(part, input, parameters.tensors(), {
    training: false,
    key: [0, 0],
    counter: () => constant(new Int32Array(1), [1]),
    updates: new Map(),
    penalties: [],
    seen: (layer, { config }, output) => {
      let active = 0;
      for (const value of realize(output)) if (Math.abs(value) > threshold) active++;
      found.push({ layer, name: config.name, active: active / output.size });
    },
  });
  return readable(found, (layers) =>
    table([['layer', 'active'], ...layers.map(({ layer, name, active }) => [`${layer} ${name}`.trim(), active])]),
  );
}
