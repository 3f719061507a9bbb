import type { Tensor } from '../graph/tensor.js';
import { callable, record } from '../options.js';
import { checkPart, type Composite, type Part } from './layer.js';
import { type Model, modelOf } from './model.js';

/** A model from named layers and a function that calls them; the names are the paths of the parameters: 'hidden.weight'.
 *  @example
 *  nn.defineModel({ hidden: nn.dense(8), out: nn.dense(1) }, ({ hidden, out }, x) => out(hidden(x).relu())) */
export function defineModel<C extends Readonly<Record<string, Part>>>(
  children: C,
  forward: (
    children: { readonly [K in keyof C]: (x: Tensor) => Tensor },
    x: Tensor,
    context: { training: boolean },
  ) => Tensor,
): Model {
  for (const [name, part] of Object.entries(record('defineModel', 'children', children, 'layers by name')))
    checkPart('defineModel', `children.${name}`, part);
  callable('defineModel', 'forward', forward, 'a function of the children and x that gives a tensor');
  const composite: Composite = {
    config: {
      name: 'defineModel',
      options: { children: Object.fromEntries(Object.entries(children).map(([name, part]) => [name, part.config])) },
    },
    children,
    forward: forward as Composite['forward'],
  };
  return modelOf(composite);
}
