import { checkKeys, flag, integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { type ConvTranspose2dOptions, convTranspose2d as convolve } from '../ops/convTranspose2d.js';
import { checkPadding, type Pair, pair } from '../ops/window.js';
import { zeros } from '../init/constants.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { kaimingNormal } from '../init/random.js';
import { type ActivationOption, activationOf } from './activation.js';
import type { Layer } from './layer.js';

export interface ConvTranspose2dLayerOptions extends ConvTranspose2dOptions {
  /** The weights' first values. Default kaimingNormal(); biases begin at 0. */
  init?: Initializer;
  /** Default true. */
  bias?: boolean;
  /** A name such as 'relu', or a function of a tensor. Default none. */
  activation?: ActivationOption;
}
const KEYS = ['stride', 'padding', 'outputPadding', 'dilation', 'groups', 'init', 'bias', 'activation'];

/** A transposed convolution of images [n, h, w, cin] → [n, h', w', filters], with weight [kh, kw, filters / groups, cin] and bias
 *  [filters]. It makes images larger by its stride.
 *  @example nn.convTranspose2d(8, 4, { stride: 2, padding: 1 }) */
export function convTranspose2d(
  filters: number,
  kernel: number | Pair,
  options: ConvTranspose2dLayerOptions = {},
): Layer {
  integer('convTranspose2d', 'filters', filters, 1);
  const size = pair('convTranspose2d', 'kernel', kernel);
  checkKeys('convTranspose2d', options, KEYS);
  const { activation } = options;
  const where = 'convTranspose2d';
  const init = initOf(where, options.init, kaimingNormal);
  const bias = flag(where, 'bias', options.bias ?? true);
  const groups = integer(where, 'groups', options.groups ?? 1, 1);
  const rest = {
    stride: pair(where, 'stride', options.stride ?? 1),
    padding: checkPadding(where, options.padding ?? 'valid'),
    outputPadding: pair(where, 'outputPadding', options.outputPadding ?? 0, 0),
    dilation: pair(where, 'dilation', options.dilation ?? 1),
    groups,
  };
  const activate = activationOf('convTranspose2d', activation);
  return {
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
  };
}
