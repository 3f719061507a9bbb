import { alike, type Exported, type Kind, last } from './toLayer.js';
import { type Operand, type Table, Value } from './toValue.js';
import { type Graph, INT32 } from './writeGraph.js';

/** Features in a row. With the channels first they stay where they are: who reads them knows of what image they are. */
export const flatten: Kind = ({ graph, x, output, input }) => {
  if (x.image) return x;
  return x.isFirst
    ? new Value(graph, output, { first: graph.node('Flatten', [x.first], { axis: 1 }) }, input)
    : new Value(graph, output, { last: graph.reshape(x.last, [-1]) });
};
export const reshape: Kind = (layer) => last(layer, layer.graph.reshape(layer.x.last, layer.output));
/** `perm` is that of all axes, of which the first stays. */
export const transpose = (layer: Exported, perm: readonly number[]): Value =>
  last(layer, layer.graph.transpose(layer.x.last, perm));
export const repeat: Kind = (layer) => {
  const { graph, x, input, options } = layer;
  const times = graph.ints(1, options.times as number, ...input.map(() => 1));
  return last(layer, graph.op('Tile', graph.reshape(x.last, [1, ...input]), times));
};

/** Elements from `starts` to `ends` along axes of x. */
export function sliced(
  layer: Exported,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[],
  steps: readonly number[] = axes.map(() => 1),
): Value {
  const { x, isFirst, at } = layer.x.axes;
  const lists = [starts, ends, axes.map(at), steps].map((list) => layer.graph.ints(...list));
  return alike(layer, isFirst, layer.graph.op('Slice', x, ...lists));
}
/** Elements around x: a pair of widths for each axis. */
export function padded(layer: Exported, widths: readonly (readonly number[])[], value = 0, mode = 'constant'): Value {
  const { graph, x: given } = layer;
  const { x, isFirst, at } = given.axes;
  const sides = [0, 1].flatMap((side) => {
    const list: number[] = [];
    widths.forEach((pair, axis) => {
      list[at(axis)] = pair[side];
    });
    return list;
  });
  const fill = mode === 'constant' ? [graph.scalar(value)] : [];
  return alike(layer, isFirst, graph.node('Pad', [x, graph.ints(...sides), ...fill], { mode }));
}

/** Values side by side along an axis. */
export function concatenated(layer: Exported, values: readonly Value[], axis: number): Value {
  const isFirst = values.some((x) => x.isFirst && !x.image && x.rank > 2);
  const [{ rank }] = values;
  const at = axis < 0 ? axis + rank : axis;
  const own = !isFirst ? at : at === rank - 1 ? 1 : at + 1;
  const names = values.map((x) => (isFirst ? x.first : x.last));
  return alike(layer, isFirst, layer.graph.node('Concat', names, { axis: own }));
}
/** A function along an axis, such as softmax. */
export function along(layer: Exported, type: string, axis = -1): Value {
  const { x, isFirst, at } = layer.x.axes;
  return alike(layer, isFirst, layer.graph.node(type, [x], { axis: at(axis) }));
}

/** Numbers that are ids, as whole ones. */
export const ids = (graph: Graph, x: Operand): string => graph.cast(nameOf(graph, x), INT32);
/** The name of an operand in the layout of Regulus. */
export function nameOf(graph: Graph, x: Operand): string {
  if (x instanceof Value) return x.last;
  return x.path === undefined ? graph.constant(x.values, x.shape) : graph.parameter(x.path, x.values, x.shape);
}
/** The rows of a table. */
export const looked = (layer: Exported, table: Table, x: Operand): Value =>
  last(layer, layer.graph.op('Gather', nameOf(layer.graph, table), ids(layer.graph, x)));
