import { ShapeError } from '../errors.js';
import { sameShape, show, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { expand } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { checkKeys, flag, integer } from '../options.js';
import { attendedApart, checkLengths } from './attended.js';

export interface ScaledDotProductAttentionOptions {
  /** The number of heads among which the features are divided. Default 1. */
  heads?: number;
  /** Whether query i sees the keys 0 … i only. Default false. */
  causal?: boolean;
  /** The number of keys of each row [n] that are no padding. Default all. A row without keys gives 0. */
  lengths?: Operand;
}

/** Attention as a function, for models of one's own and for queries that come from elsewhere than the keys:
 *  softmax(q·kᵀ/√(d/heads))·v for each head. query [n, t, d], key [n, s, d], value [n, s, e] → [n, t, e], with the heads
 *  side by side in the features; or further axes in front, as in PyTorch's function of this name: [n, heads, t, d]. The
 *  weights [n, heads, t, s] are never held as a whole, unless e differs from d.
 *  @example
 *  const [q, k, v] = [tensor([[[1, 0]]]), tensor([[[1, 0], [0, 1]]]), tensor([[[1, 2], [3, 4]]])];
 *  scaledDotProductAttention(q, k, v, { causal: true }).toArray() // [[[1, 2]]] */
export function scaledDotProductAttention(
  query: Operand,
  key: Operand,
  value: Operand,
  options: ScaledDotProductAttentionOptions = {},
): Tensor {
  const where = 'scaledDotProductAttention';
  const [q, k, v] = [asTensor(where, query, 'query'), asTensor(where, key, 'key'), asTensor(where, value, 'value')];
  checkKeys(where, options, ['heads', 'causal', 'lengths']);
  const heads = integer(where, 'heads', options.heads ?? 1, 1);
  const causal = flag(where, 'causal', options.causal ?? false);
  const lead = q.shape.slice(0, -2);
  const [d, e] = [q.shape.at(-1) as number, v.shape.at(-1) as number];
  const fits =
    q.shape.length > 2 &&
    [k, v].every((x) => sameShape(x.shape.slice(0, -2), lead)) &&
    k.shape.at(-1) === d &&
    k.shape.at(-2) === v.shape.at(-2);
  if (!fits)
    throw new ShapeError(
      `${where}: query ${show(q.shape)}, key ${show(k.shape)} and value ${show(v.shape)} do not fit; they must be [n, t, d], [n, s, d] and [n, s, e]`,
    );
  if (d % heads || e % heads)
    throw new ShapeError(`${where}: ${d % heads ? d : e} features cannot be divided among ${heads} heads`);
  const n = sizeOf(lead);
  const given =
    options.lengths === undefined
      ? undefined
      : checkLengths(where, asTensor(where, options.lengths, 'lengths', '[n]'), lead[0], k.shape.at(-2) as number);
  const lengths = given && reshape(expand(reshape(given, [lead[0], 1]), [lead[0], n / lead[0]]), [n]);
  const [a, b, c] = [q, k, v].map((x) => reshape(x, [n, ...x.shape.slice(-2)]));
  return reshape(attendedApart(a, b, c, { heads, causal, lengths }), [...q.shape.slice(0, -1), e]);
}
