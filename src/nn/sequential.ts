import { refuse } from '../options.js';
import { checkPart, type Composite, type Part } from './layer.js';
import { type Model, modelOf } from './model.js';

/** Layers one after another; their places are the names of their parameters: '0.weight', '2.bias'.
 *  @example const model = nn.sequential([nn.dense(64), nn.relu(), nn.dense(10)]) */
export function sequential(layers: readonly Part[]): Model {
  if (!Array.isArray(layers) || !layers.length)
    refuse('sequential', 'the list', layers, 'a list of at least one layer, such as [nn.dense(10)]');
  Array.from(layers, (layer, i) => checkPart('sequential', `item ${i}`, layer));
  const names = layers.map((_, i) => String(i));
  const composite: Composite = {
    config: { name: 'sequential', options: { layers: layers.map(({ config }) => config) } },
    children: Object.fromEntries(layers.map((layer, i) => [names[i], layer])),
    of: (parts) => sequential(parts),
    forward: (children, x) => names.reduce((t, name) => children[name](t), x),
  };
  return modelOf(composite);
}
