import { nn } from '../../index.js';
import { Refusal } from '../keras/settings.js';
import { Constant } from './graphDef.js';
import type { Maker, Site } from './site.js';

type Pair = readonly [number, number];

/** Activations as layers of a name. */
const ACTIVATIONS: Readonly<Record<string, (name: string, slope: number) => nn.CallableLayer>> = {
  Relu: (name) => nn.relu({ name }),
  Relu6: (name) => nn.op('clamp', { args: [0, 6], name }),
  Elu: (name) => nn.elu({ name }),
  Selu: (name) => nn.selu({ name }),
  Sigmoid: (name) => nn.sigmoid({ name }),
  Tanh: (name) => nn.tanh({ name }),
  Softplus: (name) => nn.softplus({ name }),
  Softmax: (name) => nn.softmax({ name }),
  LeakyRelu: (name, slope) => nn.leakyRelu({ slope, name }),
};
/** Those that a layer has as an option. */
const OPTIONS: Readonly<Record<string, 'relu' | 'elu' | 'sigmoid' | 'tanh'>> = {
  Relu: 'relu',
  Elu: 'elu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
};
const activation =
  (name: string): Maker =>
  (s) =>
    ACTIVATIONS[name](s.part(), s.attributes.number('alpha', 0.2))(s.x());

/** The size of a window, its steps and the like: [n, h, w, c], of which the batch and the channels have 1. */
function places(s: Site, name: string): Pair {
  const list = s.attributes.whole(name);
  if (!list.length) return [1, 1];
  const [n, h, w, c] = list;
  if (list.length !== 4 || n !== 1 || c !== 1) throw new Refusal(`${name} ${list.join(', ')}`);
  return [h, w];
}
function padding(s: Site): 'same' | 'valid' | readonly [Pair, Pair] {
  const kind = s.attributes.text('padding', 'VALID');
  if (kind === 'SAME') return 'same';
  if (kind === 'VALID') return 'valid';
  const [, , above, below, left, right] = s.attributes.whole('explicit_paddings');
  if (kind !== 'EXPLICIT' || right === undefined) throw new Refusal(`padding ${kind}`);
  const [rows, columns]: [Pair, Pair] = [
    [above, below],
    [left, right],
  ];
  return [rows, columns];
}
function channelsLast(s: Site): void {
  const format = s.attributes.text('data_format', 'NHWC');
  if (format !== 'NHWC') throw new Refusal(`data_format ${format}`);
}

/** What a fused node computes behind its product: a bias, and an activation. */
function fused(s: Site, first: number) {
  const kinds = s.attributes.texts('fused_ops');
  const bias = kinds[0] === 'BiasAdd' ? s.constant(first) : undefined;
  const [kind, ...more] = bias ? kinds.slice(1) : kinds;
  if (more.length || (kind !== undefined && kind !== 'Prelu' && !Object.hasOwn(ACTIVATIONS, kind)))
    throw new Refusal(`fused ${kinds.join(' and ')}`);
  const option = kind === undefined ? undefined : OPTIONS[kind];
  const own = kind === undefined || option !== undefined;
  const part = s.part(own ? undefined : 'product');
  /** Makes the activation that is a layer of its own. */
  const activate = (y: nn.GraphNode): nn.GraphNode => {
    if (own) return y;
    if (kind === 'Prelu') return prelu(s, y, s.constant(first + (bias ? 1 : 0)));
    return ACTIVATIONS[kind](s.part(), s.attributes.number('leakyrelu_alpha', 0.2))(y);
  };
  if (bias) s.set(part, 'bias', bias);
  return { part, options: { bias: bias !== undefined, activation: option, name: part }, activate };
}
function prelu(s: Site, x: nn.GraphNode, slopes: Constant): nn.GraphNode {
  const name = s.part();
  if (slopes.size !== x.shape.at(-1)) throw new Refusal('slopes that are not one for each channel');
  s.set(name, 'weight', slopes);
  return nn.prelu({ name })(x);
}

const convolution =
  (depthwise: boolean): Maker =>
  (s) => {
    channelsLast(s);
    const x = s.x();
    const kernel = s.constant(1, 4);
    const [h, w, depth, last] = kernel.shape;
    const filters = depthwise ? depth * last : last;
    const groups = depthwise ? depth : (x.shape.at(-1) ?? 0) / depth;
    const { part, options, activate } = fused(s, 2);
    s.set(part, 'weight', kernel);
    const how = { stride: places(s, 'strides'), padding: padding(s), dilation: places(s, 'dilations') };
    return activate(nn.conv2d(filters, [h, w], { ...how, groups, ...options })(x));
  };

