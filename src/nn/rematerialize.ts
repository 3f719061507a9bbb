import { configOf } from '../config.js';
import { rematerialized } from '../differentiate/rematerialize.js';
import type { Tensor } from '../graph/tensor.js';
import { type Callable, checkOptions, layer as part, type Named } from './callable.js';
import type { Composite, Part } from './layer.js';
import { type LayerLike, partOf } from './partOf.js';

/** Wraps a layer, or a model, so that it keeps only its input for the gradient; its intermediate results are computed
 *  again in the backward pass (Chen et al. 2016, gradient checkpointing). Results are the same to the bit, dropout
 *  masks included. A training step takes less memory, and one more forward pass of the layer. Its parameters are named
 *  'layer.….'.
 *  @example const deep = nn.sequential([nn.rematerialize(nn.sequential([nn.dense(64), nn.tanh(), nn.dense(64)])), nn.dense(10)]) */
export function rematerialize(layer: LayerLike, options: Named = {}): Callable<Composite> {
  checkOptions('rematerialize', options, []);
  return kept(partOf('rematerialize', 'layer', layer), options);
}

const kept = (layer: Part, options: Named): Callable<Composite> =>
  part<Composite>({
    config: { name: 'rematerialize', options: { layer: configOf(layer), ...options } },
    children: { layer },
    of: ([inner]) => kept(inner, options),
    forward: (children, x, { training, again }) =>
      training ? rematerialized(once(children.layer, again), x) : children.layer(x),
  });

/** Wraps f: the first call is an ordinary one, later calls repeat it with `again`. */
function once(f: (x: Tensor) => Tensor, again: <T>(call: () => T) => T): (x: Tensor) => Tensor {
  let called = false;
  return (x) => {
    if (called) return again(() => f(x));
    called = true;
    return f(x);
  };
}
