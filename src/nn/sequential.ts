import { configOf } from '../config.js';
import { refuse } from '../options.js';
import { checkOptions, type Named } from './callable.js';
import { type Composite, inTurn } from './layer.js';
import { type Model, modelOf } from './model.js';
import { type LayerLike, partOf } from './partOf.js';

/** A model that calls layers one after another. The index of a layer begins the names of its parameters: '0.weight',
 *  '2.bias'. A sequential may be a layer of another, to any depth. A layer without parameters may be a function of a
 *  tensor; its first axis is the batch.
 *  @example const model = nn.sequential([nn.dense(64), (x) => x.reshape([-1, 8, 8]), nn.flatten(), nn.dense(10)]) */
export function sequential(layers: readonly LayerLike[], options: Named = {}): Model {
  checkOptions('sequential', options, []);
  if (!Array.isArray(layers) || !layers.length)
    refuse('sequential', 'the list', layers, 'a list of at least one layer, such as [nn.dense(10)]');
  const parts = Array.from(layers, (layer, i) => partOf('sequential', `item ${i}`, layer));
  const composite: Composite = {
    config: { name: 'sequential', options: { layers: parts.map((part) => configOf(part)), ...options } },
    children: Object.fromEntries(parts.map((part, i) => [i, part])),
    of: (children) => sequential(children, options),
    forward: inTurn,
  };
  return modelOf(composite);
}
