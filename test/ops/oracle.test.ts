import { describe, expect, test } from 'vitest';
import { gradient } from '../../src/differentiate/gradient.js';
import { hvp } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { binaryCrossEntropy, crossEntropy, huber, kl, mae, mse } from '../../src/losses/index.js';
import { batchNorm, groupNorm, hardSigmoid, hardSwish, prelu, sequential } from '../../src/nn/index.js';
import type { Context } from '../../src/nn/layer.js';
import * as ops from '../../src/ops/index.js';
import type { Conv2dOptions } from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { type Numbers, type OpCase, opCases, tolerance } from '../fixtures/index.js';

type Tensors = Record<string, Tensor>;
type Attrs = Record<string, unknown>;
/** Computes the result of a case from its inputs, its integer inputs and its attributes. */
type Compute = (inputs: Tensors, ints: Tensors, attrs: Attrs) => Tensor;

const axis = (a: Attrs): number | number[] | undefined => (a.axis as number | number[] | null) ?? undefined;
const count = (x: Tensor, at: number | number[] | undefined): number => x.size / ops.sum(x, at).size;
const unbiased = (x: Tensor, at: number | number[] | undefined): Tensor =>
  ops.variance(x, at).mul(count(x, at) / (count(x, at) - 1));
const unary =
  (f: (x: Tensor) => Tensor): Compute =>
  ({ x }) =>
    f(x);
const reduce =
  (f: (x: Tensor, at?: number | number[]) => Tensor): Compute =>
  ({ x }, _, a) =>
    f(x, axis(a));
const withSmoothing = (smoothing: 'uniform' | 'others', a: Attrs): ReturnType<typeof crossEntropy> =>
  crossEntropy({ labelSmoothing: (a.label_smoothing as number | undefined) ?? 0, smoothing });
/** Pads the last two axes of [n, c, h, w]. */
const pad2d: Compute = ({ x }, _, a) =>
  ops.pad(
    x,
    [
      [0, 0],
      [0, 0],
      [a.top as number, a.bottom as number],
      [a.left as number, a.right as number],
    ],
    { mode: a.mode ? 'reflect' : 'constant' },
  );

/** NCHW there, channels last here; weights OIHW there, [kh, kw, cin, cout] here. */
const last = (x: Tensor): Tensor => ops.transpose(x, [0, 2, 3, 1]);
const back = (x: Tensor): Tensor => ops.transpose(x, [0, 3, 1, 2]);
const pooled =
  (f: (x: Tensor, size: number, options: { stride: number; padding: number }, a: Attrs) => Tensor): Compute =>
  ({ x }, _, a) =>
    back(f(last(x), a.kernel as number, { stride: a.stride as number, padding: a.padding as number }, a));

