import { checkKeys, flag, integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { conv1d as convolve, type Conv1dOptions } from '../ops/conv1d.js';
import { zeros } from '../init/constants.js';
import { input } from '../graph/leaves.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { kaimingNormal } from '../init/random.js';
import { type ActivationOption, activationOf } from './activation.js';
import type { Layer } from './layer.js';

export interface Conv1dLayerOptions extends Conv1dOptions {
  /** The weights' first values. Default kaimingNormal(); biases begin at 0. */
  init?: Initializer;
  /** Default true. */
  bias?: boolean;
  /** A name such as 'relu', or a function of a tensor. Default none. */
  activation?: ActivationOption;
}

/** A convolution of sequences [n, l, cin] → [n, l', filters], with weight [kernel, cin / groups, filters] and bias [filters].
 *  @example nn.conv1d(16, 5, { padding: 'same', activation: 'relu' }) */
export function conv1d(filters: number, kernel: number, options: Conv1dLayerOptions = {}): Layer {
  integer('conv1d', 'filters', filters, 1);
  integer('conv1d', 'kernel', kernel, 1);
  checkKeys('conv1d', options, ['stride', 'padding', 'dilation', 'groups', 'init', 'bias', 'activation']);
  const { activation, stride = 1, padding = 'valid', dilation = 1 } = options;
  const groups = integer('conv1d', 'groups', options.groups ?? 1, 1);
  const init = initOf('conv1d', options.init, kaimingNormal);
  // The op knows the rest: it is asked once.
  const reach = integer('conv1d', 'dilation', dilation, 1) * kernel;
  convolve(input([1, reach, groups]), input([kernel, 1, groups]), { stride, padding, dilation, groups });
  const bias = flag('conv1d', 'bias', options.bias ?? true);
  const activate = activationOf('conv1d', activation);
  return {
    config: { name: 'conv1d', options: { filters, kernel, ...options } },
    ...(activation === undefined && {
      linear: { biased: () => conv1d(filters, kernel, { ...options, bias: true }), axis: -1 },
    }),
    parameters: (shape) => ({
      weight: { shape: [kernel, shape[shape.length - 1] / groups, filters], init, kind: 'weight' },
      ...(bias && { bias: { shape: [filters], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => {
      const y = convolve(x, p.weight, { stride, padding, dilation, groups });
      return activate(bias ? add(y, p.bias) : y);
    },
  };
}
