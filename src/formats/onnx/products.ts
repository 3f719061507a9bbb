import { nn } from '../../index.js';
import { axisOf, type Call, cannot, type Made } from './call.js';
import { Constant } from './constant.js';
import type { Rules } from './elementwise.js';
import { withConstant } from './operands.js';
import { space, strided, stridesOf } from './strided.js';
import { arranged, inOrder, lastOf, ordered, ranked, reshaped, type Value } from './value.js';

/** A dense layer along the last axis; `transposed` weights are [units, inputs]. */
function dense(
  call: Call,
  given: Value,
  weight: Constant,
  transposed: boolean,
  bias?: Constant,
  alpha = 1,
  beta = 1,
): Value {
  const [inputs, units] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
  const last = given.shape.length - 1;
  if (given.shape[last] !== inputs || last === given.axes[0])
    cannot(`its weights [${weight.shape}] do not fit [${given.shape}]`);
  const [along, across] = transposed ? [1, inputs] : [units, 1];
  // Behind a flattened image the rows of the weights take the order of its numbers.
  const image = given.rowsOf;
  const order = image ? image.axes.slice(1) : [last];
  const sizes = image ? image.shape : given.shape;
  const strides = image ? stridesOf(image.shape) : given.shape.map(() => 1);
  const rows = (): ArrayLike<number> =>
    strided(
      weight.data,
      [...order.map((axis) => sizes[axis]), units],
      [...order.map((axis) => strides[axis] * along), across],
    );
  const value = image ? given : inOrder(given);
  const axes = lastOf(value.axes, last);
  const node = image ? value.node : arranged(value, axes);
  const layer = call.scope.layer(
    call.node,
    (name) => nn.dense(units, { bias: bias !== undefined, name }),
    {
      weight: () => scaled(rows(), alpha),
      ...(bias && { bias: () => scaled(strided(bias.data, [units], [bias.size === 1 ? 0 : 1]), beta) }),
    },
    weight,
  );
  return { node: layer(node), shape: value.shape.with(last, units), axes, kind: 'float' };
}
function scaled(data: ArrayLike<number>, factor: number): ArrayLike<number> {
  if (factor === 1) return data;
  const made = space(data.length, data);
  for (let i = 0; i < made.length; i++) made[i] = data[i] * factor;
  return made;
}

function gemm(call: Call): Made {
  const [x, weight] = [call.value(), call.known(1, 'weight')];
  if (call.int('transA', 0)) cannot('its transA mixes the rows of a batch');
  const transposed = call.int('transB', 0) !== 0;
  const bias = call.constant(2, 'bias');
  const units = weight.shape[transposed ? 0 : 1];
  if (x.shape.length !== 2 || weight.shape.length !== 2 || (bias && bias.size !== 1 && bias.size !== units))
    cannot(`it is of [${x.shape}] and [${weight.shape}]`);
  return dense(call, x, weight, transposed, bias, call.float('alpha', 1), call.float('beta', 1));
}

function matmul(call: Call): Made {
  const [a, b] = [call.given(0), call.given(1)];
  // A constant with one axis is a row on the left, a column on the right.
  if (a instanceof Constant && a.shape.length === 1) return withoutAxis(product(call, inShape(a, [1, a.size]), b), -2);
  if (b instanceof Constant && b.shape.length === 1) return withoutAxis(product(call, a, inShape(b, [b.size, 1])), -1);
  return product(call, a, b);
}
const inShape = (x: Constant, shape: readonly number[]): Constant => new Constant(shape, x.kind, () => x.data, x.name);
function withoutAxis(value: Value, axis: number): Value {
  const shape = [...value.shape];
  shape.splice(axis, 1);
  return reshaped(value, shape);
}

