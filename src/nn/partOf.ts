import { type Config, configOf, type Configured } from '../config.js';
import { OptionError } from '../errors.js';
import { uncalled } from '../made.js';
import { shown } from '../options.js';
import type { Layer, Part } from './layer.js';

/** A layer without a configuration. */
type Plain = Omit<Layer, 'config'>;
/** What may stand where a layer is taken: a layer or a model, a function of a tensor, or a layer without a configuration. */
export type LayerLike = Part | Layer['call'] | Plain;

/** The layer or model that was given as `what`. */
export function partOf(where: string, what: string, given: unknown): Part {
  const isFunction = typeof given === 'function';
  const isObject = typeof given === 'object' && given !== null;
  if ((isFunction || isObject) && 'config' in given && (isObject || 'children' in given)) return given as Part;
  if (isObject && 'call' in given && typeof given.call === 'function')
    return own(given as Plain, configOf({}, 'layer'));
  const factory = uncalled(given, 2);
  if (isFunction && !factory)
    return own({ call: given as Layer['call'] }, configOf(given as Partial<Configured>, given.name || 'function'));
  const call = factory && isFunction ? `nn.${factory}(${given.length ? '…' : ''})` : 'nn.relu()';
  const found = factory ? `the factory ${factory} itself; call it: ` : `${shown(given)}; give one such as `;
  throw new OptionError(`${where}: ${what} is not a layer but ${found}${call}, or a function of a tensor`);
}

/** Such a layer as the library knows it. */
const own = (layer: Plain, config: Config): Layer => ({
  config,
  parameters: (shape) => layer.parameters?.(shape) ?? {},
  call: (x, parameters, context) => layer.call(x, parameters, context),
  overBatch: layer.overBatch,
  linear: layer.linear,
});
