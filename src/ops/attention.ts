import { Attend } from '../../assembly/layout.js';
import type { Instruction } from '../graph/instruction.js';
import { view } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { concat } from './arrange.js';
import { type Draw, threshold } from './random.js';

/** What each query may attend to, and how. */
export interface Attending {
  readonly heads: number;
  /** Whether query i sees the keys 0 … i only. */
  readonly causal: boolean;
  /** [n]: the keys of a row from its length on are padding. */
  readonly lengths?: Tensor;
  /** Weights are kept with this probability, and divided by it. */
  readonly dropout?: { readonly keep: number; readonly draw: Draw; readonly step: Tensor };
}

/** Queries, keys and values in one tensor: side by side in lines [n, t, 3d], or one after another. */
export interface Packed {
  readonly n: number;
  readonly queries: number;
  readonly keys: number;
  /** The features of all heads. */
  readonly features: number;
  readonly beside: boolean;
}
interface Fused extends Packed {
  readonly attending: Attending;
}

/** The floating-point operations that make a part worth its dispatch. */
const GRAIN = 3e5;

function instruction({ attending, n, queries, keys, features, beside }: Fused, products: number, extra?: Tensor) {
  const { heads, causal, lengths, dropout } = attending;
  const { keep = 1, draw = { key: [0, 0], stream: 0 } } = dropout ?? {};
  const line = beside ? 3 * features : features;
  const [keysAt, valuesAt] = beside
    ? [features, 2 * features]
    : [n * queries * features, n * (queries + keys) * features];
  return {
    d: Int32Array.of(
      ...[n, heads, queries, keys, features / heads, line, queries * line, keys * line, keysAt, valuesAt],
      ...[draw.key[0], draw.key[1], draw.stream, threshold(keep)],
    ),
    e: extra,
    mode: (causal ? Attend.causal : 0) | (lengths ? Attend.lengths : 0) | (dropout ? Attend.dropout : 0),
    s: 1 / keep,
    parts: Math.min(
      n * heads * (products === 2 ? Math.ceil(queries / 64) : 1),
      Math.ceil((2 * products * n * queries * keys * features) / GRAIN),
    ),
  } satisfies Partial<Instruction>;
}

/** The output [n, t, d], followed by the logarithm of each query's sum of exponentials [n, heads, t]. */
const forwardOp: Op<Fused> = {
  name: 'attention',
  shape: (_, { n, queries, features, attending }) => [n * queries * (features + attending.heads)],
  lower: (_, [a, extra], fused) => ({ kernel: 'attention', a, ...instruction(fused, 2, extra) }),
};
/** The gradients, packed as the inputs are. */
const gradientOp: Op<Fused> = {
  name: 'attentionGradient',
  shape: ([a]) => a.shape,
  lower: (_, [a, b, c, extra], fused) => ({
    kernel: 'attentionGradient',
    a,
    b,
    c,
    ...instruction(fused, 5, extra),
  }),
};

/** Attention by kernels that hold its weights [n, heads, t, s] a block at a time, and their gradient. */
export function fusedAttention(
  packed: Tensor,
  layout: Packed,
  attending: Attending,
): { y: Tensor; gradient(dy: Tensor): Tensor } {
  const { lengths, dropout } = attending;
  const scalars = [dropout?.step, lengths].filter((t) => t !== undefined);
  const extra = scalars.length > 1 ? [concat(scalars)] : scalars;
  const fused = { ...layout, attending };
  const both = node(forwardOp, [packed, ...extra], fused);
  const shape: Shape = [layout.n, layout.queries, layout.features];
  return {
    y: view(both, 0, shape),
    gradient: (dy) => node(gradientOp, [packed, dy, both, ...extra], fused),
  };
}
