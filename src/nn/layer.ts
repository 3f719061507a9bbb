import type { Configured } from '../config.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Initializer } from '../init/initializer.js';
import type { Draw } from '../ops/random.js';
import type { Head } from '../graph/heads.js';

/** The description of a parameter, before it has values. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly init: Initializer;
  /** Penalties apply to weights by default, not to biases or the parameters of normalizations. */
  readonly kind: 'weight' | 'bias' | 'norm';
  /** false for values that gradients do not change, such as running statistics. Default true. */
  readonly trainable?: boolean;
}

/** Where sequences are continued one step at a time: what the layers remember of the earlier steps. */
export interface Past {
  /** [1]: the number of earlier steps. */
  readonly steps: Tensor;
  /** The greatest number of steps. */
  readonly length: number;
  /** Puts the row of this step [1, 1, d] behind those of the earlier ones: [1, length, d], of which steps + 1 count. */
  append(row: Tensor): Tensor;
}

/** Where sequences are windows of streams: the states that a layer leaves for the next window. */
export interface Carry {
  /** The state with this name that the layer left at the window before; 0 at the first. The gradient stops there. */
  take(name: string, shape: Shape): Tensor;
  leave(name: string, state: Tensor): void;
}

/** What a layer may read and report while it is called. */
export interface Context {
  /** All inputs, of which x is the first: several for a layer that joins. */
  readonly inputs: readonly Tensor[];
  readonly training: boolean;
  /** Whether random layers draw: in training, and for predictions that are sampled (monteCarlo). */
  readonly noisy: boolean;
  /** The random numbers of this layer, and the counter that makes them differ from step to step. */
  draw(): { draw: Draw; step: Tensor };
  /** The weight of this batch in the running statistics, [1], while they are recomputed (as for SWA). Undefined: the
   *  layer's momentum applies. */
  readonly share?: Tensor;
  /** The number of steps of each row, [n], where sequences [n, t, …] are padded behind: what comes from there on is no
   *  data, and layers that look along the steps leave it out. */
  readonly lengths?: Tensor;
  /** Set where x holds the next step only, [1, 1, …]. */
  readonly past?: Past;
  /** Set where x is the next window of streams that are read piece by piece, one in each row. */
  readonly carry?: Carry;
  /** Sets the next value of a parameter that is not trainable; fit and trainStep write it after the step. */
  update(name: string, value: Tensor): void;
  /** Adds a number to the loss in training. */
  penalize(term: Tensor): void;
}

/** A function of a tensor, with parameters. */
export interface Layer extends Configured {
  /** The parameters for inputs of this shape (with the batch as first axis). Default none. */
  parameters?(input: Shape): Readonly<Record<string, ParameterSpec>>;
  call(x: Tensor, parameters: Readonly<Record<string, Tensor>>, context: Context): Tensor;
  /** true where the layer takes statistics over the batch in training, which a batch of one row does not have. */
  readonly overBatch?: boolean;
  /** true where the layer joins several inputs, which `context.inputs` holds; 'any' where one will do as well. */
  readonly joins?: true | 'any';
  /** The number of rows of the table in which the layer looks up its input, whole numbers from 0. They are checked
   *  before training, and in predictions. */
  readonly ids?: number;
  /** Another layer of the model, whose `weight` this one gets as the parameter `tied`: its path from the nearest composite that has both. */
  readonly tied?: string;
  /** Set where the layer is y = w·x + b and nothing else: `biased` makes the same layer with a bias, and `axis` is that
   *  of the outputs in `weight` (from its end: −1). A following layer that only scales and shifts y can then become
   *  part of it. */
  readonly linear?: { biased(): Layer; readonly axis: number };
}

/** What a composite may use while it calls its children. */
export interface Pass {
  readonly training: boolean;
  /** Calls children again with the random state of this moment: random layers draw the same numbers, and nothing is
   *  updated or penalized a second time. */
  again<T>(call: () => T): T;
}

/** A layer made of layers, whose names are the paths of the parameters. */
export interface Composite extends Configured {
  readonly children: Readonly<Record<string, Part>>;
  /** Set where there are several inputs by name: their places in the joint one. */
  readonly inputs?: readonly Head[];
  /** What each child is called with, as text for a summary, where that is not what comes before it. */
  readonly wiring?: Readonly<Record<string, string>>;
  /** For children that are called once, with nothing but the output of another child that nothing else reads: that child. */
  readonly behind?: Readonly<Record<string, string>>;
  /** One example's shape, where the composite fixes it. */
  readonly shape?: Shape;
  /** true where nothing inside is trained, and all of it behaves as in evaluation. */
  readonly frozen?: true;
  /** true where examples of any shape may be given, since no parameter depends on it. */
  readonly anyShape?: true;
  /** Calls the children. It may return several outputs, by name. */
  forward(
    children: Readonly<Record<string, (x: Tensor) => Tensor>>,
    x: Tensor,
    pass: Pass,
  ): Tensor | Readonly<Record<string, Tensor>>;
  /** Makes the same composite of other children, given in the same order. */
  of?(children: readonly Part[]): Composite;
}
export type Part = Layer | Composite;

/** Calls the children one after another, in their order. */
export const inTurn: Composite['forward'] = (children, x) => Object.values(children).reduce((t, call) => call(t), x);

export const isComposite = (part: Part): part is Composite => 'children' in part;
