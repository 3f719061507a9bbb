import { configOf } from '../config.js';
import { OptionError } from '../errors.js';
import type { Composite, Part } from './layer.js';
import { type Model, modelOf } from './model.js';

/** Layers one after another; their places are the names of their parameters: '0.weight', '2.bias'.
 *  @example const model = nn.sequential([nn.dense(64), nn.relu(), nn.dense(10)]) */
export function sequential(layers: readonly Part[]): Model {
  if (!Array.isArray(layers) || !layers.length)
    throw new OptionError('sequential: takes a list of at least one layer, such as [nn.dense(10)]');
  layers.forEach((layer, i) => {
    if (!layer || !('config' in layer))
      throw new OptionError(
        `sequential: item ${i} is not a layer; layers are made by calling their factory: nn.relu()`,
      );
  });
  const names = layers.map((_, i) => String(i));
  const composite: Composite = {
    config: { name: 'sequential', options: { layers: layers.map(configOf) } },
    children: Object.fromEntries(layers.map((layer, i) => [names[i], layer])),
    of: (parts) => sequential(parts),
    forward: (children, x) => names.reduce((t, name) => children[name](t), x),
  };
  return modelOf(composite);
}
