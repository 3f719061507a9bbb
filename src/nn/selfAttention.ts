import { OptionError, ShapeError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { ones, zeros } from '../init/constants.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { kaimingNormal, xavierUniform } from '../init/random.js';
import { add } from '../ops/arithmetic.js';
import { concat } from '../ops/arrange.js';
import { matmul } from '../ops/matmul.js';
import { flag, inRange, integer } from '../options.js';
import { attended, checkLengths, recalled } from './attended.js';
import type { Context, ParameterSpec } from './layer.js';
import { rotated } from './rotary.js';

/** What the layer of attention and the block of a transformer have in common. */
export interface SelfAttentionOptions {
  /** The number of heads, which divides the features. */
  heads: number;
  /** Whether a step sees itself and earlier ones only. Default false. */
  causal?: boolean;
  /** The probability of being retained in training. Default 1. */
  keep?: number;
  /** Whether queries and keys are rotated by their positions (see nn.positions). Default false. */
  rotary?: boolean;
  /** The initial weights. Default xavierUniform() for attention, as in PyTorch and Keras; biases begin at 0. */
  init?: Initializer;
}
export const SELF_ATTENTION = ['heads', 'causal', 'keep', 'rotary', 'init'];

/** The checked options, with defaults filled in. */
export function selfAttentionOptions(where: string, options: Partial<SelfAttentionOptions>) {
  const keep = inRange(where, 'keep', options.keep ?? 1, 0, 1);
  if (keep === 0)
    throw new OptionError(`${where}: keep is 0, which retains nothing; keep is the probability of being retained`);
  return {
    heads: integer(where, 'heads', options.heads, 1),
    causal: flag(where, 'causal', options.causal ?? false),
    keep,
    rotary: flag(where, 'rotary', options.rotary ?? false),
    init: initOf(where, options.init, xavierUniform),
    initDense: initOf(where, options.init, kaimingNormal),
  };
}
type Checked = ReturnType<typeof selfAttentionOptions>;
type Named = Readonly<Record<string, Tensor>>;
type Specs = Record<string, ParameterSpec>;

/** Refuses what is no batch of sequences whose features can be divided among the heads. */
function checkSequences(where: string, shape: Shape, { heads, rotary }: Checked): number {
  if (shape.length !== 3)
    throw new ShapeError(`${where}: x is ${show(shape)}; it must be [n, steps, features], such as an embedding gives`);
  const [, , d] = shape;
  if (d % heads)
    throw new ShapeError(`${where}: ${d} features cannot be divided among ${heads} heads; choose a divisor`);
  if (rotary && (d / heads) % 2)
    throw new ShapeError(
      `${where}: rotary turns pairs of features, but each of the ${heads} heads has ${d / heads}; choose an even number`,
    );
  return d;
}

/** The parameters of a dense layer, and of a layer normalization. */
export const denseSpecs = (name: string, inputs: number, units: number, init: Initializer): Specs => ({
  [`${name}.weight`]: { shape: [inputs, units], init, kind: 'weight' },
  [`${name}.bias`]: { shape: [units], init: zeros(), kind: 'bias' },
});
export const normSpecs = (name: string, features: number): Specs => ({
  [`${name}.weight`]: { shape: [features], init: ones(), kind: 'norm' },
  [`${name}.bias`]: { shape: [features], init: zeros(), kind: 'norm' },
});
export const linear = (x: Tensor, p: Named, name: string): Tensor =>
  add(matmul(x, p[`${name}.weight`]), p[`${name}.bias`]);

const PARTS = ['query', 'key', 'value'];

/** The parameters of attention for x of this shape; names begin with `path`. */
export function attentionSpecs(where: string, shape: Shape, options: Checked, path = ''): Specs {
  const d = checkSequences(where, shape, options);
  return Object.assign({}, ...[...PARTS, 'output'].map((name) => denseSpecs(path + name, d, d, options.init)));
}
/** Attention of the steps of x [n, t, d] to one another. */
export function selfAttention(
  where: string,
  x: Tensor,
  p: Named,
  options: Checked,
  { noisy, draw, lengths, past }: Context,
  path = '',
): Tensor {
  checkSequences(where, x.shape, options);
  if (lengths) checkLengths(where, lengths, x.shape[0], x.shape[1]);
  const { heads, causal, keep, rotary } = options;
  // One product makes queries, keys and values.
  const joined = (kind: string): Tensor =>
    concat(
      PARTS.map((name) => p[`${path}${name}.${kind}`]),
      -1,
    );
  const all = add(matmul(x, joined('weight')), joined('bias'));
  const qkv = rotary ? rotated(all, heads, past) : all;
  const dropout = noisy && keep < 1 ? { keep, ...draw() } : undefined;
  const y = past ? recalled(qkv, heads, past) : attended(qkv, { heads, causal, lengths, dropout });
  return linear(y, p, `${path}output`);
}