const product: Maker = (s) => {
  if (s.attributes.flag('transpose_a')) throw new Refusal('transpose_a, which mixes rows');
  return dense(s, s.attributes.flag('transpose_b'));
};
function dense(s: Site, transposed: boolean): nn.GraphNode {
  const given = s.constant(1, 2);
  const weight = transposed ? turned(given) : given;
  const { part, options, activate } = fused(s, 2);
  s.set(part, 'weight', weight);
  if (s.x().shape.at(-1) !== weight.shape[0]) throw new Refusal(`a product with [${weight.shape.join(', ')}]`);
  return activate(nn.dense(weight.shape[1], options)(s.x()));
}
function turned({ shape: [rows, columns], values, weight }: Constant): Constant {
  const result = Float32Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)],
  );
  return new Constant([columns, rows], result, weight);
}
/** Products of the matrices of an example, of which one may be known. */
const products: Maker = (s) => {
  const [transposeA, transposeB] = ['adj_x', 'adj_y'].map((name) => s.attributes.flag(name));
  const [a, b] = s.inputs;
  if (b instanceof Constant && b.shape.length === 2 && !transposeA) return dense(s, transposeB);
  if (s.x(0).shape.length < 2 || s.x(1).shape.length < 2) throw new Refusal('matrices that are rows of the batch');
  return nn.op('matmul', { args: [{ transposeA, transposeB }], name: s.part() })([
    a as nn.GraphNode,
    b as nn.GraphNode,
  ]);
};

const transposedConvolution: Maker = (s) => {
  channelsLast(s);
  const x = s.x(2);
  const kernel = s.constant(1, 4);
  const [h, w, filters] = kernel.shape;
  const name = s.part();
  s.set(name, 'weight', kernel);
  const stride = places(s, 'strides');
  const pad = padding(s);
  const wanted = s.constant(0).whole.slice(1, 3);
  const sizes = [h, w];
  // Without padding, what the size has beyond the windows comes behind them.
  const rest = wanted.map((n, i) => (pad === 'same' ? 0 : n - ((x.shape[i] - 1) * stride[i] + sizes[i])));
  if (rest.some((n) => n < 0) || (pad !== 'same' && pad !== 'valid'))
    throw new Refusal(`a result of ${wanted.join(' × ')}`);
  const y = nn.convTranspose2d(filters, [h, w], {
    stride,
    padding: pad,
    outputPadding: rest as unknown as Pair,
    dilation: places(s, 'dilations'),
    bias: false,
    name,
  })(x);
  if (y.shape[0] !== wanted[0] || y.shape[1] !== wanted[1])
    throw new Refusal(`a result of ${wanted.join(' × ')}, not ${y.shape.slice(0, 2).join(' × ')}`);
  return y;
};

const normalization: Maker = (s) => {
  channelsLast(s);
  if (s.attributes.flag('is_training', true)) throw new Refusal('is_training');
  const name = s.part();
  ['weight', 'bias', 'running_mean', 'running_var'].forEach((parameter, i) => {
    s.set(name, parameter, s.constant(i + 1, 1));
  });
  return nn.batchNorm({ frozen: true, eps: s.attributes.number('epsilon', 1e-4), name })(s.x());
};

const pooling =
  (average: boolean): Maker =>
  (s) => {
    channelsLast(s);
    const size = places(s, 'ksize');
    const how = { stride: places(s, 'strides'), padding: padding(s), name: s.part() };
    return (average ? nn.avgPool2d(size, { ...how, countPadding: false }) : nn.maxPool2d(size, how))(s.x());
  };

/** Rows of a table by their numbers. */
const lookup: Maker = (s) => {
  const table = s.constant(0, 2);
  if (s.inputs.length > 2 && s.constant(2).whole[0] !== 0)
    throw new Refusal('an axis of the table that is not its first');
  const name = s.part();
  s.set(name, 'weight', table);
  return nn.embedding(table.shape[0], table.shape[1], { name })(s.x(1));
};

/** Nodes that are layers. */
export const LAYERS: Readonly<Record<string, Maker>> = {
  ...Object.fromEntries(Object.keys(ACTIVATIONS).map((name) => [name, activation(name)])),
  Conv2D: convolution(false),
  _FusedConv2D: convolution(false),
  DepthwiseConv2d: convolution(true),
  DepthwiseConv2dNative: convolution(true),
  FusedDepthwiseConv2dNative: convolution(true),
  Conv2DBackpropInput: transposedConvolution,
  MatMul: product,
  _FusedMatMul: product,
  BatchMatMul: products,
  BatchMatMulV2: products,
  FusedBatchNorm: normalization,
  FusedBatchNormV2: normalization,
  FusedBatchNormV3: normalization,
  AvgPool: pooling(true),
  MaxPool: pooling(false),
  Prelu: (s) => prelu(s, s.x(), s.constant(1)),
  GatherV2: lookup,
  ResourceGather: lookup,
};
