import { configOf, made } from '../config.js';
import { rematerialized } from '../differentiate/rematerialize.js';
import type { Tensor } from '../graph/tensor.js';
import type { Composite, Part } from './layer.js';
import { type LayerLike, partOf } from './partOf.js';

/** A layer, or a model as one, that keeps only its input for the gradient: what lies inside is computed once more in the backward
 *  pass (Chen et al. 2016, gradient checkpointing). The numbers are the same to the bit, masks of dropout included; the memory of
 *  a training step is smaller, and its time longer by one forward pass of the layer. Its parameters are named 'layer.….'.
 *  @example const deep = nn.sequential([nn.rematerialize(nn.sequential([nn.dense(64), nn.tanh(), nn.dense(64)])), nn.dense(10)]) */
export const rematerialize = (layer: LayerLike): Composite => kept(partOf('rematerialize', 'layer', layer));

const kept = (layer: Part): Composite =>
  made({
    config: { name: 'rematerialize', options: { layer: configOf(layer) } },
    children: { layer },
    of: ([inner]) => kept(inner),
    forward: (children, x, { training, again }) =>
      training ? rematerialized(once(children.layer, again), x) : children.layer(x),
  });

/** f, which is called as itself the first time, and as in that same pass later. */
function once(f: (x: Tensor) => Tensor, again: <T>(call: () => T) => T): (x: Tensor) => Tensor {
  let called = false;
  return (x) => {
    if (called) return again(() => f(x));
    called = true;
    return f(x);
  };
}
