import { realize } from '../compile/realize.js';
import { constant } from '../graph/leaves.js';
import { checkKeys, inRange, integer, refuse } from '../options.js';
import { normal } from '../ops/random.js';
import { permutation } from '../random/permutation.js';
import { type Initializer, initializer } from './initializer.js';

export interface SparseOptions {
  /** The number of inputs whose weight is not 0, for each unit. Default 15. */
  connections?: number;
  /** Instead of `connections`, the share of the weights of each unit that are 0, rounded up to a whole number. */
  sparsity?: number;
  /** The standard deviation of the other weights. Default 1; with `sparsity` 0.01, as in PyTorch. */
  std?: number;
}

/** Makes sparse weights (Martens 2010): each unit, which is a place of the weights' last axis, gets weights from
 *  N(0, std²) for a random choice of its inputs, and 0 for the others. With `sparsity` it is PyTorch's `sparse_`, whose
 *  columns are units here, because weights are [in, out].
 *  @example nn.dense(64, { init: init.sparse({ connections: 15 }) }) */
export function sparse(options: SparseOptions = {}): Initializer {
  checkKeys('sparse', options, ['connections', 'sparsity', 'std']);
  const { connections, sparsity } = options;
  if ((connections ?? undefined) !== undefined && (sparsity ?? undefined) !== undefined)
    refuse('sparse', 'sparsity', sparsity, 'left out where connections are given');
  const share = inRange('sparse', 'sparsity', sparsity ?? 0, 0, 1);
  const count = integer('sparse', 'connections', connections ?? 15, 1);
  const byShare = (sparsity ?? undefined) !== undefined;
  const std = inRange('sparse', 'std', options.std ?? (byShare ? 0.01 : 1), 0);
  return initializer('sparse', { ...options }, (shape, _, draw) => {
    const units = shape.at(-1) ?? 1;
    const inputs = shape.reduce((a, b) => a * b, 1) / units;
    const data = realize(normal(shape, 0, std, draw)).slice();
    const zeros = byShare ? Math.ceil(share * inputs) : Math.max(0, inputs - count);
    for (let unit = 0; unit < units; unit++)
      for (const input of permutation(inputs, draw.key, draw.stream, unit + 1).subarray(0, zeros))
        data[input * units + unit] = 0;
    return constant(data, shape);
  });
}