function product(call: Call, a: Value | Constant, b: Value | Constant): Value {
  if (b instanceof Constant && b.shape.length === 2 && !(a instanceof Constant)) {
    const bias = call.scope.biasBehind(call.node, b.shape[1]);
    return dense(call, a, b, false, bias);
  }
  const rank = Math.max(a.shape.length, b.shape.length);
  if (Math.min(a.shape.length, b.shape.length) < 2) cannot(`it is of [${a.shape}] and [${b.shape}]`);
  const values = [a, b].map((each) => (each instanceof Constant ? each : ranked(inOrder(each), rank)));
  const computed = values.filter((each): each is Value => !(each instanceof Constant));
  const [batch] = computed[0].axes;
  if (batch >= rank - 2 || computed.some(({ axes }) => axes[0] !== batch)) cannot('it mixes the rows of a batch');
  const sizes = values.map(({ shape }) => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
  const lead = sizes[0].slice(0, -2).map((n, i) => Math.max(n, sizes[1][i]));
  const shape = [...lead, sizes[0][rank - 2], sizes[1][rank - 1]];
  const order = ordered({ ...computed[0], shape });
  const result = { shape, axes: order, kind: computed[0].kind };
  const [p, q] = values;
  if (p instanceof Constant || q instanceof Constant) {
    const constant = (p instanceof Constant ? p : q) as Constant;
    const value = computed[0];
    if (constant.shape.length > 2 && (batch || (constant.shape.length === rank && constant.shape[0] !== 1)))
      cannot(`a constant [${constant.shape}] differs from row to row of the batch`);
    const own = new Constant(
      constant.shape.length === rank && rank > 2 ? constant.shape.slice(1) : constant.shape,
      constant.kind,
      () => constant.data,
      constant.name,
    );
    return { ...result, node: withConstant(call, 'matmul', arranged(value, order), own, p instanceof Constant) };
  }
  const swapped = [...order.slice(0, -2), order[rank - 1], order[rank - 2]];
  const transposes = ({ axes }: Value): boolean => axes.length === rank && axes.every((axis, i) => axis === swapped[i]);
  const [transposeA, transposeB] = [transposes(p), transposes(q)];
  const args = transposeA || transposeB ? [{ transposeA, transposeB }] : [];
  const layer = call.scope.layer(call.node, (name) => nn.op('matmul', { args, name }));
  return {
    ...result,
    node: layer([arranged(p, transposeA ? swapped : order), arranged(q, transposeB ? swapped : order)]),
  };
}

/** Numbers without their mean and deviation, along the channels or features. */
function layerNorm(call: Call): Made {
  const x = call.value();
  const last = x.shape.length - 1;
  if (axisOf(call.int('axis', -1), x.shape.length) !== last) cannot('its axis is not the last one');
  if (call.isRead(1) || call.isRead(2)) cannot('its mean is used');
  const [weight, bias] = [call.known(1, 'scale'), call.constant(2, 'bias')];
  const axes = lastOf(inOrder(x).axes, last);
  return normalized(call, x, axes, weight, bias, (name) => nn.layerNorm({ eps: call.float('epsilon', 1e-5), name }));
}
function normalized(
  call: Call,
  x: Value,
  axes: readonly number[],
  weight: Constant,
  bias: Constant | undefined,
  make: (name: string) => nn.CallableLayer,
  more: Readonly<Record<string, () => ArrayLike<number>>> = {},
): Value {
  const size = x.shape[axes[axes.length - 1]];
  if (weight.size !== size || (bias && bias.size !== size))
    cannot(`its scale [${weight.shape}] is not of ${size} features`);
  const numbers = {
    weight: () => weight.data,
    bias: () => bias?.data ?? new Float32Array(size),
    ...more,
  };
  const layer = call.scope.layer(call.node, make, numbers, weight);
  return { ...inOrder(x), axes, node: layer(arranged(x, axes)) };
}

function batchNorm(call: Call): Made {
  const x = call.value();
  if (call.int('training_mode', 0)) cannot('it is of training mode');
  if (!call.int('spatial', 1)) cannot('its spatial is 0');
  const [weight, bias] = [call.known(1, 'scale'), call.known(2, 'bias')];
  const [mean, variance] = [call.known(3, 'mean'), call.known(4, 'variance')];
  const eps = call.float('epsilon', 1e-5);
  const axes = x.axes[0] === 0 ? lastOf(inOrder(x).axes, 1) : cannot('its batch is not axis 0');
  if (mean.size !== x.shape[1] || variance.size !== x.shape[1]) cannot(`its mean [${mean.shape}] does not fit`);
  const running = { running_mean: () => mean.data, running_var: () => variance.data };
  const make = (name: string): nn.CallableLayer => nn.batchNorm({ frozen: true, eps, name });
  return { ...normalized(call, x, axes, weight, bias, make, running), image: x.shape.length > 2 };
}

const groupNorm =
  (groupsOf: (call: Call, channels: number) => number) =>
  (call: Call): Made => {
    const x = call.value();
    const channels = x.shape[1];
    const [weight, bias] = [call.known(1, 'scale'), call.known(2, 'bias')];
    const groups = groupsOf(call, channels);
    // Before opset 21 there was one scale for each group.
    const each = (constant: Constant): Constant => {
      if (constant.size !== groups || groups === channels) return constant;
      const data = (): ArrayLike<number> => strided(constant.data, [groups, channels / groups], [1, 0]);
      return new Constant([channels], 'float', data, constant.name);
    };
    const axes = x.axes[0] === 0 ? lastOf(inOrder(x).axes, 1) : cannot('its batch is not axis 0');
    const make = (name: string): nn.CallableLayer => nn.groupNorm(groups, { eps: call.float('epsilon', 1e-5), name });
    return { ...normalized(call, x, axes, each(weight), each(bias), make), image: x.shape.length > 2 };
  };

export const PRODUCTS: Rules = {
  Gemm: gemm,
  MatMul: matmul,
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  InstanceNormalization: groupNorm((_, channels) => channels),
  GroupNormalization: groupNorm((call) => call.int('num_groups', 1)),
};
