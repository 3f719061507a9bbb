import { checkKeys, flag, integer, oneOf } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/arithmetic.js';
import { pad } from '../ops/arrange.js';
import { conv2d as convolve, type Conv2dOptions } from '../ops/conv2d.js';
import { checkPadding, type Pair, pair, windowsOf } from '../ops/window.js';
import { zeros } from '../init/constants.js';
import { type Initializer, initOf } from '../init/initializer.js';
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
  /** What padding is filled with: 'zeros' (default), or the image mirrored at its edge. */
  paddingMode?: 'zeros' | 'reflect';
}
const KEYS = ['stride', 'padding', 'dilation', 'groups', 'init', 'bias', 'activation', 'paddingMode'];

/** A convolution of images [n, h, w, cin] → [n, h', w', filters], with weight [kh, kw, cin / groups, filters] and bias [filters].
 *  @example nn.conv2d(16, 3, { padding: 'same', activation: 'relu' }) */
export function conv2d(filters: number, kernel: number | Pair, options: Conv2dLayerOptions = {}): Layer {
  integer('conv2d', 'filters', filters, 1);
  const size = pair('conv2d', 'kernel', kernel);
  checkKeys('conv2d', options, KEYS);
  const { activation } = options;
  const init = initOf('conv2d', options.init, kaimingNormal);
  const stride = pair('conv2d', 'stride', options.stride ?? 1);
  const padding = checkPadding('conv2d', options.padding ?? 'valid');
  const dilation = pair('conv2d', 'dilation', options.dilation ?? 1);
  const groups = integer('conv2d', 'groups', options.groups ?? 1, 1);
  const bias = flag('conv2d', 'bias', options.bias ?? true);
  const activate = activationOf('conv2d', activation);
  const reflect = oneOf('conv2d', 'paddingMode', options.paddingMode ?? 'zeros', ['zeros', 'reflect']) === 'reflect';
  return {
    config: { name: 'conv2d', options: { filters, kernel, ...options } },
    ...(activation === undefined && {
      linear: { biased: () => conv2d(filters, kernel, { ...options, bias: true }), axis: -1 },
    }),
    parameters: (shape) => ({
      weight: { shape: [...size, shape[shape.length - 1] / groups, filters], init, kind: 'weight' },
      ...(bias && { bias: { shape: [filters], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => {
      const y = reflect
        ? convolve(mirrored(x, size, { stride, padding, dilation }), p.weight, { stride, dilation, groups })
        : convolve(x, p.weight, { stride, padding, dilation, groups });
      return activate(bias ? add(y, p.bias) : y);
    },
  };
}

/** The image with its padding, mirrored at the edge. */
function mirrored(x: Tensor, size: Pair, options: Parameters<typeof windowsOf>[3]): Tensor {
  const { before, output, stride, dilation } = windowsOf('conv2d', x, size, options);
  const along = (i: 0 | 1): [number, number] => {
    const reach = (output[i] - 1) * stride[i] + (size[i] - 1) * dilation[i] + 1;
    return [before[i], Math.max(0, reach - x.shape[1 + i] - before[i])];
  };
  return pad(x, [[0, 0], along(0), along(1), [0, 0]], { mode: 'reflect' });
}
