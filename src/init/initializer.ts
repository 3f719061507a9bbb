import { type Config, type Configured, made } from '../config.js';
import { checkKeys, oneOf, positive, refuse } from '../options.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Draw } from '../ops/random.js';

/** The number of inputs of a unit, and the number of units that an input goes to. */
export interface Fans {
  fanIn: number;
  fanOut: number;
}
/** Makes the initial values of a parameter. */
export interface Initializer extends Configured {
  create(shape: Shape, fans: Fans, draw: Draw): Tensor;
}
export interface ScaleOptions {
  /** A factor on the standard deviation. */
  gain?: number;
  mode?: 'fanIn' | 'fanOut';
}

/** The fans of weights of this shape: [in, out] of a dense layer, or [height, width, in, out] of a convolution, where
 *  each place of the kernel counts. */
export function fansOf(shape: Shape): Fans {
  const places = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  return { fanIn: places * inputs, fanOut: places * outputs };
}

/** Makes an initializer from its name, its options and a function that creates the values. */
export const initializer = (name: string, options: Config['options'], create: Initializer['create']): Initializer =>
  made({
    config: { name, options },
    create,
  });

/** Checks gain and mode, and returns the gain with the fan that the mode names. */
export function scaling(
  name: string,
  options: ScaleOptions,
  gain: number,
): { gain: number; fan: (fans: Fans) => number } {
  checkKeys(name, options, ['gain', 'mode']);
  const mode = options.mode ?? 'fanIn';
  oneOf(name, 'mode', mode, ['fanIn', 'fanOut']);
  return { gain: positive(name, 'gain', options.gain ?? gain), fan: (fans) => fans[mode] };
}

/** Checks the option `init` of a layer. */
export function initOf(where: string, given: Initializer | undefined, otherwise: () => Initializer): Initializer {
  if (given === undefined) return otherwise();
  const ok = typeof given === 'object' && given !== null && typeof given.create === 'function';
  return ok ? given : refuse(where, 'init', given, 'an initializer, made by calling such as init.kaimingNormal()');
}
