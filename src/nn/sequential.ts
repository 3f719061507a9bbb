import { OptionError } from '../errors.js';
import { type Composite, inTurn, type Part } from './layer.js';
import { type Model, modelOf } from './model.js';

/** Layers one after another; their places are the names of their parameters: '0.weight', '2.bias'. A sequential may be
 *  a layer of another, as deep as one likes.
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
  const composite: Composite = {
    config: { name: 'sequential', options: { layers: layers.map(({ config }) => config) } },
    children: Object.fromEntries(layers.map((layer, i) => [i, layer])),
    of: (parts) => sequential(parts),
    forward: inTurn,
  };
  return modelOf(composite);
}
