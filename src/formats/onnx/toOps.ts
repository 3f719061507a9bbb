import { type MatmulOptions, tensor, type Values } from '../../index.js';
import { ACTIVATIONS, elementwise, named } from './toActivations.js';
import { convolution, globally, pooling, transposed, upsampling } from './toImages.js';
import type { Kind } from './toLayer.js';
import { along, concatenated, looked, nameOf, padded, reshape, sliced } from './toShapes.js';
import { isValue, type Operand, spread, type Table, Value } from './toValue.js';
import { BOOL, FLOAT, type Graph } from './writeGraph.js';

type List = number | readonly number[];
const listOf = (given: List = []): readonly number[] => (typeof given === 'number' ? [given] : given);
/** A place beyond any axis; a list of 64-bit numbers cannot hold infinity. */
const FAR = 2147483647;
const within = (places: readonly number[]): number[] => places.map((n) => Math.max(-FAR, Math.min(FAR, n)));

const tableOf = (given: Values): Table => {
  const t = tensor(given);
  return { shape: t.shape, values: t.data() };
};

type Reduction = (g: Graph, x: string, axes: readonly number[], keep: boolean) => string;
const reduction =
  (type: string): Reduction =>
  (g, x, axes, keep) => {
    const attributes = { keepdims: Number(keep) };
    return type === 'Sum'
      ? g.node('ReduceSum', [x, g.ints(...axes)], attributes)
      : g.node(`Reduce${type}`, [x], { axes, ...attributes });
  };
const mean = reduction('Mean');
const variance: Reduction = (g, x, axes, keep) => {
  const centered = g.op('Sub', x, mean(g, x, axes, true));
  return mean(g, g.op('Mul', centered, centered), axes, keep);
};
/** Reduces axes of x, in whichever layout x is. */
const reduced =
  (f: Reduction): Kind =>
  (g, x, { output }, axis?: List, keep = false) => {
    const { name, at, as } = x.axes;
    const axes = listOf(axis).map(at);
    if (!axes.length || axes.includes(0)) return undefined;
    const stays = output.length > 1 && (keep || !axes.includes(at(-1)));
    return as(f(g, name, axes, keep), stays);
  };
const extreme =
  (type: string): Kind =>
  (g, x, layer, axis: number = -1) =>
    reduced((_, name, [own]) => g.cast(g.node(type, [name], { axis: own, keepdims: 0 }), FLOAT))(
      g,
      x,
      layer,
      axis as never,
    );

/** An op along an axis, by default the last, which is not that of the examples. */
const onAxis =
  (kind: Kind): Kind =>
  (g, x, layer, axis: number = -1, ...rest: never[]) =>
    x.counted(axis) === 0 ? undefined : kind(g, x, layer, axis as never, ...rest);

/** Ops that layers compute too: their weights are the parameter `value`, and arguments in front have names there. */
const asLayer =
  (kind: Kind, first?: string): Kind =>
  (g, x, layer, ...args: never[]) => {
    const own = (name: string): string => (name === 'weight' ? 'value' : '');
    const options = first === undefined ? args[0] : { [first]: args[0], ...(args[1] as object) };
    return kind(
      g,
      x,
      {
        ...layer,
        table: (name) => layer.table(own(name)),
        stored: (name, ...rest) => layer.stored(own(name), ...rest),
      },
      options as never,
    );
  };

/** A matrix, with its last two axes exchanged where that is asked for. */
function matrix(g: Graph, x: Operand, exchanged: boolean | undefined): string {
  if (!exchanged) return nameOf(g, x);
  const rank = isValue(x) ? x.rank : x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return isValue(x) ? g.transpose(x.last, perm) : g.table(x, perm);
}
/** Zeros on one side of a diagonal. */
const triangle =
  (sign: number): Kind =>
  (g, { last }, { output }, k: number = 0) => {
    const [rows, columns] = output.slice(-2);
    const keeps = (i: number): boolean => sign * (Math.floor(i / columns) + k - (i % columns)) >= 0;
    const mask = Array.from({ length: rows * columns }, (_, i) => Number(keeps(i)));
    return g.op('Where', g.cast(g.constant(mask, [rows, columns]), BOOL), last, g.scalar(0));
  };

