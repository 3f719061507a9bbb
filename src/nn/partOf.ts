import { type Config, configOf, type Configured } from '../config.js';
import { OptionError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { uncalled } from '../made.js';
import { shown } from '../options.js';
import type { Layer, Part } from './layer.js';

/** A layer without a configuration. */
type Plain = Omit<Layer, 'config'>;
/** A function of a tensor. It gets the three arguments of a layer's `call`, of which a layer without parameters needs
 *  only the first. */
export interface LayerFunction {
  (...args: Parameters<Layer['call']>): Tensor;
  /** The `call` of every function, declared because TypeScript would mistake it for that of a layer. */
  readonly call: object;
}
/** What may be given as a layer: a layer or a model, a function of a tensor, or a layer without a configuration. */
export type LayerLike = Part | LayerFunction | Plain;

/** Converts the argument named `what` into a layer or model. */
export function partOf(where: string, what: string, given: unknown): Part {
  const isFunction = typeof given === 'function';
  const isObject = typeof given === 'object' && given !== null;
  if (
    (isFunction || isObject) &&
    'config' in given &&
    (isObject || Object.hasOwn(given, 'call') || 'children' in given)
  )
    return given as Part;
  if (isObject && 'call' in given && typeof given.call === 'function')
    return withConfig(given as Plain, configOf({}, 'layer'));
  const factory = uncalled(given, 2);
  if (isFunction && !factory)
    return withConfig(
      { call: given as Layer['call'] },
      configOf(given as Partial<Configured>, given.name || 'function'),
    );
  const found = factory ? `the factory ${factory} itself` : shown(given);
  throw new OptionError(
    `${where}: ${what} is not a layer but ${found}; give what nn.${factory ?? 'relu'}(…) makes, or a function`,
  );
}

/** Adds a configuration to a user's own layer. */
const withConfig = (layer: Plain, config: Config): Layer => ({
  config,
  parameters: (shape) => layer.parameters?.(shape) ?? {},
  call: (x, parameters, context) => layer.call(x, parameters, context),
  overBatch: layer.overBatch,
  linear: layer.linear,
});
