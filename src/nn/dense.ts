import { checkKeys, flag, integer } from '../options.js';
import { add } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { zeros } from '../init/constants.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { kaimingNormal } from '../init/random.js';
import { type ActivationOption, activationOf } from './activation.js';
import type { Layer } from './layer.js';

export interface DenseOptions {
  /** The weights' first values. Default kaimingNormal(); biases begin at 0. */
  init?: Initializer;
  /** Default true. */
  bias?: boolean;
  /** A name such as 'relu', or a function of a tensor. Default none. */
  activation?: ActivationOption;
}

/** y = activation(x·W + b).  x [..., in], weight [in, units], bias [units], y [..., units].
 *  @example nn.dense(64, { activation: 'relu' }) */
export function dense(units: number, options: DenseOptions = {}): Layer {
  integer('dense', 'units', units, 1);
  checkKeys('dense', options, ['init', 'bias', 'activation']);
  const { activation } = options;
  const init = initOf('dense', options.init, kaimingNormal);
  const bias = flag('dense', 'bias', options.bias ?? true);
  const activate = activationOf('dense', activation);
  return {
    config: { name: 'dense', options: { units, ...options } },
    ...(activation === undefined && { linear: { biased: () => dense(units, { ...options, bias: true }), axis: -1 } }),
    parameters: (shape) => ({
      weight: { shape: [shape[shape.length - 1], units], init, kind: 'weight' },
      ...(bias && { bias: { shape: [units], init: zeros(), kind: 'bias' } }),
    }),
    call: (x, p) => activate(bias ? add(matmul(x, p.weight), p.bias) : matmul(x, p.weight)),
  };
}
