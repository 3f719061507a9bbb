import type { nn } from '../../index.js';
import { Refusal } from '../keras/settings.js';
import { type Attributes, Constant, type NodeDef, type Numbers } from './graphDef.js';

/** What flows through the graph: a value of the network for each example, or numbers that are known. */
export type Value = nn.GraphNode | Constant;
/** Numbers of parameters by their names. */
export type State = Map<string, Numbers>;

/** A node that is made, with what it needs. */
export class Site {
  constructor(
    readonly node: NodeDef,
    readonly inputs: readonly Value[],
    /** Gives a name of its own to a part: the node's, or with a word behind it. */
    readonly part: (suffix?: string) => string,
    readonly state: State,
  ) {}

  get attributes(): Attributes {
    return this.node.attributes;
  }
  /** An input that belongs to the network. */
  x(i = 0): nn.GraphNode {
    const value = this.#input(i);
    if (value instanceof Constant) throw new Refusal('a constant where a value of the network is expected');
    return value;
  }
  /** An input that is known before anything is computed. */
  constant(i: number, axes?: number): Constant {
    const value = this.#input(i);
    if (!(value instanceof Constant)) throw new Refusal('an input that is computed, where a constant is expected');
    if (axes !== undefined && value.shape.length !== axes)
      throw new Refusal(`a constant of ${value.shape.length} axes, of ${axes}`);
    return value;
  }
  #input(i: number): Value {
    if (i < this.inputs.length) return this.inputs[i];
    throw new Refusal(`${this.inputs.length} inputs`);
  }
  /** The axis of the batch and those of an example. */
  get rank(): number {
    return this.x().shape.length + 1;
  }
  /** Axes counted from 0, which is the batch; an operation must leave the batch alone. */
  axes(given: readonly number[], rank = this.rank): number[] {
    const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
    if (axes.some((axis) => axis < 1 || axis >= rank))
      throw new Refusal(`axis ${given.join(', ')} of ${rank}, which mixes rows or is none`);
    return axes;
  }
  /** Applies layers one after another. */
  through = (x: nn.GraphNode, ...layers: readonly nn.CallableLayer[]): nn.GraphNode =>
    layers.reduce((y, layer) => layer(y), x);
  /** Notes the numbers of a parameter. */
  set(part: string, name: string, { values }: Constant): void {
    this.state.set(`${part}.${name}`, values);
  }
}

/** Makes the outputs of a node. */
export type Maker = (site: Site) => Value | readonly Value[];
