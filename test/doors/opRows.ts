import * as R from '../../src/index.js';
import type { Door, Doors } from './harness.js';
import * as k from './kinds.js';

type RandomGenerator = ReturnType<typeof R.randomGenerator>;
const range = (shape: readonly number[]): R.Tensor =>
  R.arange(shape.reduce((a, b) => a * b, 1))
    .reshape(shape)
    .div(7);
const of = (...shape: number[]) => k.tensor(() => range(shape));
const x = of(2, 3);
const places = k.tensor(() => R.tensor([1, 0]));

const ops = R as unknown as Record<string, (...args: never[]) => unknown>;
const op = (name: string, args: Door['args'], options?: Door['options']): Doors => ({
  [name]: { call: ops[name], args, options },
});
const each = (names: readonly string[], args: Door['args'], options?: Door['options']): Doors =>
  Object.assign({}, ...names.map((name) => op(name, args, options)));

const padding = k.or(k.pair(1, 0), (p) => p === 'valid' || p === 'same');
const convolution = { stride: k.pair(1), padding, dilation: k.pair(1), groups: k.whole(1) };
const line = { stride: k.whole(1), padding };
const ceil = k.flag(true);

/** Ops, as functions. */
export const opRows: Doors = {
  ...each(
    [
      'abs',
      'cos',
      'cosh',
      'exp',
      'expm1',
      'floor',
      'isNaN',
      'log',
      'log1p',
      'neg',
      'reciprocal',
      'relu',
      'round',
      'selu',
      'sigmoid',
      'sign',
      'silu',
      'sin',
      'sinh',
      'softplus',
    ],
    { x },
  ),
  ...each(['sqrt', 'square', 'stopGradient', 'tanh'], { x }),
  ...each(['add', 'div', 'maximum', 'minimum', 'mod', 'mul', 'pow', 'sub'], { a: x, b: x }),
  ...each(['equal', 'greater', 'greaterEqual', 'less', 'lessEqual', 'notEqual'], { a: x, b: x }),
  ...each(['logSumExp', 'max', 'mean', 'min', 'norm', 'prod', 'std', 'sum', 'variance'], {
    x,
    axis: k.optional(k.axes(0)),
    keepDims: k.optional(k.flag(true)),
  }),
  ...each(['argmax', 'argmin', 'cumsum', 'logSoftmax', 'softmax'], { x, axis: k.optional(k.axis(1)) }),
  ...op('sort', { x, axis: k.optional(k.axis(1)) }, { descending: k.flag(true) }),
  ...op('squeeze', { x: of(2, 1), axis: k.optional(k.axes(1)) }),
  ...op('expandDims', { x, axis: k.optional(k.axis(1)) }),
  ...op('tile', { x, times: k.or(k.wholes([2]), (n) => typeof n === 'number') }),
  ...each(['tril', 'triu'], { x, k: k.optional(k.whole(1, Number.MIN_SAFE_INTEGER)) }),
  ...op('einsum', { equation: k.word('ij->ji'), 'operands[0]': x }),
  ...op('leakyRelu', { x }, { slope: k.finite(0.1) }),
  ...op('elu', { x }, { alpha: k.finite(1) }),
  ...op('gelu', { x }, { approximate: k.word('tanh') }),
  ...op('clamp', { x, low: k.number(-1), high: k.number(1) }),
  ...op('where', { condition: x, a: x, b: x }),
  ...op('matmul', { a: of(2, 3), b: of(3, 2) }, { transposeA: k.flag(false), transposeB: k.flag(false) }),
  ...op('reshape', { x, shape: k.wholes([3, 2]) }),
  ...op('transpose', { x, perm: k.optional(k.wholes([1, 0])) }),
  ...op('flip', { x, axis: k.optional(k.axes(0)) }),
  ...each(['concat', 'stack'], { xs: k.tensors(() => [range([2, 3]), range([2, 3])]), axis: k.optional(k.axis(0)) }),
  ...op('slice', {
    x,
    begin: k.or(k.wholes([0]), (v) => typeof v === 'number'),
    end: k.or(k.wholes([1]), (v) => typeof v === 'number'),
    step: k.optional(k.or(k.wholes([1]), (v) => typeof v === 'number')),
  }),
  ...op(
    'pad',
    {
      x,
      widths: k.only(() => [
        [0, 1],
        [1, 0],
      ]),
    },
    { value: k.number(2), mode: k.word('reflect') },
  ),
  ...op('gather', { x, indices: places, axis: k.optional(k.axis(0)) }),
  ...op('embedding', { indices: places, table: x }),
  ...op('oneHot', { indices: places, classes: k.whole(3) }),
  ...op('conv1d', { x: of(1, 5, 2), w: of(3, 2, 2) }, { ...line, dilation: k.whole(1), groups: k.whole(1) }),
  ...op('maxPool1d', { x: of(1, 6, 2), size: k.whole(2) }, { ...line, ceil }),
  ...op('avgPool1d', { x: of(1, 6, 2), size: k.whole(2) }, { ...line, ceil, countPadding: k.flag(true) }),
  ...op('conv2d', { x: of(1, 5, 5, 2), w: of(3, 3, 2, 2) }, convolution),
  ...op('convTranspose2d', { x: of(1, 3, 3, 2), w: of(3, 3, 2, 2) }, { ...convolution, outputPadding: k.pair(0, 0) }),
  ...op('maxPool2d', { x: of(1, 4, 4, 2), size: k.pair(2) }, { stride: k.pair(2), padding, ceil }),
  ...op(
    'avgPool2d',
    { x: of(1, 4, 4, 2), size: k.pair(2) },
    { stride: k.pair(2), padding, ceil, countPadding: k.flag(false) },
  ),
  ...op('globalAvgPool2d', { x: of(1, 4, 4, 2) }),
  ...op('upsample2d', { x: of(1, 2, 2, 1), factor: k.pair(2) }, { mode: k.word('nearest') }),
};

