import { configOf } from '../config.js';
import type { ByHead } from '../graph/heads.js';
import { OptionError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { meant, text } from '../options.js';
import { type Composite, isComposite, type Part } from './layer.js';
import { checkModel, type Model, modelOf } from './model.js';

/** The output of the part that a model ends with, on its way out of the functions that would go on. */
class End {
  constructor(readonly output: Tensor | ByHead<Tensor>) {}
}

/** A composite that ends with the part of this path, and gives its output. Paths of parameters stay what they are. */
export function partUpTo(whole: Composite, path: string): Composite {
  const names = Object.keys(whole.children);
  const last = names.find((name) => path === name || path.startsWith(`${name}.`));
  if (last === undefined)
    throw new OptionError(
      `upTo: path is '${path}', which is no part${meant(path, names) || '.'} Parts: ${names.join(', ')}`,
    );
  const rest = path.slice(last.length + 1);
  const child = whole.children[last];
  if (rest && !isComposite(child))
    throw new OptionError(`upTo: path is '${path}', but '${last}' (${child.config.name}) has no parts`);
  const children: Readonly<Record<string, Part>> = rest
    ? { ...whole.children, [last]: partUpTo(child as Composite, rest) }
    : whole.children;
  return {
    ...whole,
    config: { name: 'upTo', options: { model: configOf(whole), path } },
    children,
    of: undefined,
    forward(calls, x, pass) {
      const ends = (t: Tensor): never => {
        throw new End(calls[last](t));
      };
      try {
        whole.forward({ ...calls, [last]: ends }, x, pass);
      } catch (reached) {
        if (reached instanceof End) return reached.output;
        throw reached;
      }
      throw new OptionError(`upTo: path is '${path}', which the model does not call`);
    },
  };
}

/** A model that ends with the part of this path. `model.upTo(path)` gives one that has the parameters of the model.
 *  @example const features = nn.upTo(nn.sequential([nn.dense(8), nn.relu(), nn.dense(2)]), '1') */
export function upTo(model: Model, path: string): Model {
  checkModel('upTo', model);
  return modelOf(partUpTo(model, text('upTo', 'path', path)));
}
