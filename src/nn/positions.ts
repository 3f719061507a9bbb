import { ShapeError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import { type Initializer, initOf } from '../init/initializer.js';
import { normal } from '../init/random.js';
import { add } from '../ops/arithmetic.js';
import { integer, oneOf, refuse } from '../options.js';
import { type CallableLayer, checkOptions, layer, type Named } from './callable.js';
import type { ParameterSpec } from './layer.js';
import { rowsOf, sinusoids, turned } from './rotary.js';

export interface PositionsOptions extends Named {
  /** The greatest number of steps. */
  length: number;
  /** How a position is told. Default 'learned'. */
  kind?: 'learned' | 'sinusoidal' | 'rotary';
  /** The initial weight, where it is learned. Default normal({ std: 0.02 }), as in GPT-2. */
  init?: Initializer;
}

/** Tells the steps of x [n, t, d] where they are, which attention does not see otherwise.
 *
 *  - `'learned'`: adds the first t rows of the parameter weight [length, d].
 *  - `'sinusoidal'`: adds sin(position/10000^(2i/d)) to feature 2i and the cosine to feature 2i + 1 (Vaswani et al. 2017).
 *  - `'rotary'`: rotates pair i, the features i and i + d/2 (as in GPT-NeoX and Llama), by position/10000^(2i/d)
 *    (Su et al. 2021), d being the last axis of x [n, t, …, d]. It belongs on queries and keys, so that their products
 *    depend on distances only: nn.attention and nn.transformer do it with `rotary: true`.
 *  @example nn.sequential([nn.embedding(50, 16), nn.positions({ length: 32 }), nn.attention({ heads: 4 })]) */
export function positions(options: PositionsOptions): CallableLayer;
export function positions(options: Partial<PositionsOptions> = {}): CallableLayer {
  checkOptions('positions', options, ['length', 'kind', 'init']);
  const length = integer('positions', 'length', options.length, 1);
  const kind = oneOf('positions', 'kind', options.kind ?? 'learned', ['learned', 'sinusoidal', 'rotary']);
  const learned = kind === 'learned';
  if (options.init !== undefined && !learned)
    refuse('positions', 'init', options.init, `left out: ${kind} has no weight`);
  const init = initOf('positions', options.init, () => normal({ std: 0.02 }));
  const check = (shape: Shape): void => {
    const rotary = kind === 'rotary';
    if (shape.length < 3 || (shape.length > 3 && !rotary))
      throw new ShapeError(
        `positions: x is ${show(shape)}; it must be [n, steps, features], such as an embedding gives`,
      );
    if (shape[1] > length)
      throw new ShapeError(`positions: x has ${shape[1]} steps, but there are ${length} positions; raise length`);
    if (rotary && shape[shape.length - 1] % 2)
      throw new ShapeError(`positions: rotary turns pairs of features, but x has ${shape[shape.length - 1]}`);
  };
  return layer({
    config: { name: 'positions', options: { ...options, length, kind } },
    parameters(shape): Record<string, ParameterSpec> {
      check(shape);
      return learned ? { weight: { shape: [length, shape[2]], init, kind: 'weight' } } : {};
    },
    call(x, p, { past }) {
      check(x.shape);
      const [, t, d] = x.shape;
      if (kind === 'rotary') return turned(x, past);
      return add(x, rowsOf(learned ? p.weight : sinusoids(past?.length ?? t, d), t, past));
    },
  });
}
