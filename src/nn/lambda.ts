import { configOf } from '../config.js';
import type { Tensor } from '../graph/tensor.js';
import { callable } from '../options.js';
import type { Layer } from './layer.js';
import { type CallableLayer, callablePart, checkOptions, type Named } from './callable.js';

/** A function of a tensor as a layer. Files and workers refuse it by its path, because they cannot hold your code. Where
 *  layers are taken in a list, the function alone will do.
 *  @example nn.lambda((x) => x.mul(2)) */
export function lambda(f: (x: Tensor) => Tensor, options: Named = {}): CallableLayer {
  callable('lambda', 'f', f, 'a function of a tensor that gives a tensor');
  checkOptions('lambda', options, []);
  const { options: none, ...config } = configOf({}, 'lambda');
  return callablePart<Layer>({ config: { ...config, options: { ...none, ...options } }, call: (x) => f(x) });
}
