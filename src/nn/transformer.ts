import type { Tensor } from '../graph/tensor.js';
import { gelu } from '../ops/activations.js';
import { add } from '../ops/arithmetic.js';
import { drop } from '../ops/random.js';
import { integer } from '../options.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';
import { layerNormalized } from './normalized.js';
import {
  attentionSpecs,
  denseSpecs,
  linear,
  normSpecs,
  SELF_ATTENTION,
  selfAttention,
  selfAttentionOptions,
  type SelfAttentionOptions,
} from './selfAttention.js';

/** `keep` is the probability that attention weights, hidden units and what each half adds are retained. */
export interface TransformerOptions extends SelfAttentionOptions, Named {
  /** The units of the hidden layer; four times the features is usual. */
  hidden: number;
}

const NAME = 'transformer';

/** A block of a transformer (Vaswani et al. 2017), with normalizations in front (Xiong et al. 2020), as in GPT-2:
 *  x ← x + attention(ln1 x), then x ← x + down(gelu(up(ln2 x))). x [n, t, d] → [n, t, d]. Parameters are those of its
 *  layers ln1, attention, ln2, up [d, hidden] and down [hidden, d]: 'attention.query.weight', 'up.bias'. Dropout is where
 *  PyTorch's TransformerEncoderLayer has it. Where the rows have lengths, steps that are padding are not looked at.
 *  @example
 *  nn.sequential([nn.embedding(50, 16), nn.positions({ length: 32 }), nn.transformer({ heads: 4, hidden: 64, causal: true }), nn.layerNorm(), nn.dense(50)]) */
export function transformer(options: TransformerOptions): CallableLayer;
export function transformer(options: Partial<TransformerOptions> = {}): CallableLayer {
  checkOptions(NAME, options, [...SELF_ATTENTION, 'hidden']);
  const checked = selfAttentionOptions(NAME, options);
  const { heads, causal, keep, initDense } = checked;
  const hidden = integer(NAME, 'hidden', options.hidden, 1);
  return layer({
    config: { name: NAME, options: { ...options, heads, hidden, causal, keep } },
    parameters: (shape) => ({
      ...normSpecs('ln1', shape[2]),
      ...attentionSpecs(NAME, shape, checked, 'attention.'),
      ...normSpecs('ln2', shape[2]),
      ...denseSpecs('up', shape[2], hidden, initDense),
      ...denseSpecs('down', hidden, shape[2], initDense),
    }),
    call(x, p, context) {
      const normalized = (t: Tensor, name: string): Tensor =>
        layerNormalized(t, p[`${name}.weight`], p[`${name}.bias`], 1e-5);
      const dropped = (t: Tensor): Tensor => {
        if (!context.noisy || keep === 1) return t;
        const { draw, step } = context.draw();
        return drop(t, keep, 1 / keep, draw, step);
      };
      const y = selfAttention(NAME, normalized(x, 'ln1'), p, checked, context, 'attention.');
      const h = add(x, dropped(y));
      const units = dropped(gelu(linear(normalized(h, 'ln2'), p, 'up')));
      return add(h, dropped(linear(units, p, 'down')));
    },
  });
}
