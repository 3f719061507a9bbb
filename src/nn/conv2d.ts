import { checkKeys, flag, integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { conv2d as convolve, type Conv2dOptions } from '../ops/conv2d.js';
import { type Pair, pair } from '../ops/window.js';
import { zeros } from '../init/constants.js';
import type { Initializer } from '../init/initializer.js';
import { kaimingNormal } from '../init/random.js';
import { type ActivationOption, activationOf } from './activation.js';
import type { Layer } from './layer.js';

export interface Conv2dLayerOptions extends Conv2dOptions {
  /** The weights' first values. Default kaimingNormal(); biases begin at 0. */
  init?: Initializer;
  /** Default true. */
  bias?: boolean;
  /** A name such as 'relu', or a function of a tensor. Default none. */
  activation?: ActivationOption;
}
const KEYS = ['stride', 'padding', 'dilation', 'groups', 'init', 'bias', 'activation'];

/** A convolution of images [n, h, w, cin] → [n, h', w', filters], with weight [kh, kw, cin / groups, filters] and bias [filters].
 *  @example nn.conv2d(16, 3, { padding: 'same', activation: 'relu' }) */
export function conv2d(filters: number, kernel: number | Pair, options: Conv2dLayerOptions = {}): Layer {
  integer('conv2d', 'filters', filters, 1);
  const size = pair('conv2d', 'kernel', kernel);
  checkKeys('conv2d', options, KEYS);
  const { init = kaimingNormal(), activation, stride = 1, padding = 'valid', dilation = 1, groups = 1 } = options;
  const bias = flag('conv2d', 'bias', options.bias ?? true);
  const activate = activationOf('conv2d', activation);
  return {
    config: { name: 'conv2d', options: { filters, kernel, ...options } },
    parameters: (shape) => ({
      weight: { shape: [...size, shape[shape.length - 1] / groups, filters], init, kind: 'weight' },
      ...(bias && { bias: { shape: [filters], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => {
      const y = convolve(x, p.weight, { stride, padding, dilation, groups });
      return activate(bias ? add(y, p.bias) : y);
    },
  };
}
