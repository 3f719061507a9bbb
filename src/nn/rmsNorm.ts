import { positive } from '../options.js';
import { ones } from '../init/constants.js';
import { rmsNormalized } from './normalized.js';
import { type CallableLayer, checkOptions, layer, type Named, named } from './callable.js';

/** Divides the features of each row by the root of their mean square, then applies · weight (Zhang & Sennrich 2019);
 *  the same in training and evaluation. x [..., features]. `eps` (default 2⁻²³, the machine epsilon of float32, as in
 *  PyTorch) is added to the mean square.
 *  @example nn.rmsNorm() */
export function rmsNorm(options: { eps?: number } & Named = {}): CallableLayer {
  checkOptions('rmsNorm', options, ['eps']);
  const eps = positive('rmsNorm', 'eps', options.eps ?? 1.1920928955078125e-7);
  return layer({
    config: { name: 'rmsNorm', options: { eps, ...named(options) } },
    parameters: (shape) => ({ weight: { shape: shape.slice(-1), init: ones(), kind: 'norm' } }),
    call: (x, p) => rmsNormalized(x, p.weight, eps),
  });
}
