import type { Tensor } from '../graph/tensor.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { xavierUniform } from '../init/random.js';
import { gelu } from '../ops/activations.js';
import { add } from '../ops/arithmetic.js';
import { flag, integer } from '../options.js';
import { attention, checkSequences, keepOf } from './attention.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';
import { layerNorm } from './layerNorm.js';

export interface TransformerOptions extends Named {
  /** The number of heads, which divides the features. */
  heads: number;
  /** The units of the hidden layer; four times the features is usual. */
  hidden: number;
  /** Whether a step sees itself and earlier ones only. Default false. */
  causal?: boolean;
  /** The probability of being retained in training: of attention weights, hidden units and what each half adds. Default
   *  1. */
  keep?: number;
  /** Whether queries and keys are rotated by their positions (see nn.positions). Default false. */
  rotary?: boolean;
  /** The initial weights. Default those of nn.attention and nn.dense. */
  init?: Initializer;
}

/** A block of a transformer (Vaswani et al. 2017), with normalizations in front (Xiong et al. 2020), as in GPT-2:
 *  x ← x + attention(ln1 x), then x ← x + down(gelu(up(ln2 x))). x [n, t, d] → [n, t, d]. Parameters are those of its
 *  layers ln1, attention, ln2, up [d, hidden] and down [hidden, d]: 'attention.query.weight', 'up.bias'. Dropout is where
 *  PyTorch's TransformerEncoderLayer has it.
 *  @example
 *  nn.sequential([nn.embedding(50, 16), nn.positions({ length: 32 }), nn.transformer({ heads: 4, hidden: 64, causal: true }), nn.layerNorm(), nn.dense(50)]) */
export function transformer(options: TransformerOptions): CallableLayer;
export function transformer(options: Partial<TransformerOptions> = {}): CallableLayer {
  checkOptions('transformer', options, ['heads', 'hidden', 'causal', 'keep', 'rotary', 'init']);
  const heads = integer('transformer', 'heads', options.heads, 1);
  const hidden = integer('transformer', 'hidden', options.hidden, 1);
  const keep = keepOf('transformer', options.keep);
  const causal = flag('transformer', 'causal', options.causal ?? false);
  const rotary = flag('transformer', 'rotary', options.rotary ?? false);
  const own = options.init !== undefined && { init: initOf('transformer', options.init, xavierUniform) };
  const parts = (d: number) => ({
    ln1: layerNorm(),
    attention: attention({ heads, causal, keep, rotary, ...own }),
    ln2: layerNorm(),
    up: dense(hidden, { ...own }),
    down: dense(d, { ...own }),
  });
  type Name = keyof ReturnType<typeof parts>;
  return layer({
    config: { name: 'transformer', options: { ...options, heads, hidden, causal, keep } },
    parameters(shape) {
      checkSequences('transformer', shape);
      const all = Object.entries(parts(shape[2])).flatMap(([name, layer]) => {
        const wide = name === 'down' ? [...shape.slice(0, 2), hidden] : shape;
        return Object.entries(layer.parameters?.(wide) ?? {}).map(([own, spec]) => [`${name}.${own}`, spec] as const);
      });
      return Object.fromEntries(all);
    },
    call(x, p, context) {
      checkSequences('transformer', x.shape);
      const layers = parts(x.shape[2]);
      const apply = (name: Name, t: Tensor): Tensor => layers[name].call(t, within(p, name), context);
      const dropped = (t: Tensor): Tensor => dropout({ keep }).call(t, {}, context);
      const h = add(x, dropped(apply('attention', apply('ln1', x))));
      return add(h, dropped(apply('down', dropped(gelu(apply('up', apply('ln2', h)))))));
    },
  });
}

/** The parameters of a layer, without its name. */
const within = (p: Readonly<Record<string, Tensor>>, name: string): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(p).flatMap(([path, t]) => (path.startsWith(`${name}.`) ? [[path.slice(name.length + 1), t]] : [])),
  );
