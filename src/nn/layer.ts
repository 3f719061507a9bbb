import { type Config, type Configured, made } from '../config.js';
import { input } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Initializer } from '../init/initializer.js';
import type { Draw } from '../ops/random.js';

/** A parameter before it has numbers. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly init: Initializer;
  /** Weights are what penalties select by default; biases and a normalization's parameters are not. */
  readonly kind: 'weight' | 'bias' | 'norm';
  /** false: kept beside the parameters and not changed by gradients, such as running statistics. Default true. */
  readonly trainable?: boolean;
}

/** What a layer may know and say while it is called. */
export interface Context {
  readonly training: boolean;
  /** Whether layers that draw random numbers do: in training, and where predictions are drawn. */
  readonly noisy: boolean;
  /** Random numbers of this layer, and the counter that makes every step's different. */
  draw(): { draw: Draw; step: Tensor };
  /** [1], how much of this batch goes into running statistics, where they are collected anew; else the layer's own momentum does. */
  readonly share?: Tensor;
  /** The next value of a parameter that is not trainable; fit and trainStep write it after the step. */
  update(name: string, value: Tensor): void;
  /** A number to add to the loss in training. */
  penalize(term: Tensor): void;
}

/** A function of a tensor, with parameters. */
export interface Layer extends Configured {
  /** The parameters, for inputs of this shape (with the batch as first axis). None unless said. */
  parameters?(input: Shape): Readonly<Record<string, ParameterSpec>>;
  call(x: Tensor, parameters: Readonly<Record<string, Tensor>>, context: Context): Tensor;
  /** It takes statistics over the batch in training, which a batch of one row does not have. */
  readonly overBatch?: boolean;
  /** It looks its input up in a table of so many rows: whole numbers from 0. They are checked before training, and in predictions. */
  readonly ids?: number;
  /** Where y = w·x + b and nothing else: the same layer with a bias, and the axis of `weight` (from its end: −1) along which outputs
   *  stand. What only scales and shifts y can then become part of it. */
  readonly linear?: { biased(): Layer; readonly axis: number };
}

/** What a composite may know while it calls its children. */
export interface Pass {
  readonly training: boolean;
  /** Calls children once more as if it were still now: random layers draw the same numbers, and nothing is updated or
   *  penalized a second time. */
  again<T>(call: () => T): T;
}

/** A layer made of layers: their names are the paths of parameters. */
export interface Composite extends Configured {
  readonly children: Readonly<Record<string, Part>>;
  /** The outermost composite may give several outputs, by name. */
  forward(
    children: Readonly<Record<string, (x: Tensor) => Tensor>>,
    x: Tensor,
    pass: Pass,
  ): Tensor | Readonly<Record<string, Tensor>>;
  /** The same composite of other children, in their order. */
  of?(children: readonly Part[]): Composite;
}
export type Part = Layer | Composite;

/** Calls the children one after another, in their order. */
export const inTurn: Composite['forward'] = (children, x) => Object.values(children).reduce((t, call) => call(t), x);

export const isComposite = (part: Part): part is Composite => 'children' in part;

/** A layer without parameters and without a mode. */
export const stateless = (name: string, options: Config['options'], f: (x: Tensor) => Tensor): Layer =>
  made({
    config: { name, options },
    call: f,
  });

/** The same of an op that knows its options: it is asked once, with an input of this shape, so that wrong ones are refused where they are
 *  written. */
export function ofOp(name: string, options: Config['options'], shape: Shape, f: (x: Tensor) => Tensor): Layer {
  f(input(shape));
  return stateless(name, options, f);
}
