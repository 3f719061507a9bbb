import { type MatmulOptions, tensor, type Values } from '../../index.js';
import { COMBINED, ELEMENTWISE } from './toActivations.js';
import { convolution, globally, pooling, transposed, upsampling } from './toImages.js';
import { alike, type Exported, last } from './toLayer.js';
import { along, concatenated, ids, looked, nameOf, padded, reshape, sliced, transpose } from './toShapes.js';
import { type Operand, permuted, spread, type Table, Value } from './toValue.js';
import { BOOL, FLOAT, type Graph } from './writeGraph.js';

/** Writes an op of tensors with these arguments behind them. It gives undefined where the op has no counterpart for these, or mixes examples. */
type Written = (layer: Exported, operands: readonly Operand[], ...args: never[]) => Value | undefined;
type List = number | readonly number[];
const listOf = (given: List | undefined): readonly number[] => (typeof given === 'number' ? [given] : (given ?? []));
/** Places that a list of 64-bit numbers cannot hold are beyond any axis. */
const place = (n: number): number => Math.max(-FAR, Math.min(FAR, n));
const FAR = 2147483647;

const tableOf = (given: Values): Table => {
  const t = tensor(given);
  return { shape: t.shape, values: t.data() };
};

function reduce(graph: Graph, type: string, x: string, axes: readonly number[], keepdims: boolean): string {
  const attributes = { keepdims: Number(keepdims) };
  return type === 'ReduceSum'
    ? graph.node(type, [x, graph.ints(...axes)], attributes)
    : graph.node(type, [x], { axes, ...attributes });
}
/** Reduces axes of x by what `f` makes of them, in whichever layout x is. */
const reduced =
  (f: (graph: Graph, x: string, axes: readonly number[], keep: boolean) => string): Written =>
  (layer, _, axis?: List, keep = false) => {
    const { x, isFirst, at } = layer.x.axes;
    const axes = listOf(axis).map(at);
    if (!axes.length || axes.includes(0)) return undefined;
    const stays = keep || !axes.includes(at(-1));
    return alike(layer, isFirst && stays && layer.output.length > 1, f(layer.graph, x, axes, keep));
  };
const REDUCTIONS = {
  sum: 'Sum',
  mean: 'Mean',
  max: 'Max',
  min: 'Min',
  prod: 'Prod',
  norm: 'L2',
  logSumExp: 'LogSumExp',
};
function variance(graph: Graph, x: string, axes: readonly number[], keep: boolean): string {
  const centered = graph.op('Sub', x, reduce(graph, 'ReduceMean', x, axes, true));
  return reduce(graph, 'ReduceMean', graph.op('Mul', centered, centered), axes, keep);
}
const extreme =
  (type: string): Written =>
  (layer, operands, axis: number = -1) =>
    reduced((graph, x, [own]) => graph.cast(graph.node(type, [x], { axis: own, keepdims: 0 }), FLOAT))(
      layer,
      operands,
      axis as never,
    );

/** Ops that layers compute too. */
const asLayer =
  (kind: (layer: Exported) => Value, options: (...args: never[]) => Exported['options']): Written =>
  (layer, _, ...args) =>
    kind({
      ...layer,
      options: options(...args),
      table: (name) => (name === 'weight' ? layer.table('value') : undefined),
    });
const weighted = (options: object = {}): Exported['options'] => ({ ...options });
const sized =
  (name: string) =>
  (size: unknown, options: object = {}): Exported['options'] => ({ [name]: size, ...options });

/** A matrix, with its last two axes exchanged where that is asked for. */
function matrix(graph: Graph, x: Operand, exchanged: boolean | undefined): string {
  if (!exchanged) return nameOf(graph, x);
  const rank = x instanceof Value ? x.rank : x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  if (x instanceof Value) return graph.transpose(x.last, perm);
  return nameOf(graph, { ...x, shape: perm.map((axis) => x.shape[axis]), values: permuted(x.values, x.shape, perm) });
}
/** Zeros on one side of a diagonal. */
const triangle =
  (keeps: (row: number, column: number, k: number) => boolean): Written =>
  (layer, _, k: number = 0) => {
    const { graph, x, output } = layer;
    const [rows, columns] = output.slice(-2);
    const mask = Array.from({ length: rows * columns }, (_, i) =>
      Number(keeps(Math.floor(i / columns), i % columns, k)),
    );
    const kept = graph.cast(graph.constant(mask, [rows, columns]), BOOL);
    return last(layer, graph.op('Where', kept, x.last, graph.scalar(0)));
  };

