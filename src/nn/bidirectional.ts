import { configOf } from '../config.js';
import { oneOf, refuse } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, scale } from '../ops/arithmetic.js';
import { concat } from '../ops/arrange.js';
import { type Callable, checkOptions, layer as part, type Named } from './callable.js';
import type { Composite } from './layer.js';
import type { Recurrent } from './recurrent.js';

const MERGES = {
  concat: (a: Tensor, b: Tensor) => concat([a, b], -1),
  sum: add,
  mul,
  average: (a: Tensor, b: Tensor) => scale(add(a, b), 0.5),
};

export interface BidirectionalOptions extends Named {
  /** How the outputs of both directions are joined: `'concat'` (default, 2·units features), `'sum'`, `'mul'` or `'average'`. */
  merge?: keyof typeof MERGES;
}

/** Reads sequences in both directions (Schuster & Paliwal 1997), with a second layer of the same kind whose parameters are its own:
 *  'forward.weight', 'backward.weight' and so on. At each step the output is what both directions know there.
 *  @example nn.bidirectional(nn.lstm(32, { returnSequences: true })) */
export function bidirectional(layer: Recurrent, options: BidirectionalOptions = {}): Callable<Composite> {
  checkOptions('bidirectional', options, ['merge']);
  const merge = oneOf('bidirectional', 'merge', options.merge ?? 'concat', ['concat', 'sum', 'mul', 'average']);
  if (typeof layer?.reversed !== 'function')
    refuse('bidirectional', 'layer', layer, 'a recurrent layer, such as nn.lstm(32)');
  return part<Composite>({
    config: { name: 'bidirectional', options: { layer: configOf(layer), ...options } },
    children: { forward: layer, backward: layer.reversed() },
    of: ([forward]) => bidirectional(forward as Recurrent, options),
    forward: (children, x) => MERGES[merge](children.forward(x), children.backward(x)),
  });
}
