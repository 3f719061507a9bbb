import { integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { input } from '../graph/leaves.js';
import { type ConvTranspose2dOptions, convTranspose2d as convolve } from '../ops/convTranspose2d.js';
import { type Pair, pair } from '../ops/window.js';
import { zeros } from '../init/constants.js';
import { LARGE, weighted, type WeightedOptions } from './weighted.js';
import { type CallableLayer, checkOptions, layer } from './callable.js';

export interface ConvTranspose2dLayerOptions extends ConvTranspose2dOptions, WeightedOptions {}
const KEYS = ['stride', 'padding', 'outputPadding', 'dilation', 'groups', 'init', 'bias', 'activation'];

/** A transposed convolution of images [n, h, w, cin] → [n, h', w', filters], with weight [kh, kw, filters / groups, cin] and bias
 *  [filters]. It makes images larger by its stride.
 *  @example nn.convTranspose2d(8, 4, { stride: 2, padding: 1 }) */
export function convTranspose2d(
  filters: number,
  kernel: number | Pair,
  options: ConvTranspose2dLayerOptions = {},
): CallableLayer {
  integer('convTranspose2d', 'filters', filters, 1);
  const size = pair('convTranspose2d', 'kernel', kernel);
  checkOptions('convTranspose2d', options, KEYS);
  const { init: _, bias: __, name: ___, activation, ...rest } = options;
  const { init, bias, activate } = weighted('convTranspose2d', options);
  const groups = integer('convTranspose2d', 'groups', options.groups ?? 1, 1);
  // The op checks its options.
  convolve(input([1, LARGE, LARGE, groups]), input([...size, 1, groups]), rest);
  return layer({
    config: { name: 'convTranspose2d', options: { filters, kernel, ...options } },
    ...(activation === undefined &&
      groups === 1 && {
        linear: { biased: () => convTranspose2d(filters, kernel, { ...options, bias: true }), axis: -2 },
      }),
    parameters: (shape) => ({
      weight: { shape: [...size, filters / groups, shape[shape.length - 1]], init, kind: 'weight' },
      ...(bias && { bias: { shape: [filters], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => {
      const y = convolve(x, p.weight, rest);
      return activate(bias ? add(y, p.bias) : y);
    },
  });
}
