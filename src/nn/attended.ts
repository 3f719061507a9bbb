import { fusedGradient } from '../differentiate/fusedGradient.js';
import { ShapeError } from '../errors.js';
import { table, view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, scale } from '../ops/arithmetic.js';
import { type Attending, fusedAttention } from '../ops/attention.js';
import { concat, slice, transpose } from '../ops/arrange.js';
import { less } from '../ops/compare.js';
import { where } from '../ops/elementwise.js';
import { checkPlaces } from '../ops/gather.js';
import { matmul } from '../ops/matmul.js';
import { bernoulli } from '../ops/random.js';
import { reshape } from '../ops/reshape.js';
import { softmax } from '../ops/softmax.js';
import type { Past } from './layer.js';

/** Refuses lengths that are not those of n rows of up to `steps` steps. */
export function checkLengths(op: string, lengths: Tensor, n: number, steps: number): Tensor {
  if (lengths.size !== n)
    throw new ShapeError(`${op}: lengths has ${lengths.size} numbers; there must be one for each of ${n} rows`);
  checkPlaces(op, lengths, 0, steps, 'length', 'in row');
  return lengths;
}

/** 1 where a query sees a key, else 0; undefined where all see all. The shape broadcasts to [n, heads, t, s]. */
function visible(n: number, t: number, s: number, { causal, lengths }: Attending): Tensor | undefined {
  const past = causal ? table([1, 1, t, s], (i) => Number(i % s <= Math.floor(i / s))) : undefined;
  if (!lengths) return past;
  const present = less(
    table([1, 1, 1, s], (i) => i),
    reshape(lengths, [n, 1, 1, 1]),
  );
  return past ? mul(past, present) : present;
}

/** The computation of the kernels, written with ops: it writes all weights, [n, heads, t, s]. */
export function composedAttention(q: Tensor, k: Tensor, v: Tensor, attending: Attending): Tensor {
  const { heads, lengths, dropout } = attending;
  const [n, t, d] = q.shape;
  const s = k.shape[1];
  const split = (x: Tensor): Tensor => transpose(reshape(x, [n, x.shape[1], heads, x.shape[2] / heads]), [0, 2, 1, 3]);
  const scores = matmul(scale(split(q), 1 / Math.sqrt(d / heads)), split(k), { transposeB: true });
  const seen = visible(n, t, s, attending);
  let weights = softmax(seen ? where(seen, scores, -1e30) : scores);
  // A row without any key attends to nothing.
  if (seen && lengths) weights = mul(weights, seen);
  if (dropout) {
    const { keep, draw, step } = dropout;
    const mask = bernoulli([n, heads, t, Math.ceil(s / 16) * 16], keep, draw, step);
    weights = mul(weights, scale(slice(mask, [0, 0, 0, 0], [n, heads, t, s]), 1 / keep));
  }
  return reshape(transpose(matmul(weights, split(v)), [0, 2, 1, 3]), [n, t, v.shape[2]]);
}

/** Self-attention of queries, keys and values that lie side by side: qkv [n, t, 3d] → [n, t, d]. */
export function attended(qkv: Tensor, attending: Attending): Tensor {
  const [n, t, width] = qkv.shape;
  const d = width / 3;
  const { y, gradient } = fusedAttention(qkv, { n, queries: t, keys: t, features: d, beside: true }, attending);
  return fusedGradient(
    y,
    [qkv],
    (dy) => [gradient(dy)],
    (x) => {
      const part = (i: number): Tensor => slice(x, [0, 0, i * d], [n, t, (i + 1) * d]);
      return composedAttention(part(0), part(1), part(2), attending);
    },
  );
}

/** Attention of queries [n, t, d] to keys [n, s, d] and values [n, s, e] → [n, t, e]. */
export function attendedApart(q: Tensor, k: Tensor, v: Tensor, attending: Attending): Tensor {
  const [n, t, d] = q.shape;
  // The kernels take heads of one width.
  if (v.shape[2] !== d) return composedAttention(q, k, v, attending);
  const inputs = [q, k, v];
  const layout = { n, queries: t, keys: k.shape[1], features: d, beside: false };
  const { y, gradient } = fusedAttention(concat(inputs.map((x) => reshape(x, [x.size]))), layout, attending);
  const gradients = (dy: Tensor): Tensor[] => {
    const all = gradient(dy);
    return [view(all, 0, q.shape), view(all, q.size, k.shape), view(all, q.size + k.size, v.shape)];
  };
  return fusedGradient(y, inputs, gradients, (...x) => composedAttention(x[0], x[1], x[2], attending));
}

/** Attention of one step to itself and the earlier ones, whose keys and values are remembered: qkv [1, 1, 3d]. */
export function recalled(qkv: Tensor, heads: number, past: Past): Tensor {
  const d = qkv.shape[2] / 3;
  const part = (i: number): Tensor => slice(qkv, [0, 0, i * d], [1, 1, (i + 1) * d]);
  const [keys, values] = [past.append(part(1)), past.append(part(2))];
  return attendedApart(part(0), keys, values, { heads, causal: false, lengths: add(past.steps, 1) });
}
