import { OptionError, ShapeError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { zeros } from '../init/constants.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { xavierUniform } from '../init/random.js';
import { add } from '../ops/arithmetic.js';
import { concat } from '../ops/arrange.js';
import { matmul } from '../ops/matmul.js';
import { flag, inRange, integer } from '../options.js';
import { attended, checkLengths, recalled } from './attended.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';
import type { ParameterSpec } from './layer.js';
import { rotated } from './rotary.js';

export interface AttentionOptions extends Named {
  /** The number of heads, which divides the features. */
  heads: number;
  /** Whether a step sees itself and earlier ones only. Default false. */
  causal?: boolean;
  /** The probability that an attention weight is retained in training. Default 1. */
  keep?: number;
  /** Whether queries and keys are rotated by their positions (see nn.positions). Default false. */
  rotary?: boolean;
  /** The initial weights. Default xavierUniform(), as in PyTorch and Keras; biases begin at 0. */
  init?: Initializer;
}

/** A probability of being retained, above 0. */
export function keepOf(where: string, keep = 1): number {
  if (inRange(where, 'keep', keep, 0, 1) === 0)
    throw new OptionError(`${where}: keep is 0, which retains nothing; keep is the probability of being retained`);
  return keep;
}

/** Refuses what is no batch of sequences. */
export function checkSequences(where: string, shape: Shape): void {
  if (shape.length !== 3)
    throw new ShapeError(`${where}: x is ${show(shape)}; it must be [n, steps, features], such as an embedding gives`);
}

const PARTS = ['query', 'key', 'value'] as const;

/** Self-attention with several heads (Vaswani et al. 2017): every step of x [n, t, d] looks at the steps of its row →
 *  [n, t, d]. softmax(Q·Kᵀ/√(d/heads))·V for each head, then the output's projection; Q, K, V and the output are dense
 *  layers with parameters query.weight [d, d], query.bias [d], key.…, value.… and output.…. Where the rows have lengths,
 *  steps that are padding are not looked at. The weights [n, heads, t, t] are never held as a whole.
 *  @example nn.sequential([nn.embedding(50, 16), nn.attention({ heads: 4, causal: true }), nn.dense(50)]) */
export function attention(options: AttentionOptions): CallableLayer;
export function attention(options: Partial<AttentionOptions> = {}): CallableLayer {
  checkOptions('attention', options, ['heads', 'causal', 'keep', 'rotary', 'init']);
  const heads = integer('attention', 'heads', options.heads, 1);
  const causal = flag('attention', 'causal', options.causal ?? false);
  const rotary = flag('attention', 'rotary', options.rotary ?? false);
  const keep = keepOf('attention', options.keep);
  const init = initOf('attention', options.init, xavierUniform);
  const check = (shape: Shape): number => {
    checkSequences('attention', shape);
    if (shape[2] % heads)
      throw new ShapeError(`attention: ${shape[2]} features cannot be divided among ${heads} heads; choose a divisor`);
    if (rotary && (shape[2] / heads) % 2)
      throw new ShapeError(
        `attention: rotary turns pairs of features, but each of the ${heads} heads has ${shape[2] / heads}; choose an even number`,
      );
    return shape[2];
  };
  return layer({
    config: { name: 'attention', options: { ...options, heads, causal, keep } },
    parameters(shape) {
      const d = check(shape);
      const dense = (name: string): [string, ParameterSpec][] => [
        [`${name}.weight`, { shape: [d, d], init, kind: 'weight' }],
        [`${name}.bias`, { shape: [d], init: zeros(), kind: 'bias' }],
      ];
      return Object.fromEntries([...PARTS, 'output'].flatMap(dense));
    },
    call(x, p, { noisy, draw, lengths, past }) {
      check(x.shape);
      if (lengths) checkLengths('attention', lengths, x.shape[0], x.shape[1]);
      const joined = (kind: string): Tensor =>
        concat(
          PARTS.map((name) => p[`${name}.${kind}`]),
          -1,
        );
      const all = add(matmul(x, joined('weight')), joined('bias'));
      const qkv = rotary ? rotated(all, heads, past) : all;
      const dropout = noisy && keep < 1 ? { keep, ...draw() } : undefined;
      const y = past ? recalled(qkv, heads, past) : attended(qkv, { heads, causal, lengths, dropout });
      return add(matmul(y, p['output.weight']), p['output.bias']);
    },
  });
}
