import type { Shape } from '../../index.js';

/** A layer that is to be exported, and access to its parameters and helper functions. */
export interface ExportedLayer {
  readonly options: Readonly<Record<string, unknown>>;
  /** The input's shape, for one example. */
  readonly input: Shape;
  readonly output: Shape;
  /** The shapes of all inputs, of which x is a list in a layer that joins. */
  readonly inputs: readonly Shape[];
  /** Returns the variable that holds a parameter; 'null' where the layer has no such parameter. */
  parameter(name: string): string;
  /** Adds a function of HELPERS to the module, and returns its name. */
  use(helper: string): string;
}
/** Writes the expression that computes a layer's output from the variable x. */
type Kind = (layer: ExportedLayer) => string;

type Pair = readonly [number, number];
const pair = (value: unknown): Pair => (typeof value === 'number' ? [value, value] : (value as Pair));
const json = (value: unknown): string => JSON.stringify(value);

/** The geometry of a window on an image, as in ops/window.ts. */
function windows(image: Shape, output: Shape, size: Pair, options: Readonly<Record<string, unknown>>) {
  const [stride, dilation] = [pair(options.stride), pair(options.dilation ?? 1)];
  const padding = options.padding;
  const before = [0, 1].map((i) => {
    if (padding === 'valid') return 0;
    if (padding !== 'same') return pair(pair(padding)[i])[0];
    const reach = (size[i] - 1) * dilation[i] + 1;
    return Math.floor(Math.max(0, (output[i] - 1) * stride[i] + reach - image[i]) / 2);
  });
  return { size, stride, dilation, before };
}

/** Treats a sequence [l, c] as an image of height 1, and adapts the options. */
const line = ([l, c]: Shape): Shape => [1, l, c];
const alone = (n: unknown): Pair => [1, n as number];
/** The padding of a line; before it, a causal kernel of this reach has all of its own. */
const beside = (padding: unknown, reach = 0): unknown => {
  if (padding === 'causal') return [0, [reach, 0]];
  return typeof padding === 'string' ? padding : [0, padding];
};

function convolution({ input, output, options, parameter, use }: ExportedLayer, one: boolean): string {
  const [image, result] = one ? [line(input), line(output)] : [input, output];
  const { stride = 1, padding = 'valid', dilation = 1, groups = 1, paddingMode } = options;
  const causal = ((options.kernel as number) - 1) * (dilation as number);
  const how = one
    ? { stride: alone(stride), padding: beside(padding, causal), dilation: alone(dilation) }
    : { stride, padding, dilation };
  const size = one ? alone(options.kernel) : pair(options.kernel);
  const reflect = paddingMode === 'reflect';
  const given = { image, output: result, ...windows(image, result, size, how), groups, reflect };
  return `${use('convolve')}(x, ${parameter('weight')}, ${parameter('bias')}, ${json(given)})`;
}

function pooling({ input, output, options, use }: ExportedLayer, kind: 'max' | 'average', one: boolean): string {
  const [image, result] = one ? [line(input), line(output)] : [input, output];
  const { size, stride = size, padding = 0, ceil, countPadding = true } = options;
  const how = one ? { stride: alone(stride), padding: beside(padding) } : { stride, padding };
  const { dilation: _, ...rest } = windows(image, result, one ? alone(size) : pair(size), how);
  // Where padding ends that counts; without `ceil` no window reaches further.
  const after = typeof how.padding === 'string' ? [0, 0] : [0, 1].map((i) => pair(pair(how.padding)[i])[1]);
  const end = ceil ? { end: after.map((n, i) => image[i] + n) } : {};
  const given = { image, output: result.slice(0, 2), ...rest, counted: countPadding, ...end };
  return `${use('pool')}(x, '${kind}', ${json(given)})`;
}

/** Height and width of the result, and the window on it, of which the transposed convolution is the gradient. */
function transposed({ input, output, options, parameter, use }: ExportedLayer): string {
  const { stride = 1, padding = 'valid', dilation = 1, groups = 1 } = options;
  const given = {
    image: input,
    output,
    ...windows(output, input, pair(options.kernel), { stride, padding, dilation }),
    groups,
  };
  return `${use('spread')}(x, ${parameter('weight')}, ${parameter('bias')}, ${json(given)})`;
}