type Combined = (g: Graph, ...operands: string[]) => string;
const plain =
  (type: string): Combined =>
  (g, ...operands) =>
    g.op(type, ...operands);
const compared =
  (type: string): Combined =>
  (g, ...operands) =>
    g.cast(g.op(type, ...operands), FLOAT);
/** Ops that look at an element of each of several tensors, any of which may be an argument. */
const COMBINED: Readonly<Record<string, Combined>> = {
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  pow: plain('Pow'),
  maximum: plain('Max'),
  minimum: plain('Min'),
  mod: (g, a, b) => g.op('Sub', a, g.op('Mul', b, g.op('Floor', g.op('Div', a, b)))),
  equal: compared('Equal'),
  less: compared('Less'),
  greater: compared('Greater'),
  lessEqual: compared('LessOrEqual'),
  greaterEqual: compared('GreaterOrEqual'),
  notEqual: (g, a, b) => g.cast(g.op('Not', g.op('Equal', a, b)), FLOAT),
  where: (g, condition, a, b) => g.op('Where', g.cast(condition, BOOL), a, b),
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
/** The ops with a name there that is like theirs here. */
const ALIKE = 'Abs Neg Sign Exp Log Sqrt Sin Cos Sinh Cosh Reciprocal Floor Round'.split(' ');
const OPS: Readonly<Record<string, Kind>> = {
  ...ACTIVATIONS,
  ...Object.fromEntries(ALIKE.map((type) => [type.toLowerCase(), named(type)])),
  log1p: elementwise((g, x) => g.op('Log', g.op('Add', x, g.scalar(1)))),
  expm1: elementwise((g, x) => g.op('Sub', g.op('Exp', x), g.scalar(1))),
  square: elementwise((g, x) => g.op('Mul', x, x)),
  isNaN: elementwise((g, x) => g.cast(g.op('IsNaN', x), FLOAT)),
  stopGradient: elementwise((_, x) => x),
  ...Object.fromEntries(
    Object.entries(COMBINED).map(([name, f]): [string, Kind] => [
      name,
      (g, _, { inputs }) => spread(g, inputs, (...names) => f(g, ...names)),
    ]),
  ),
  ...Object.fromEntries(Object.entries(REDUCTIONS).map(([name, type]) => [name, reduced(reduction(type))])),
  variance: reduced(variance),
  std: reduced((g, ...args) => g.op('Sqrt', variance(g, ...args))),
  argmax: extreme('ArgMax'),
  argmin: extreme('ArgMin'),
  clamp: (g, x, _, low: number, high: number) => x.map((name) => g.op('Clip', name, g.scalar(low), g.scalar(high))),
  softmax: onAxis((g, x, _, axis: number) => along(g, x, 'Softmax', axis)),
  logSoftmax: onAxis((g, x, _, axis: number) => along(g, x, 'LogSoftmax', axis)),
  cumsum: onAxis((g, x, _, axis: number) => {
    const { name, at, as } = x.axes;
    // A number, not a list of one.
    return as(g.op('CumSum', name, g.op('Squeeze', g.ints(at(axis)))));
  }),
  sort: onAxis((g, x, { input }, axis: number, { descending = false }: { descending?: boolean } = {}) => {
    const { name, at, as } = x.axes;
    const count = g.ints(input[x.counted(axis) - 1]);
    return as(g.node('TopK', [name, count], { axis: at(axis), largest: Number(descending) }, 0, 2));
  }),
  reshape,
  squeeze: reshape,
  expandDims: reshape,
  transpose: (g, x, _, perm: readonly number[] = []) => {
    const axes = perm.map((axis) => x.counted(axis));
    return axes[0] === 0 ? g.transpose(x.last, axes) : undefined;
  },
  slice: (g, x, _, begin: List, end: List, step?: List) => {
    const [[batch = 0, ...starts], [, ...ends], [by = 1, ...steps]] = [begin, end, step].map(listOf);
    const axes = starts.map((__, i) => i + 1);
    if (batch !== 0 || by !== 1) return undefined;
    return sliced(g, x, within(starts), within(ends), axes, steps.length ? steps : undefined);
  },
  flip: (g, x, _, axis?: List) => {
    const axes = listOf(axis).map((at) => x.counted(at));
    const all = (n: number): number[] => axes.map(() => n);
    return axes.length && !axes.includes(0) ? sliced(g, x, all(-1), all(-FAR), axes, all(-1)) : undefined;
  },
  pad: (
    g,
    x,
    _,
    widths: readonly (readonly number[])[],
    { value = 0, mode }: { value?: number; mode?: string } = {},
  ) =>
    widths[0].some((n) => n !== 0)
      ? undefined
      : padded(g, x, widths, mode === 'reflect' ? [] : [g.scalar(value)], mode),
  tile: (g, { last, rank }, _, times: List) => {
    const list = listOf(times);
    const [batch, ...rest] = [...new Array<number>(Math.max(0, rank - list.length)).fill(1), ...list];
    return batch === 1 && rest.length < rank ? g.op('Tile', last, g.ints(1, ...rest)) : undefined;
  },
  tril: triangle(1),
  triu: triangle(-1),
  concat: (g, _, { inputs }, axis: number = 0) =>
    axis === 0 ? undefined : concatenated(g, inputs.filter(isValue), axis),
  stack: (g, x, { input, inputs }, axis: number = 0) => {
    const at = axis < 0 ? axis + x.rank : axis - 1;
    const shape = [...input.slice(0, at), 1, ...input.slice(at)];
    const parts = inputs.map((part) => new Value(g, shape, { last: g.reshape(nameOf(g, part), shape) }));
    return at < 0 ? undefined : concatenated(g, parts, at + 1);
  },
  gather: (g, _, { inputs: [x, ids] }, axis: number = 0) => {
    // Of a table the ids are each example's; places of an example are the same for all.
    const at = isValue(x) ? x.counted(axis) : axis;
    return isValue(x) !== isValue(ids) && isValue(x) === (at !== 0) ? looked(g, x, ids, at) : undefined;
  },
  embedding: (g, _, { inputs: [ids, table] }) => (isValue(table) ? undefined : looked(g, table, ids)),
  oneHot: (g, { last }, { input }, classes: number) => {
    const numbers = g.constant(Array.from({ length: classes }, (_, i) => i));
    return g.cast(g.op('Equal', g.reshape(last, [...input, 1]), numbers), FLOAT);
  },
  matmul: (g, _, { inputs: [a, b] }, { transposeA, transposeB }: MatmulOptions = {}) =>
    g.op('MatMul', matrix(g, a, transposeA), matrix(g, b, transposeB)),
  conv1d: asLayer(convolution),
  conv2d: asLayer(convolution),
  convTranspose2d: asLayer(transposed),
  maxPool1d: asLayer(pooling('MaxPool'), 'size'),
  maxPool2d: asLayer(pooling('MaxPool'), 'size'),
  avgPool1d: asLayer(pooling('AveragePool'), 'size'),
  avgPool2d: asLayer(pooling('AveragePool'), 'size'),
  globalAvgPool2d: globally('GlobalAveragePool'),
  upsample2d: asLayer(upsampling, 'factor'),
};
/** Ops of two tensors, of which the second may be an argument. */
const OF_TWO: readonly string[] = ['gather', 'embedding', 'matmul'];

/** The layer nn.op: an op of tensors, one of which may be a parameter of the layer. */
export const op: Kind = (g, x, layer, options: { operation: string; args?: readonly Values[]; first?: boolean }) => {
  const { operation, args = [], first } = options;
  const own = layer.table('value');
  const operands = own ? (first ? [own, ...layer.inputs] : [...layer.inputs, own]) : layer.inputs;
  if (!Object.hasOwn(OPS, operation)) return undefined;
  const isCombined = Object.hasOwn(COMBINED, operation);
  const count = isCombined ? args.length : Number(operands.length === 1 && OF_TWO.includes(operation));
  const inputs = [...operands, ...args.slice(0, count).map(tableOf)];
  return OPS[operation](g, x, { ...layer, inputs }, ...(args.slice(count) as never[]));
};
