import { constant } from '../init/constants.js';
import { mul } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';

/** x where x > 0, else weight · x, with a slope for each channel that is learned (He et al. 2015); it begins at 0.25, as in
 *  PyTorch. x [..., channels], weight [channels]. Penalties of weights leave it alone, because they would make it a relu.
 *  @example nn.prelu() */
export function prelu(options: Named = {}): CallableLayer {
  checkOptions('prelu', options, []);
  return layer({
    config: { name: 'prelu', options: { ...options } },
    parameters: (shape) => ({ weight: { shape: shape.slice(-1), init: constant(0.25), kind: 'norm' } }),
    call: (x, { weight }) => where(greater(x, 0), x, mul(x, weight)),
  });
}