/** Images in a larger frame of zeros, or in a smaller one. */
const framed = ({ input, output, use }: Omit<ExportedLayer, 'options'>, sides: unknown, sign: 1 | -1): string =>
  `${use('frame')}(x, ${json(input)}, ${json(output)}, ${json([0, 1].map((i) => sign * pair(pair(sides)[i])[0]))})`;
const weightAndBias = (names: string): string[] =>
  names.split(' ').flatMap((name) => [`${name}.weight`, `${name}.bias`]);
const ATTENTION = weightAndBias('query key value output');
const TRANSFORMER = [
  ...weightAndBias('ln1'),
  ...ATTENTION.map((name) => `attention.${name}`),
  ...weightAndBias('ln2 up down'),
];
function attending({ options, parameter, use }: ExportedLayer, helper: string, names: readonly string[]): string {
  const { heads, causal, rotary = false } = options;
  return `${use(helper)}(x, [${names.map(parameter).join(', ')}], ${[heads, causal, rotary].map(json).join(', ')})`;
}

const same: Kind = () => 'x';
/** Makes the export of a layer that is an elementwise function without options. */
const plain =
  (name: string): Kind =>
  ({ use }) =>
    `${use(name)}(x)`;
const dropped: Kind = ({ options: { keep, scaling }, use }) =>
  scaling === 'test' && keep !== 1 ? `${use('scale')}(x, ${json(keep)})` : 'x';

const ACTIVATIONS: Readonly<Record<string, Kind>> = {
  relu: plain('relu'),
  tanh: plain('tanh'),
  sigmoid: plain('sigmoid'),
  softplus: plain('softplus'),
  silu: plain('silu'),
  selu: plain('selu'),
  softmax: ({ output, use }) => `${use('softmax')}(x, ${output[output.length - 1]})`,
  leakyRelu: ({ options: { slope = 0.01 }, use }) => `${use('leakyRelu')}(x, ${json(slope)})`,
  elu: ({ options: { alpha = 1 }, use }) => `${use('elu')}(x, ${json(alpha)})`,
  hardSigmoid: plain('hardSigmoid'),
  hardSwish: plain('hardSwish'),
  gelu: ({ options, use }) => `${use(options.approximate === 'tanh' ? 'geluTanh' : 'gelu')}(x)`,
};

const recurrent =
  (cell: string): Kind =>
  ({ input, options, parameter, use }) => {
    const { units: n, reverse = false, returnSequences: sequences = false } = options;
    const given = { cell, n, t: input[0], reverse, sequences };
    const parameters = ['weight', 'recurrent', 'bias', 'recurrent_bias'].map(parameter);
    return `${use('recurrent')}(x, ${parameters.join(', ')}, ${json(given)})`;
  };

/** Joins tensors element by element; they broadcast. A step of 0 along an axis repeats an element. */
const joining =
  (f: string): Kind =>
  ({ inputs, output, use }) => {
    const steps = inputs.map((shape) =>
      shape.map((size, axis) => (size === 1 ? 0 : shape.slice(axis + 1).reduce((a, b) => a * b, 1))),
    );
    return `${use('joined')}(x, ${f}, ${json(output)}, ${json(steps)})`;
  };
const ADD = '(a, b) => a + b';

