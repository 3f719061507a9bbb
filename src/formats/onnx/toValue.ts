import type { Shape } from '../../index.js';
import type { Graph } from './writeGraph.js';

/** The names that a value has, by the place of its channels: behind all other axes, as in Regulus, or first of an example, as in ONNX. */
interface Names {
  last?: string;
  first?: string;
}
const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
/** The order of axes, the batch included, that moves the channels of `rank` axes. */
export const toFirst = (rank: number): number[] => [0, rank - 1, ...places(rank - 2)];
export const toLast = (rank: number): number[] => [0, ...places(rank - 2, 2), 1];
const places = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => from + i);

/** The numbers of a tensor with its axes in another order. */
export function permuted(values: Float32Array, shape: Shape, perm: readonly number[]): Float32Array {
  const steps = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const sizes = perm.map((axis) => shape[axis]);
  const found = new Float32Array(values.length);
  const at = perm.map(() => 0);
  let from = 0;
  for (let i = 0; i < found.length; i++) {
    found[i] = values[from];
    // The next place: the last axis that has one left, and the beginning of those behind it.
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += steps[perm[axis]];
      if (++at[axis] < sizes[axis]) break;
      from -= sizes[axis] * steps[perm[axis]];
      at[axis] = 0;
    }
  }
  return found;
}

/** A value of the graph, whose channels are moved where somebody asks for the other layout. */
export class Value {
  readonly #names: Names;
  /** `shape` is one example's, in the layout of Regulus. Features that were flattened with the channels first have the shape of their `image`. */
  constructor(
    readonly graph: Graph,
    readonly shape: Shape,
    names: Names,
    readonly image?: Shape,
  ) {
    this.#names = { ...names };
  }
  /** The number of axes, the batch included. */
  get rank(): number {
    return this.shape.length + 1;
  }
  /** Whether the channels come first in the layout that is there already. */
  get isFirst(): boolean {
    return this.#names.first !== undefined;
  }
  /** The name of the value in the layout of Regulus. */
  get last(): string {
    const { graph, rank, image } = this;
    const { last, first = '' } = this.#names;
    if (last !== undefined) return last;
    const made = image
      ? graph.reshape(graph.transpose(graph.reshape(first, channelsFirst(image)), toLast(image.length + 1)), [-1])
      : graph.transpose(first, toLast(rank));
    this.#names.last = made;
    return made;
  }
  /** The name of the value with the channels first. */
  get first(): string {
    const { first } = this.#names;
    if (first !== undefined) return first;
    if (this.rank < 3) return this.last;
    const made = this.graph.transpose(this.last, toFirst(this.rank));
    this.#names.first = made;
    return made;
  }

  /** The same layout and shape: what a node makes of each element. */
  map(f: (name: string) => string): Value {
    return this.isFirst
      ? new Value(this.graph, this.shape, { first: f(this.first) }, this.image)
      : new Value(this.graph, this.shape, { last: f(this.last) });
  }
  /** The value in a layout in which axes keep their meaning, and where they are in it. */
  get axes(): { readonly x: string; readonly isFirst: boolean; at(axis: number): number } {
    const isFirst = this.isFirst && !this.image;
    const at = (given: number): number => {
      const axis = given < 0 ? given + this.rank : given;
      return !isFirst || axis === 0 ? axis : axis === this.rank - 1 ? 1 : axis + 1;
    };
    return { x: isFirst ? this.first : this.last, isFirst, at };
  }
}
export const channelsFirst = (shape: Shape): number[] => [shape[shape.length - 1], ...shape.slice(0, -1)];

/** A tensor of numbers that is the same for all examples. */
export interface Table {
  readonly shape: Shape;
  readonly values: Float32Array;
  /** The path of the parameter that it is. */
  readonly path?: string;
}
export type Operand = Value | Table;

/** What a node makes of operands that broadcast, element by element. */
export function spread(
  graph: Graph,
  shape: Shape,
  operands: readonly Operand[],
  f: (...names: string[]) => string,
): Value {
  const values = operands.filter((x) => x instanceof Value);
  const [{ rank, image }] = values;
  const alike = values.every((v) => v.rank === rank && `${v.image}` === `${image}`);
  const first =
    alike &&
    values.some((v) => v.isFirst) &&
    operands.every((x) => x instanceof Value || product(x.shape) === 1 || (!image && x.shape.length <= rank));
  const names = operands.map((x) => {
    if (x instanceof Value) return first ? x.first : x.last;
    const { path, values: numbers, shape: own } = x;
    // Axes in front are those of the value's; a single number has none.
    const whole = [...new Array<number>(Math.max(0, rank - own.length)).fill(1), ...own];
    const moves = first && product(own) > 1;
    const [data, dims] = moves
      ? [permuted(numbers, whole, toFirst(rank)), toFirst(rank).map((axis) => whole[axis])]
      : [numbers, own];
    return path === undefined ? graph.constant(data, dims) : graph.parameter(path, data, dims);
  });
  return new Value(graph, shape, { [first ? 'first' : 'last']: f(...names) }, first ? image : undefined);
}
