import { integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { zeros } from '../init/constants.js';
import { weighted, type WeightedOptions } from './weighted.js';
import { type CallableLayer, checkOptions, layer } from './callable.js';

export interface DenseOptions extends WeightedOptions {}

/** y = activation(x·W + b).  x [..., in], weight [in, units], bias [units], y [..., units].
 *  @example nn.dense(64, { activation: 'relu' }) */
export function dense(units: number, options: DenseOptions = {}): CallableLayer {
  integer('dense', 'units', units, 1);
  checkOptions('dense', options, ['init', 'bias', 'activation']);
  const { init, bias, activate } = weighted('dense', options);
  return layer({
    config: { name: 'dense', options: { units, ...options } },
    ...(options.activation === undefined && {
      linear: { biased: () => dense(units, { ...options, bias: true }), axis: -1 },
    }),
    parameters: (shape) => ({
      weight: { shape: [shape[shape.length - 1], units], init, kind: 'weight' },
      ...(bias && { bias: { shape: [units], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => activate(bias ? add(matmul(x, p.weight), p.bias) : matmul(x, p.weight)),
  });
}
