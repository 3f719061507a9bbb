import { ShapeError } from '../errors.js';
import { integer, text } from '../options.js';
import { full } from '../graph/leaves.js';
import { sameShape, show } from '../graph/shape.js';
import { add } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { zeros } from '../init/constants.js';
import { weighted, type WeightedOptions } from './weighted.js';
import { type CallableLayer, checkOptions, layer } from './callable.js';

export interface DenseOptions extends WeightedOptions {
  /** The path of another layer of the model that is called before this one, whose weight [units, in] is used, transposed: y = x·Wᵀ + b. Both layers
   *  share it, as one parameter of that other layer; what its gradient is adds up. With an embedding, logits of words are products with their
   *  vectors (Press & Wolf 2017). In `nn.sequential` paths are numbers: '0'; in `nn.graph` they are names. There is no `init` then. Default none. */
  tie?: string;
}

/** y = activation(x·W + b).  x [..., in], weight [in, units], bias [units], y [..., units].
 *  @example nn.dense(64, { activation: 'relu' }) */
export function dense(units: number, options: DenseOptions = {}): CallableLayer {
  integer('dense', 'units', units, 1);
  const { tie } = Object(options) as DenseOptions;
  checkOptions('dense', options, [...(tie === undefined ? ['init'] : []), 'bias', 'activation', 'tie']);
  const { init, bias, activate } = weighted('dense', options);
  if (tie !== undefined) text('dense', 'tie', tie);
  return layer({
    config: { name: 'dense', options: { units, ...options } },
    ...(tie !== undefined && { tied: tie }),
    ...(options.activation === undefined &&
      tie === undefined && {
        linear: { biased: () => dense(units, { ...options, bias: true }), axis: -1 },
      }),
    parameters: (shape) => ({
      ...(tie === undefined && { weight: { shape: [shape[shape.length - 1], units], init, kind: 'weight' } }),
      ...(bias && { bias: { shape: [units], init: zeros(), kind: 'bias' } }),
    }),
    call(x, p) {
      const own = [units, x.shape[x.shape.length - 1]];
      if (p.tied && !sameShape(p.tied.shape, own))
        throw new ShapeError(`dense: tie: '${tie}' has the weight ${show(p.tied.shape)}; it must be ${show(own)}`);
      const product = tie === undefined ? matmul(x, p.weight) : matmul(x, p.tied ?? full(own, 0), { transposeB: true });
      return activate(bias ? add(product, p.bias) : product);
    },
  });
}
