import { integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { conv1d as convolve, type Conv1dOptions } from '../ops/conv1d.js';
import { zeros } from '../init/constants.js';
import { input } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { LARGE, weighted, type WeightedOptions } from './weighted.js';
import { type CallableLayer, checkOptions, layer } from './callable.js';

export interface Conv1dLayerOptions extends Conv1dOptions, WeightedOptions {}

/** A convolution of sequences [n, l, cin] → [n, l', filters], with weight [kernel, cin / groups, filters] and bias [filters].
 *  @example nn.conv1d(16, 5, { padding: 'same', activation: 'relu' }) */
export function conv1d(filters: number, kernel: number, options: Conv1dLayerOptions = {}): CallableLayer {
  integer('conv1d', 'filters', filters, 1);
  integer('conv1d', 'kernel', kernel, 1);
  checkOptions('conv1d', options, ['stride', 'padding', 'dilation', 'groups', 'init', 'bias', 'activation']);
  const { init, bias, activate } = weighted('conv1d', options);
  const { stride, padding, dilation } = options;
  const groups = integer('conv1d', 'groups', options.groups ?? 1, 1);
  const convolved = (x: Tensor, w: Tensor): Tensor => convolve(x, w, { stride, padding, dilation, groups });
  // The op checks its options.
  convolved(input([1, LARGE, groups]), input([kernel, 1, groups]));
  return layer({
    config: { name: 'conv1d', options: { filters, kernel, ...options } },
    ...(options.activation === undefined && {
      linear: { biased: () => conv1d(filters, kernel, { ...options, bias: true }), axis: -1 },
    }),
    parameters: (shape) => ({
      weight: { shape: [kernel, shape[shape.length - 1] / groups, filters], init, kind: 'weight' },
      ...(bias && { bias: { shape: [filters], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => {
      const y = convolved(x, p.weight);
      return activate(bias ? add(y, p.bias) : y);
    },
  });
}
