import { configOf } from '../config.js';
import { OptionError } from '../errors.js';
import { checkKeys, record, refuse } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import type { ByHead } from '../graph/heads.js';
import type { Composite, Part } from './layer.js';
import { type Model, modelOf } from './model.js';
import { type LayerLike, partOf } from './partOf.js';

export interface MultiTaskParts<N extends string> {
  /** The layers that all tasks share. */
  readonly trunk: LayerLike;
  /** The layers that each task has for itself. */
  readonly heads: Readonly<Record<N, LayerLike>>;
}

/** A model for several tasks on one trunk (Caruana 1997): what one task learns about the data helps the others.
 *  Parameters are named 'trunk.0.weight', 'heads.digit.weight'; outputs, losses, metrics and targets have the names of
 *  the heads.
 *  @example
 *  const model = nn.multiTask({ trunk: nn.sequential([nn.dense(64), nn.relu()]), heads: { digit: nn.dense(10), width: nn.dense(1) } }) */
export function multiTask<N extends string>(given: MultiTaskParts<N>): Model<Readonly<Record<N, Tensor>>> {
  checkKeys('multiTask', given, ['trunk', 'heads'], true);
  const { trunk, heads } = given;
  const layers = 'layers by name, at least one: { digit: nn.dense(10) }';
  const names = Object.keys(record('multiTask', 'heads', heads, layers)) as N[];
  if (!names.length) refuse('multiTask', 'heads', heads, layers);
  for (const name of names)
    if (!name || name.includes('.')) throw new OptionError(`multiTask: a head's name is '${name}'; it has no dots`);
  const parts = [
    partOf('multiTask', 'trunk', trunk),
    ...names.map((name) => partOf('multiTask', `heads.${name}`, heads[name])),
  ];
  const composite = (all: readonly Part[]): Composite => ({
    config: {
      name: 'multiTask',
      options: {
        parts: {
          trunk: configOf(all[0]),
          heads: Object.fromEntries(names.map((name, i) => [name, configOf(all[i + 1])])),
        },
      },
    },
    children: { trunk: all[0], ...Object.fromEntries(names.map((name, i) => [`heads.${name}`, all[i + 1]])) },
    of: composite,
    forward: (children, x): ByHead<Tensor> => {
      const shared = children.trunk(x);
      return Object.fromEntries(names.map((name) => [name, children[`heads.${name}`](shared)]));
    },
  });
  return modelOf(composite(parts)) as unknown as Model<Readonly<Record<N, Tensor>>>;
}