const COMPUTE: Record<string, Compute> = {
  conv2d: ({ x, w, b }, _, a) => {
    const options = { stride: a.stride, padding: a.padding, dilation: a.dilation, groups: a.groups } as Conv2dOptions;
    return back(ops.conv2d(last(x), ops.transpose(w, [2, 3, 1, 0]), options).add(b));
  },
  // [n, c, l] there; weights OIL there, [k, cin, cout] here.
  conv1d: ({ x, w, b }, _, a) =>
    ops.transpose(
      ops
        .conv1d(ops.transpose(x, [0, 2, 1]), ops.transpose(w, [2, 1, 0]), {
          stride: a.stride as number,
          padding: a.padding as number,
        })
        .add(b),
      [0, 2, 1],
    ),
  // IOHW there, [kh, kw, cout, cin] here.
  conv_transpose2d: ({ x, w, b }, _, a) =>
    back(
      ops
        .convTranspose2d(last(x), ops.transpose(w, [2, 3, 1, 0]), {
          stride: a.stride as number,
          padding: a.padding as number,
        })
        .add(b),
    ),
  upsample: ({ x }, _, a) =>
    back(ops.upsample2d(last(x), a.scale as number, { mode: a.mode as 'nearest' | 'bilinear' })),
  group_norm: ({ x, gamma, beta }, _, a) => {
    const layer = groupNorm(a.groups as number, { eps: a.eps as number });
    return back(layer.call(last(x), { weight: gamma, bias: beta }, {} as Context));
  },
  max_pool2d: pooled(ops.maxPool2d),
  avg_pool2d: pooled((x, size, options, a) =>
    ops.avgPool2d(x, size, { ...options, countPadding: a.count_include_pad as boolean }),
  ),
  global_avg_pool2d: ({ x }) => ops.globalAvgPool2d(last(x)),
  matmul: ({ a, b }, _, at) => ops.matmul(a, b, { transposeA: !!at.transpose_a, transposeB: !!at.transpose_b }),
  batch_matmul: ({ a, b }) => ops.matmul(a, b),
  linear: ({ x, w, b }) => ops.matmul(x, w, { transposeB: w.shape[0] === b.size }).add(b),
  relu: unary(ops.relu),
  leaky_relu: ({ x }, _, a) => ops.leakyRelu(x, { slope: a.slope as number }),
  elu: ({ x }, _, a) => ops.elu(x, { alpha: a.alpha as number }),
  selu: unary(ops.selu),
  gelu: unary(ops.gelu),
  gelu_tanh: ({ x }) => ops.gelu(x, { approximate: 'tanh' }),
  silu: unary(ops.silu),
  sigmoid: unary(ops.sigmoid),
  tanh: unary(ops.tanh),
  softplus: unary(ops.softplus),
  relu6: ({ x }) => ops.clamp(x, 0, 6),
  logsigmoid: ({ x }) => ops.neg(ops.softplus(ops.neg(x))),
  exp: unary(ops.exp),
  abs: unary(ops.abs),
  square: unary(ops.square),
  log: unary(ops.log),
  sqrt: unary(ops.sqrt),
  rsqrt: ({ x }) => ops.reciprocal(ops.sqrt(x)),
  reciprocal: unary(ops.reciprocal),
  pow: ({ x }, _, a) => ops.pow(x, a.exponent as number),
  prelu: ({ x, a }) => prelu().call(x, { weight: a }, undefined as never),
  hardswish: ({ x }) => hardSwish().call(x, {}, undefined as never),
  hardsigmoid: ({ x }) => hardSigmoid().call(x, {}, undefined as never),
  maxout: ({ x }, _, a) => ops.max(ops.reshape(x, [x.shape[0], -1, a.k as number]), -1),
  clamp: ({ x }, _, a) => ops.clamp(x, a.min as number, a.max as number),
  maximum: ({ a, b }) => ops.maximum(a, b),
  where: ({ a, b }, { c }) => ops.where(c, a, b),
  softmax: ({ x }, _, a) => ops.softmax(x, a.axis as number),
  log_softmax: ({ x }, _, a) => ops.logSoftmax(x, a.axis as number),
  logsumexp: reduce(ops.logSumExp),
  cross_entropy: ({ x, w }, { y }, a) => {
    const rows = (): Tensor => ops.neg(ops.sum(ops.mul(ops.oneHot(y, x.shape[1]), ops.logSoftmax(x)), 1));
    if (a.reduction === 'none') return rows();
    if (a.reduction === 'sum') return ops.sum(rows());
    return w ? crossEntropy({ classWeights: [...w.data()] })(x, y) : withSmoothing('uniform', a)(x, y);
  },
  cross_entropy_soft: ({ x, p }, { y }, a) => withSmoothing('others', a)(x, p ?? y),
  nll: ({ x }, { y }) => ops.neg(ops.mean(ops.sum(ops.mul(ops.oneHot(y, x.shape[1]), x), 1))),
  bce_with_logits: ({ x, y }) => binaryCrossEntropy()(x, y),
  bce: ({ x, y }) => binaryCrossEntropy({ from: 'probabilities' })(x, y),
  mse: ({ x, y }) => mse()(x, y),
  l1: ({ x, y }) => mae()(x, y),
  huber: ({ x, y }, _, a) => huber({ delta: a.delta as number })(x, y),
  smooth_l1: ({ x, y }, _, a) => huber({ delta: a.beta as number })(x, y),
  kl_div: ({ x, p }) => kl()(x, p),
  dropout_given_mask: ({ x }, { mask }, a) => ops.div(ops.mul(x, mask), 1 - (a.p_drop as number)),
  add: ({ a, b }) => ops.add(a, b),
  sub: ({ a, b }) => ops.sub(a, b),
  mul: ({ a, b }) => ops.mul(a, b),
  div: ({ a, b }) => ops.div(a, b),
  sum: reduce(ops.sum),
  mean: reduce(ops.mean),
  var_biased: reduce(ops.variance),
  var_unbiased: reduce(unbiased),
  std_unbiased: reduce((x, at) => ops.sqrt(unbiased(x, at))),
  l2norm: reduce(ops.norm),
  max: reduce(ops.max),
  min: reduce(ops.min),
  transpose: ({ x }, _, a) => ops.transpose(x, a.perm as number[]),
  reshape: ({ x }, _, a) => ops.reshape(a.perm ? ops.transpose(x, a.perm as number[]) : x, a.shape as number[]),
  concat: ({ a, b }, _, at) => ops.concat([a, b], at.axis as number),
  stack: ({ a, b }, _, at) => ops.stack([a, b], at.axis as number),
  log1p: unary(ops.log1p),
  prod: ({ x }, _, a) => ops.prod(x, a.axis as number),
  cumsum: ({ x }, _, a) => ops.cumsum(x, a.axis as number),
  slice: ({ x }) => ops.slice(x, [0, 1, 0], [2, 3, 4], [1, 1, 2]),
  index_select: ({ x }, { i }, a) => ops.gather(x, i, a.axis as number),
  embedding: ({ w }, { i }) => ops.embedding(i, w),
  pad2d,
  flip: ({ x }, _, a) => ops.flip(x, a.axis as number),
  attention: ({ q, k, v }) =>
    ops.matmul(ops.softmax(ops.matmul(q, k, { transposeB: true }).mul(1 / Math.sqrt(q.shape.at(-1) as number))), v),
  layer_norm: ({ x, gamma, beta }, _, a) => {
    const centered = ops.sub(x, ops.mean(x, -1, true));
    const deviation = ops.sqrt(ops.mean(ops.square(centered), -1, true).add(a.eps as number));
    return ops.div(centered, deviation).mul(gamma).add(beta);
  },
};
/** Cases without a counterpart, with the reason. */
const ELSEWHERE: Record<string, string> = {
  softsign: 'no op of its own',
  hardtanh: 'no op of its own; clamp has the slope 1 at its bounds',
  mish: 'no op of its own',
  hinge_multiclass: 'the hinge here is of two classes',
  gather: 'gather is np.take here, see index_select',
  affine_sample: 'no op of its own',
  graph: 'the fixture does not say its formula',
  hessian: 'below',
  fgsm: 'not built yet',
  batch_norm: 'below, as a layer',
};

