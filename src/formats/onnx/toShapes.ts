import type { Kind } from './toLayer.js';
import { isValue, type Names, type Operand, type Value } from './toValue.js';
import { type Graph, INT32 } from './writeGraph.js';

type List = readonly number[];

/** Features in a row. With the channels first they stay where they are: who reads them knows of what image they are. */
export const flatten: Kind = (g, { ready, image, last }, { input }) =>
  image
    ? { first: ready, image }
    : ready === undefined
      ? g.reshape(last, [-1])
      : { first: flat(g, ready), image: input };
/** Everything behind the batch in one axis. */
export const flat = (g: Graph, x: string): string => g.node('Flatten', [x], { axis: 1 });
export const reshape: Kind = (g, { last }, { output }) => g.reshape(last, output);
export const repeat: Kind = (g, { last }, { input }, { times }: { times: number }) =>
  g.op('Tile', g.reshape(last, [1, ...input]), g.ints(1, times, ...input.map(() => 1)));

/** Elements from `starts` to `ends` along axes of x. */
export function sliced(g: Graph, x: Value, starts: List, ends: List, axes: List, steps = axes.map(() => 1)): Names {
  const { name, at, as } = x.axes;
  return as(g.op('Slice', name, ...[starts, ends, axes.map(at), steps].map((list) => g.ints(...list))));
}
/** Elements around x: a pair of widths for each axis. */
export function padded(
  g: Graph,
  x: Value,
  widths: readonly List[],
  fill: readonly string[] = [],
  mode = 'constant',
): Names {
  const { name, at, as } = x.axes;
  const sides: number[] = [];
  widths.forEach(([before, after], axis) => {
    sides[at(axis)] = before;
    sides[at(axis) + widths.length] = after;
  });
  return as(g.node('Pad', [name, g.ints(...sides), ...fill], { mode }));
}

/** Values side by side along an axis. */
export function concatenated(g: Graph, values: readonly Value[], axis: number): Names {
  const { axes } = values.find(({ ready, image }) => ready !== undefined && !image) ?? values[0];
  const isFirst = axes.as('').first !== undefined;
  const names = values.map((x) => (isFirst ? x.first : x.last));
  return axes.as(g.node('Concat', names, { axis: axes.at(axis) }));
}
/** A function along an axis, such as softmax. */
export function along(g: Graph, x: Value, type: string, axis = -1): Names {
  const { name, at, as } = x.axes;
  return as(g.node(type, [name], { axis: at(axis) }));
}

/** The name of an operand in the layout of Regulus. */
export const nameOf = (g: Graph, x: Operand): string => (isValue(x) ? x.last : g.table(x));
/** The rows of a table, or of another axis, at these ids. */
export const looked = (g: Graph, table: Operand, ids: Operand, axis = 0): string =>
  g.node('Gather', [nameOf(g, table), g.cast(nameOf(g, ids), INT32)], { axis });
