import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';
import {
  attentionSpecs,
  SELF_ATTENTION,
  selfAttention,
  selfAttentionOptions,
  type SelfAttentionOptions,
} from './selfAttention.js';

/** `keep` is the probability that an attention weight is retained. */
export interface AttentionOptions extends SelfAttentionOptions, Named {}

/** Self-attention with several heads (Vaswani et al. 2017): every step of x [n, t, d] looks at the steps of its row →
 *  [n, t, d]. softmax(Q·Kᵀ/√(d/heads))·V for each head, then the output's projection; Q, K, V and the output are dense
 *  layers with parameters query.weight [d, d], query.bias [d], key.…, value.… and output.…. Where the rows have lengths,
 *  steps that are padding are not looked at. The weights [n, heads, t, t] are never held as a whole.
 *  @example nn.sequential([nn.embedding(50, 16), nn.attention({ heads: 4, causal: true }), nn.dense(50)]) */
export function attention(options: AttentionOptions): CallableLayer;
export function attention(options: Partial<AttentionOptions> = {}): CallableLayer {
  checkOptions('attention', options, SELF_ATTENTION);
  const checked = selfAttentionOptions('attention', options);
  const { heads, causal, keep } = checked;
  return layer({
    config: { name: 'attention', options: { ...options, heads, causal, keep } },
    parameters: (shape) => attentionSpecs('attention', shape, checked),
    call: (x, p, context) => selfAttention('attention', x, p, checked, context),
  });
}