const cases = opCases();
const made = ({ data, shape }: Numbers): Tensor => tensor(data as number[], shape);
const mapped = (list: Readonly<Record<string, Numbers>> = {}): Tensors =>
  Object.fromEntries(Object.entries(list).map(([name, numbers]) => [name, made(numbers)]));

/** Elements agree within the fixture's tolerance, shapes exactly. */
function agrees(what: string, t: Tensor, truth: Numbers, f32err: number): void {
  expect(t.shape, what).toEqual(truth.shape);
  const most = tolerance(truth.data, f32err);
  const data = t.data();
  truth.data.forEach((x, i) =>
    expect(Math.abs(data[i] - x), `${what}[${i}]: ${data[i]}, truth ${x}`).toBeLessThanOrEqual(most),
  );
}

test('every op of the fixture is computed, or said to be elsewhere', () => {
  const named = [...Object.keys(COMPUTE), ...Object.keys(ELSEWHERE)].sort();
  expect(named).toEqual([...new Set(cases.map(({ op }) => op))].sort());
});

describe('values and gradients are PyTorch’s', () => {
  test.each(cases.filter(({ op }) => COMPUTE[op]).map((c): [string, OpCase] => [c.name, c]))('%s', (_, c) => {
    const inputs = mapped(c.inputs);
    const out = COMPUTE[c.op](inputs, mapped(c.int_inputs), c.attrs);
    const names = Object.keys(c.grads);
    // A tensor that has been read no longer knows its inputs, so gradients come first.
    const slopes = gradient(
      out,
      names.map((name) => inputs[name]),
      c.dout ? made(c.dout) : undefined,
    );
    agrees('out', out, c.out, c.f32err);
    names.forEach((name, i) => agrees(`d${name}`, slopes[i], c.grads[name], c.f32err));
    if (c.argmax) agrees('argmax', ops.argmax(inputs.x, c.attrs.axis as number), c.argmax, 0);
  });
});

const named = (name: string): OpCase => cases.find((c) => c.op === name) as OpCase;

test('the Hessian times a vector', () => {
  const c = named('hessian');
  const { w, v } = mapped(c.inputs);
  const f = (t: Tensor): Tensor =>
    ops.add(
      ops.mul(ops.sum(ops.tanh(ops.slice(t, [0], [3]))), ops.sum(ops.exp(ops.slice(t, [3], [6])))),
      ops.sum(ops.pow(t, 3)),
    );
  agrees('Hv', hvp(f)(w, v), c.out, c.f32err);
});

describe('batch normalization is PyTorch’s', () => {
  test.each(cases.filter(({ op }) => op === 'batch_norm').map((c): [string, OpCase] => [c.name, c]))('%s', (_, c) => {
    // NCHW there, channels last here
    const image = c.inputs.x.shape.length === 4;
    const [there, here] = image ? [last, back] : [(t: Tensor) => t, (t: Tensor) => t];
    const { x, gamma, beta, running_mean, running_var } = mapped(c.inputs);
    const layer = batchNorm({ momentum: c.attrs.momentum as number | undefined, eps: c.attrs.eps as number });
    const updates: Record<string, Tensor> = {};
    const context = {
      training: c.attrs.training as boolean,
      noisy: false,
      update: (name: string, value: Tensor) => {
        updates[name] = value;
      },
      inputs: [],
      draw: () => expect.unreachable(),
      penalize: () => undefined,
    };
    const parameters = { weight: gamma, bias: beta, running_mean, running_var };
    const y = here(layer.call(there(x), parameters, context));
    const slopes = gradient(y, [x, gamma, beta], made(c.dout as Numbers));
    agrees('y', y, c.out, c.f32err);
    ['x', 'gamma', 'beta'].forEach((name, i) => agrees(`d${name}`, slopes[i], c.grads[name], c.f32err));
    if (c.extra) {
      agrees('running_mean', updates.running_mean, c.extra[0], c.f32err);
      agrees('running_var', updates.running_var, c.extra[1], c.f32err);
    }
    expect(sequential([layer]).build(there(x).shape.slice(1)).parameters().length).toBe(4);
  });
});