/** Ops that share their names with functions of data sets and metrics. */
const shared: Doors = {
  split: {
    args: {
      x,
      parts: k.or(k.whole(3), (v) => Array.isArray(v) && v.every((n) => typeof n === 'number')),
      axis: k.optional(k.axis(1)),
    },
  } as never,
  topK: { args: { x, k: k.whole(2), axis: k.optional(k.axis(1)) } } as never,
};

/** The ops as methods of a tensor. */
export const methodRows: Doors = Object.fromEntries(
  Object.entries({ ...opRows, ...shared })
    .filter(([name]) => !['concat', 'stack', 'einsum'].includes(name))
    .map(([name, { args = {}, options }]) => {
      const [[, first], ...rest] = Object.entries(args);
      const call = (...given: never[]) =>
        (first.right() as unknown as Record<string, (...a: never[]) => unknown>)[name](...given);
      return [`tensor.${name}`, { call, args: Object.fromEntries(rest), options }];
    }),
);

/** Functions that make tensors. */
export const tensorRows: Doors = {
  ...op(
    'scaledDotProductAttention',
    { query: of(1, 2, 2), key: of(1, 3, 2), value: of(1, 3, 2) },
    { heads: k.whole(2), causal: k.flag(true), lengths: k.tensor(() => R.tensor([2])) },
  ),
  tensor: { call: R.tensor, args: { values: k.values([[1, 2]]), shape: k.optional(k.shape([2])) } },
  zeros: { call: R.zeros, args: { shape: k.shape([2]) } },
  ones: { call: R.ones, args: { shape: k.shape([2]) } },
  full: { call: R.full, args: { shape: k.shape([2]), value: k.number(3) } },
  arange: { call: R.arange, args: { n: k.whole(3) } },
  linspace: { call: R.linspace, args: { a: k.finite(0), b: k.finite(1), n: k.whole(3) } },
  eye: { call: R.eye, args: { n: k.whole(3) } },
  randomGenerator: {
    call: R.randomGenerator,
    args: { seed: k.finite(1) },
    use: (g: RandomGenerator) => [g.normal([2]), g.uniform([2]), g.bernoulli([2], 0.5), g.permutation(3)],
  } as Door,
  'randomGenerator.normal': {
    call: (...a: Parameters<RandomGenerator['normal']>) => R.randomGenerator(1).normal(...a),
    args: { shape: k.shape([2]) },
    options: { mean: k.finite(0), std: k.fromZero(1) },
  } as Door,
  'randomGenerator.uniform': {
    call: (...a: Parameters<RandomGenerator['uniform']>) => R.randomGenerator(1).uniform(...a),
    args: { shape: k.shape([2]) },
    options: { low: k.finite(0), high: k.fromZero(1) },
  } as Door,
  'randomGenerator.bernoulli': {
    call: (...a: Parameters<RandomGenerator['bernoulli']>) => R.randomGenerator(1).bernoulli(...a),
    args: { shape: k.shape([2]), p: k.between(0.5) },
  } as Door,
  'randomGenerator.permutation': {
    call: (n: number) => R.randomGenerator(1).permutation(n),
    args: { n: k.whole(4) },
  } as Door,
};
