import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkKeys, positive } from '../options.js';
import { relu } from '../ops/activations.js';
import { add, mul, scale, square, sub } from '../ops/arithmetic.js';
import { concat, slice } from '../ops/arrange.js';
import { equal, greater, less } from '../ops/compare.js';
import { root } from '../ops/elementary.js';
import { where } from '../ops/elementwise.js';
import { matmul } from '../ops/matmul.js';
import { max, mean, min, sum } from '../ops/reduce.js';
import { reshape, stopGradient } from '../ops/reshape.js';
import { type ConfiguredLoss, loss } from './loss.js';

/** Rows that are compared with one another: the table of distances of more would not fit into memory. */
const BLOCK = 1024;
/** Further away than anything. */
const FAR = 1e30;

/** max(0, margin + d⁺ − d⁻) for each row, with the distance d⁺ to the farthest row of its class and d⁻ to the nearest row of
 *  another class: the hardest triplets of a batch (Hermans et al. 2017). The mean over the rows that have both, 0 where none
 *  has. Outputs: embeddings [n, d], whose distances are 2-norms; targets: labels [n], any numbers. Rows are compared within a
 *  batch, and in sets of more than 1,024 rows within blocks of that many, so rows of one class should not stand together.
 *  @example triplet({ margin: 0.5 })([[0, 1], [0, 2], [3, 0]], [0, 0, 1]) */
export function triplet(options: { margin?: number } = {}): ConfiguredLoss {
  checkKeys('triplet', options, ['margin']);
  const margin = positive('triplet', 'margin', options.margin ?? 1);
  return loss(
    'triplet',
    { margin },
    (output, target) => {
      const n = output.shape[0];
      if (output.shape.length !== 2 || target.size !== n)
        throw new ShapeError(
          `triplet: target ${show(target.shape)} does not fit output ${show(output.shape)}; give embeddings [n, d] and labels [n]`,
        );
      const labels = reshape(target, [n]);
      const blocks = Array.from({ length: Math.ceil(n / BLOCK) }, (_, i) => {
        const [begin, end] = [i * BLOCK, Math.min(n, (i + 1) * BLOCK)];
        return hardest(slice(output, begin, end), slice(labels, begin, end), margin);
      });
      return { each: concat(blocks.map(({ each }) => each)), weights: concat(blocks.map(({ weights }) => weights)) };
    },
    { answer: ({ units }) => new Array<number>(units).fill(0) },
  );
}

function hardest(x: Tensor, labels: Tensor, margin: number): { each: Tensor; weights: Tensor } {
  const n = labels.size;
  const same = equal(reshape(labels, [n, 1]), labels);
  const d = distances(x);
  const farthest = max(mul(d, same), 1);
  const nearest = min(where(same, FAR, d), 1);
  const others = sum(same, 1);
  const both = mul(greater(others, 1), less(others, n));
  return { each: where(both, relu(add(sub(farthest, nearest), margin)), 0), weights: both };
}

/** The distances of all rows from one another. About their mean, fewer digits are lost. */
function distances(x: Tensor): Tensor {
  const n = x.shape[0];
  const centered = sub(x, stopGradient(mean(x, 0, true)));
  const squares = sum(square(centered), 1);
  const products = matmul(centered, centered, { transposeB: true });
  return root(relu(sub(add(reshape(squares, [n, 1]), squares), scale(products, 2))));
}
