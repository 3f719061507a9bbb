import { positive } from '../options.js';
import { ones, zeros } from '../init/constants.js';
import { layerNormalized } from './normalized.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

/** Normalizes the features of each row by their mean and deviation, then applies · weight + bias (Ba et al. 2016); the
 *  same in training and evaluation. x [..., features]. `eps` (default 1e-5) is added to the variance. */
export function layerNorm(options: { eps?: number } & Named = {}): CallableLayer {
  checkOptions('layerNorm', options, ['eps']);
  const eps = positive('layerNorm', 'eps', options.eps ?? 1e-5);
  return layer({
    config: { name: 'layerNorm', options: { eps, ...named(options) } },
    parameters: (shape) => ({
      weight: { shape: shape.slice(-1), init: ones(), kind: 'norm' },
      bias: { shape: shape.slice(-1), init: zeros(), kind: 'norm' },
    }),
    call: (x, p) => layerNormalized(x, p.weight, p.bias, eps),
  });
}
