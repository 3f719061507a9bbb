import { configOf } from '../config.js';
import type { Tensor } from '../graph/tensor.js';
import { callable, record } from '../options.js';
import type { Composite } from './layer.js';
import { type Model, modelOf, type Output } from './model.js';
import { type LayerLike, partOf } from './partOf.js';

/** A model from named layers and a function that calls them; the names are the paths of the parameters: 'hidden.weight'. Such
 *  models may be nested up to 250 deep.
 *  @example
 *  nn.defineModel({ hidden: nn.dense(8), out: nn.dense(1) }, ({ hidden, out }, x) => out(hidden(x).relu())) */
export function defineModel<C extends Readonly<Record<string, LayerLike>>, O extends Output = Tensor>(
  children: C,
  forward: (
    children: { readonly [K in keyof C]: (x: Tensor) => Tensor },
    x: Tensor,
    context: { training: boolean },
  ) => O,
): Model<O> {
  const layers = record('defineModel', 'children', children, 'layers by name');
  callable('defineModel', 'forward', forward, 'a function of the children and x that gives a tensor');
  const parts = Object.entries(layers).map(
    ([name, child]) => [name, partOf('defineModel', `children.${name}`, child)] as const,
  );
  const composite: Composite = {
    config: {
      name: 'defineModel',
      options: { children: Object.fromEntries(parts.map(([name, part]) => [name, configOf(part)])) },
    },
    children: Object.fromEntries(parts),
    forward: forward as Composite['forward'],
  };
  return modelOf(composite) as unknown as Model<O>;
}
