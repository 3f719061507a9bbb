import type { Shape } from '../../index.js';
import type { Names, Operand, Table, Value } from './toValue.js';
import type { Graph } from './writeGraph.js';

/** A layer that is written, where it is called. */
export interface Exported {
  readonly name: string;
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The values that it is called with; of an op, the tables among its operands, too. */
  readonly inputs: readonly Operand[];
  /** One example's shape of the first input and of the result. */
  readonly input: Shape;
  readonly output: Shape;
  /** The numbers of a parameter; undefined where the layer has none of this name. */
  table(name: string): Table | undefined;
  /** Stores a parameter, with its axes in another order or in another shape, and gives its name. */
  stored(name: string, perm?: readonly number[], dims?: Shape): string | undefined;
  /** What the layer makes of the numbers of one example: a way to its own constants. */
  computed(example: Float32Array): Float32Array;
}

/** Writes the nodes that compute a layer or an op of x, and gives the name of the result in the layout of Regulus, or its
 *  names; undefined where ONNX has no counterpart. Layers have their options as argument, ops what they are called with. */
export type Kind = (graph: Graph, x: Value, layer: Exported, ...args: never[]) => string | Names | undefined;

/** Those of these names that are there. */
export const present = (...names: readonly (string | undefined)[]): string[] =>
  names.filter((name) => name !== undefined);
