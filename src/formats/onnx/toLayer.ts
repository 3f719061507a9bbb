import type { Shape } from '../../index.js';
import { channelsFirst, permuted, type Table, Value } from './toValue.js';
import type { Graph } from './writeGraph.js';

type Options = Readonly<Record<string, unknown>>;

/** A layer that is written, where it is called. */
export interface Exported {
  readonly graph: Graph;
  readonly name: string;
  readonly path: string;
  readonly options: Options;
  readonly inputs: readonly Value[];
  /** The first input, and its shape for one example. */
  readonly x: Value;
  readonly input: Shape;
  /** The shape of the result for one example. */
  readonly output: Shape;
  /** The numbers of a parameter; undefined where the layer has none of this name. */
  table(name: string): Table | undefined;
  /** What the layer makes of these numbers, one example [1, …]: a way to its own constants. */
  computed(example: ArrayLike<number>): Float32Array;
}
/** Writes the nodes that compute a layer, and gives its result. */
export type Kind = (layer: Exported) => Value;

/** Stores a parameter with its axes in another order and in another shape. */
export function stored(layer: Exported, name: string, perm?: readonly number[], dims?: Shape): string | undefined {
  const table = layer.table(name);
  if (!table) return undefined;
  const { shape, values, path = '' } = table;
  const data = perm ? permuted(values, shape, perm) : values;
  return layer.graph.parameter(path, data, dims ?? perm?.map((axis) => shape[axis]) ?? shape);
}
/** Those of these names that are there. */
export const present = (...names: readonly (string | undefined)[]): string[] =>
  names.filter((name) => name !== undefined);

/** The result of a layer, by its name in the layout of Regulus, or with the channels first. */
export const last = ({ graph, output }: Exported, name: string): Value => new Value(graph, output, { last: name });
export const first = ({ graph, output }: Exported, name: string): Value => new Value(graph, output, { first: name });
/** The result in the layout of its input. */
export const alike = (layer: Exported, isFirst: boolean, name: string): Value => (isFirst ? first : last)(layer, name);

/** The dims with which a parameter for each channel fits x with its channels first. */
export const beside = ({ input }: Exported): number[] => channelsFirst(input).map((n, i) => (i ? 1 : n));
