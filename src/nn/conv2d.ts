import { integer, oneOf } from '../options.js';
import { input } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/arithmetic.js';
import { pad } from '../ops/arrange.js';
import { conv2d as convolve, type Conv2dOptions } from '../ops/conv2d.js';
import { asTensor, IMAGES } from '../ops/operand.js';
import { type Pair, pair, windowsOf } from '../ops/window.js';
import { zeros } from '../init/constants.js';
import { LARGE, weighted, type WeightedOptions } from './weighted.js';
import { type CallableLayer, checkOptions, layer } from './callable.js';

export interface Conv2dLayerOptions extends Conv2dOptions, WeightedOptions {
  /** The values of padding: 'zeros' (default), or the image mirrored at its edge. */
  paddingMode?: 'zeros' | 'reflect';
}
const KEYS = ['stride', 'padding', 'dilation', 'groups', 'init', 'bias', 'activation', 'paddingMode'];

/** A convolution of images [n, h, w, cin] → [n, h', w', filters], with weight [kh, kw, cin / groups, filters] and bias [filters].
 *  @example nn.conv2d(16, 3, { padding: 'same', activation: 'relu' }) */
export function conv2d(filters: number, kernel: number | Pair, options: Conv2dLayerOptions = {}): CallableLayer {
  integer('conv2d', 'filters', filters, 1);
  const size = pair('conv2d', 'kernel', kernel);
  checkOptions('conv2d', options, KEYS);
  const { init, bias, activate } = weighted('conv2d', options);
  const { stride = 1, padding = 'valid', dilation = 1 } = options;
  const groups = integer('conv2d', 'groups', options.groups ?? 1, 1);
  // The op checks its options.
  const kernelInput = input([...size, 1, groups]);
  convolve(input([1, LARGE, LARGE, groups]), kernelInput, { stride, padding, dilation, groups });
  const reflect = oneOf('conv2d', 'paddingMode', options.paddingMode ?? 'zeros', ['zeros', 'reflect']) === 'reflect';
  return layer({
    config: { name: 'conv2d', options: { filters, kernel, ...options } },
    ...(options.activation === undefined && {
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
  });
}

/** Pads the image with its own pixels, mirrored at the edge. */
function mirrored(x: Tensor, size: Pair, options: Parameters<typeof windowsOf>[3]): Tensor {
  const { before, output, stride, dilation } = windowsOf('conv2d', asTensor('conv2d', x, 'x', IMAGES), size, options);
  const along = (i: 0 | 1): [number, number] => {
    const reach = (output[i] - 1) * stride[i] + (size[i] - 1) * dilation[i] + 1;
    return [before[i], Math.max(0, reach - x.shape[1 + i] - before[i])];
  };
  return pad(x, [[0, 0], along(0), along(1), [0, 0]], { mode: 'reflect' });
}
