import { type Initializer, initOf } from '../init/initializer.js';
import { kaimingNormal } from '../init/random.js';
import { flag } from '../options.js';
import { type ActivationOption, activationOf } from './activation.js';
import type { Named } from './callable.js';

/** The options that layers with weights have in common. */
export interface WeightedOptions extends Named {
  /** The initial weights. Default kaimingNormal(); biases begin at 0. */
  init?: Initializer;
  /** Whether to add a bias. Default true. */
  bias?: boolean;
  /** A name such as 'relu', or a function of a tensor. Default none. */
  activation?: ActivationOption;
}

/** The checked options, with defaults filled in. */
export const weighted = (where: string, { init, bias = true, activation }: WeightedOptions) => ({
  init: initOf(where, init, kaimingNormal),
  bias: flag(where, 'bias', bias),
  activate: activationOf(where, activation),
});
/** The side of an image that any window fits. */
export const LARGE = 1e6;