const WRITTEN: Readonly<Record<string, Written>> = {
  clamp: ({ graph, x }, _, low: number, high: number) =>
    x.map((name) => graph.op('Clip', name, graph.scalar(low), graph.scalar(high))),
  ...Object.fromEntries(
    Object.entries(REDUCTIONS).map(([name, type]) => [
      name,
      reduced((graph, x, axes, keep) => reduce(graph, `Reduce${type}`, x, axes, keep)),
    ]),
  ),
  variance: reduced(variance),
  std: reduced((graph, x, axes, keep) => graph.op('Sqrt', variance(graph, x, axes, keep))),
  argmax: extreme('ArgMax'),
  argmin: extreme('ArgMin'),
  softmax: (layer, _, axis?: number) => along(layer, 'Softmax', axis),
  logSoftmax: (layer, _, axis?: number) => along(layer, 'LogSoftmax', axis),
  cumsum: (layer, _, axis: number = -1) => {
    const { x, isFirst, at } = layer.x.axes;
    return alike(layer, isFirst, layer.graph.op('CumSum', x, layer.graph.ints(at(axis))));
  },
  sort: (layer, _, axis: number = -1, { descending = false }: { descending?: boolean } = {}) => {
    const { graph, x: given } = layer;
    const { x, isFirst, at } = given.axes;
    const own = at(axis);
    const count = graph.ints(layer.input[(axis < 0 ? axis + given.rank : axis) - 1]);
    return alike(layer, isFirst, graph.node('TopK', [x, count], { axis: own, largest: Number(descending) }, 0, 2));
  },
  reshape,
  squeeze: reshape,
  expandDims: reshape,
  transpose: (layer, _, perm?: readonly number[]) => {
    const { rank } = layer.x;
    const axes = perm?.map((axis) => (axis < 0 ? axis + rank : axis));
    return axes?.[0] === 0 ? transpose(layer, axes) : undefined;
  },
  slice: (layer, _, begin: List, end: List, step?: List) => {
    const [from, to, by] = [begin, end, step].map(listOf);
    if ((from[0] ?? 0) !== 0 || (by[0] ?? 1) !== 1) return undefined;
    const axes = from.map((_, axis) => axis).slice(1);
    const steps = axes.map((axis) => by[axis] ?? 1);
    return sliced(layer, from.slice(1).map(place), to.slice(1).map(place), axes, steps);
  },
  flip: (layer, _, axis?: List) => {
    const axes = listOf(axis).map((at) => (at < 0 ? at + layer.x.rank : at));
    const all = (n: number): number[] => axes.map(() => n);
    return axes.length && !axes.includes(0) ? sliced(layer, all(-1), all(-FAR), axes, all(-1)) : undefined;
  },
  pad: (layer, _, widths: readonly Pair[], { value, mode }: { value?: number; mode?: string } = {}) =>
    widths[0].some((n) => n !== 0) ? undefined : padded(layer, widths, value, mode),
  tile: (layer, _, times: List) => {
    const { graph, x } = layer;
    const list = listOf(times);
    const whole = [...new Array<number>(Math.max(0, x.rank - list.length)).fill(1), ...list];
    return whole.length > x.rank || whole[0] !== 1
      ? undefined
      : last(layer, graph.op('Tile', x.last, graph.ints(...whole)));
  },
  tril: triangle((row, column, k) => column <= row + k),
  triu: triangle((row, column, k) => column >= row + k),
  concat: (layer, _, axis: number = 0) => (axis === 0 ? undefined : concatenated(layer, layer.inputs, axis)),
  stack: (layer, _, axis: number = 0) => {
    const { graph, inputs, x } = layer;
    const at = axis < 0 ? axis + x.rank + 1 : axis;
    if (at === 0) return undefined;
    const shape = [...layer.input.slice(0, at - 1), 1, ...layer.input.slice(at - 1)];
    const parts = inputs.map((part) => new Value(graph, shape, { last: graph.reshape(part.last, shape) }));
    return concatenated(layer, parts, at);
  },
  gather: (layer, [x, at], axis: number = 0) => {
    if (!(x instanceof Value)) return axis === 0 ? looked(layer, x, at) : undefined;
    const own = axis < 0 ? axis + x.rank : axis;
    if (at instanceof Value || own === 0) return undefined;
    return last(layer, layer.graph.node('Gather', [x.last, ids(layer.graph, at)], { axis: own }));
  },
  embedding: (layer, [x, table]) => (table instanceof Value ? undefined : looked(layer, table, x)),
  oneHot: (layer, _, classes: number) => {
    const { graph, x, input } = layer;
    const numbers = graph.constant(Array.from({ length: classes }, (_, i) => i));
    return last(layer, graph.cast(graph.op('Equal', graph.reshape(x.last, [...input, 1]), numbers), FLOAT));
  },
  matmul: (layer, [a, b], { transposeA, transposeB }: MatmulOptions = {}) => {
    const { graph } = layer;
    return last(layer, graph.op('MatMul', matrix(graph, a, transposeA), matrix(graph, b, transposeB)));
  },
  conv1d: asLayer(convolution, weighted),
  conv2d: asLayer(convolution, weighted),
  convTranspose2d: asLayer(transposed, weighted),
  maxPool1d: asLayer(pooling('MaxPool'), sized('size')),
  maxPool2d: asLayer(pooling('MaxPool'), sized('size')),
  avgPool1d: asLayer(pooling('AveragePool'), sized('size')),
  avgPool2d: asLayer(pooling('AveragePool'), sized('size')),
  globalAvgPool2d: globally('GlobalAveragePool'),
  upsample2d: asLayer(upsampling, sized('factor')),
};
type Pair = readonly [number, number];

/** The layer nn.op: an op of tensors, one of which may be a parameter of the layer. */
export function op(layer: Exported): Value | undefined {
  const { graph, inputs, options, output } = layer;
  const { operation, args = [], first = false } = options as { operation: string; args?: Values[]; first?: boolean };
  const own = layer.table('value');
  const operands: readonly Operand[] = !own ? inputs : first ? [own, ...inputs] : [...inputs, own];
  if (Object.hasOwn(COMBINED, operation))
    return spread(graph, output, [...operands, ...args.map(tableOf)], (...names) =>
      COMBINED[operation](graph, ...names),
    );
  if (Object.hasOwn(ELEMENTWISE, operation))
    return layer.x.map((x) => ELEMENTWISE[operation](graph, x, (args[0] ?? {}) as never));
  if (!Object.hasOwn(WRITTEN, operation)) return undefined;
  // Arguments of these that are numbers for a tensor, such as the places of gather.
  const isData = OF_TWO.includes(operation) && operands.length === 1;
  const [given, rest] = isData ? [args.slice(0, 1).map(tableOf), args.slice(1)] : [[], args];
  return WRITTEN[operation](layer, [...operands, ...given], ...(rest as never[]));
}
const OF_TWO: readonly string[] = ['gather', 'embedding', 'matmul'];
