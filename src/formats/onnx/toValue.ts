import type { Shape } from '../../index.js';
import type { Graph } from './writeGraph.js';

/** The names of a value by the place of its channels: behind all other axes, as in Regulus, or first of an example, as in ONNX. */
export interface Names {
  readonly last?: string;
  readonly first?: string;
  /** The shape of the image whose features were flattened with the channels first. */
  readonly image?: Shape;
}
export const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const countedFrom = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
/** The order of axes, the batch included, that moves the channels of `rank` axes. */
const toFirst = (rank: number): number[] => [0, rank - 1, ...countedFrom(1, rank - 2)];
const toLast = (rank: number): number[] => [0, ...countedFrom(2, rank - 2), 1];
export const channelsFirst = (shape: Shape): number[] => [...shape.slice(-1), ...shape.slice(0, -1)];

/** The numbers of a tensor with its axes in another order. */
export function permuted(values: Float32Array, shape: Shape, perm: readonly number[]): Float32Array {
  const steps = perm.map((axis) => product(shape.slice(axis + 1)));
  const found = new Float32Array(values.length);
  const at = perm.map(() => 0);
  let from = 0;
  for (let i = 0; i < found.length; i++) {
    found[i] = values[from];
    // The next place: along the last axis that has one left, from the beginning of those behind it.
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < shape[perm[axis]]) break;
      from -= at[axis] * steps[axis];
      at[axis] = 0;
    }
  }
  return found;
}

/** A value of the graph, whose channels are moved where somebody asks for the other layout. */
export class Value {
  #names: Names;
  /** `shape` is one example's, in the layout of Regulus. */
  constructor(
    readonly graph: Graph,
    readonly shape: Shape,
    names: Names,
  ) {
    this.#names = names;
  }
  /** The number of axes, the batch included. */
  get rank(): number {
    return this.shape.length + 1;
  }
  get image(): Shape | undefined {
    return this.#names.image;
  }
  /** The name in the layout of Regulus. */
  get last(): string {
    const { graph, rank, image } = this;
    const { last, first = '' } = this.#names;
    if (last !== undefined) return last;
    const made = image
      ? graph.reshape(graph.transpose(graph.reshape(first, channelsFirst(image)), toLast(image.length + 1)), [-1])
      : graph.transpose(first, toLast(rank));
    this.#names = { ...this.#names, last: made };
    return made;
  }
  /** The name with the channels first; the same where there is one axis only. */
  get first(): string {
    const { first } = this.#names;
    if (first !== undefined && !this.image) return first;
    if (this.rank < 3) return this.last;
    const made = this.graph.transpose(this.last, toFirst(this.rank));
    this.#names = { ...this.#names, first: made };
    return made;
  }
  /** The name with the channels first, where it is there already; of an image that was flattened, too. */
  get ready(): string | undefined {
    return this.#names.first;
  }

  /** The same layout and shape: what a node makes of each element. */
  map(f: (name: string) => string): Names {
    const { ready, image } = this;
    return ready === undefined ? { last: f(this.last) } : { first: f(ready), image };
  }
  /** The value in a layout in which axes keep their meaning: its name, where an axis is in it, and the names of a result in it. */
  get axes(): { readonly name: string; at(axis: number): number; as(name: string, isFirst?: boolean): Names } {
    const first = this.image ? undefined : this.ready;
    const at = (given: number): number => {
      const axis = this.counted(given);
      return first === undefined || axis === 0 ? axis : axis === this.rank - 1 ? 1 : axis + 1;
    };
    const as = (name: string, stays = true): Names => (first !== undefined && stays ? { first: name } : { last: name });
    return { name: first ?? this.last, at, as };
  }
  /** An axis counted from 0, the batch. */
  counted(axis: number): number {
    return axis < 0 ? axis + this.rank : axis;
  }
}

/** A tensor of numbers that is the same for all examples. */
export interface Table {
  readonly shape: Shape;
  readonly values: Float32Array;
  /** The path of the parameter that it is. */
  readonly path?: string;
}
export type Operand = Value | Table;
export const isValue = (x: Operand): x is Value => x instanceof Value;

/** What a node makes of operands that broadcast, element by element. */
export function spread(graph: Graph, operands: readonly Operand[], f: (...names: string[]) => string): Names {
  const values = operands.filter(isValue);
  const [{ rank, image }] = values;
  const isFirst =
    values.some((x) => x.ready !== undefined) &&
    values.every((x) => x.rank === rank && `${x.image}` === `${image}`) &&
    operands.every((x) => isValue(x) || product(x.shape) === 1 || (!image && x.shape.length <= rank));
  const names = operands.map((x) => {
    if (isValue(x)) return isFirst ? (x.ready ?? x.first) : x.last;
    if (!isFirst || product(x.shape) === 1) return graph.table(x);
    // Axes in front are those of the value's.
    const shape = [...new Array<number>(rank - x.shape.length).fill(1), ...x.shape];
    return graph.table({ ...x, shape }, toFirst(rank));
  });
  return isFirst ? { first: f(...names), image } : { last: f(...names) };
}