/** The exports of all layers, by factory name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ...ACTIVATIONS,
  dense: ({ options: { units, tie }, parameter, use }) => {
    const [helper, weight] = tie === undefined ? ['dense', 'weight'] : ['denseTied', 'tied'];
    return `${use(helper)}(x, ${parameter(weight)}, ${parameter('bias')}, ${json(units)})`;
  },
  conv1d: (layer) => convolution(layer, true),
  conv2d: (layer) => convolution(layer, false),
  convTranspose2d: transposed,
  maxPool1d: (layer) => pooling(layer, 'max', true),
  maxPool2d: (layer) => pooling(layer, 'max', false),
  avgPool1d: (layer) => pooling(layer, 'average', true),
  avgPool2d: (layer) => pooling(layer, 'average', false),
  globalAvgPool1d: ({ output, use }) => `${use('globalAverage')}(x, ${output[0]})`,
  globalAvgPool2d: ({ output, use }) => `${use('globalAverage')}(x, ${output[0]})`,
  upsample2d: ({ input, options: { factor, mode }, use }) =>
    `${use(mode === 'bilinear' ? 'bilinear' : 'nearest')}(x, ${json(input)}, ${json(pair(factor))})`,
  globalMaxPool1d: ({ output, use }) => `${use('globalMax')}(x, ${output[0]})`,
  globalMaxPool2d: ({ output, use }) => `${use('globalMax')}(x, ${output[0]})`,
  prelu: ({ parameter, use }) => `${use('prelu')}(x, ${parameter('weight')})`,
  add: joining(ADD),
  multiply: joining('(a, b) => a * b'),
  maximum: joining('(a, b) => Math.max(a, b)'),
  average: (layer) => `${layer.use('scale')}(${joining(ADD)(layer)}, ${1 / layer.inputs.length})`,
  concat: ({ inputs, options, use }) => {
    const axis = options.axis as number;
    const before = inputs[0].slice(0, axis < 0 ? inputs[0].length + axis : axis - 1);
    return `${use('beside')}(x, ${before.reduce((a, b) => a * b, 1)})`;
  },
  dot: ({ inputs, options, use }) =>
    `${use('dot')}(x, ${inputs[0][inputs[0].length - 1] ?? 1}, ${json(options.normalize)})`,
  flatten: same,
  identity: same,
  reshape: same,
  repeat: ({ options: { times }, use }) => `${use('repeat')}(x, ${json(times)})`,
  permute: ({ input, options: { axes }, use }) => {
    const steps = input.map((_, i) => input.slice(i + 1).reduce((a, b) => a * b, 1));
    return `${use('arrange')}(x, ${json((axes as number[]).map((axis) => [input[axis], steps[axis]]))})`;
  },
  zeroPad2d: ({ options: { padding }, ...layer }) => framed(layer, padding, 1),
  crop2d: ({ options: { cropping }, ...layer }) => framed(layer, cropping, -1),
  embedding: ({ options, parameter, use }) => `${use('embedding')}(x, ${parameter('weight')}, ${json(options.units)})`,
  rnn: recurrent('rnn'),
  gru: recurrent('gru'),
  lstm: recurrent('lstm'),
  batchNorm: ({ options, parameter, use }) => {
    const names = ['weight', 'bias', 'running_mean', 'running_var'];
    return `${use('batchNorm')}(x, ${names.map(parameter).join(', ')}, ${json(options.eps)})`;
  },
  layerNorm: ({ options, parameter, use }) =>
    `${use('layerNorm')}(x, ${parameter('weight')}, ${parameter('bias')}, ${json(options.eps)})`,
  rmsNorm: ({ options, parameter, use }) => `${use('rmsNorm')}(x, ${parameter('weight')}, ${json(options.eps)})`,
  groupNorm: ({ options, parameter, use }) =>
    `${use('groupNorm')}(x, ${parameter('weight')}, ${parameter('bias')}, ${json(options.groups)}, ${json(options.eps)})`,
  positions: ({ input, options: { kind }, parameter, use }) => {
    const d = input[input.length - 1];
    if (kind === 'learned') return `${use('positions')}(x, ${parameter('weight')})`;
    if (kind === 'sinusoidal') return `${use('sinusoids')}(x, ${d})`;
    const line = input.slice(1).reduce((a, b) => a * b, 1);
    return `${use('rotate')}(x, ${line}, ${d})`;
  },
  attention: (layer) => attending(layer, 'attention', ATTENTION),
  transformer: (layer) => attending(layer, 'transformer', TRANSFORMER),
  dropout: dropped,
  spatialDropout: dropped,
  gaussianDropout: same,
  gaussianNoise: same,
  activityPenalty: same,
};

/** Writes the expression that applies a named activation to a layer's output. */
export const activated = (name: string, layer: ExportedLayer): string => ACTIVATIONS[name]({ ...layer, options: {} });
