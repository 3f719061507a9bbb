import { nn } from '../../index.js';
import { type Call, cannot, type Made } from './call.js';
import { Constant, type NumberKind } from './constant.js';
import { chosen, combined, operandsOf, withConstant } from './operands.js';
import { inOrder, lastOf, mapped, type Value, arranged } from './value.js';

/** Makes the result of an op from its node and inputs. */
export type Rule = (call: Call) => Made;
export type Rules = Readonly<Record<string, Rule>>;

/** A layer of one input that treats each number alone. */
const layerRule =
  (make: (options: nn.Named, call: Call) => nn.CallableLayer): Rule =>
  (call) =>
    mapped(
      call.value(),
      call.scope.layer(call.node, (name) => make({ name }, call)),
    );
const opRule = (operation: nn.OpName, args: readonly unknown[] = [], kind?: NumberKind): Rule => {
  const rule = layerRule((options) => nn.op(operation, { args, ...options }));
  return (call) => ({ ...(rule(call) as Value), ...(kind && { kind }) });
};
/** Several ops of one input, one behind the other. */
const chain =
  (...ops: readonly (readonly [nn.OpName, ...unknown[]])[]): Rule =>
  (call) =>
    ops.reduce((value, [operation, ...args]) => mapped(value, nn.op(operation, { args })), call.value());

/** An op of two operands, or of several that are taken two at a time. */
const binary =
  (operation: nn.OpName, kind?: NumberKind): Rule =>
  (call) =>
    call.inputs
      .map((_, i) => call.given(i))
      .reduce((a, b) =>
        a instanceof Constant && b instanceof Constant
          ? combined(call, operation, [call.scope.valueOf(a), b], kind)
          : combined(call, operation, [a, b], kind),
      );

function clip(call: Call): Made {
  const x = call.value();
  const [low, high] = [call.number(1, 'min') ?? -Infinity, call.number(2, 'max') ?? Infinity];
  return mapped(
    x,
    call.scope.layer(call.node, (name) => between(low, high, name)),
  );
}
/** Files cannot hold infinity among the arguments of an op. */
function between(low: number, high: number, name?: string): nn.CallableLayer {
  const named = name === undefined ? {} : { name };
  // A float32's bounds stand for infinity in some exports.
  if (!(low > -3.4e38)) return nn.op('minimum', { args: [Math.min(high, 3.4028234663852886e38)], ...named });
  if (high < 3.4e38) return nn.op('clamp', { args: [low, high], ...named });
  return low === 0 ? nn.relu(named) : nn.op('maximum', { args: [low], ...named });
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-5;
function hardSigmoid(call: Call): Made {
  const [alpha, beta] = [call.float('alpha', 0.2), call.float('beta', 0.5)];
  const x = call.value();
  const layer = (name: string): nn.CallableLayer =>
    near(alpha, 1 / 6) && near(beta, 0.5) ? nn.hardSigmoid({ name }) : nn.op('clamp', { args: [0, 1], name });
  const line =
    near(alpha, 1 / 6) && near(beta, 0.5) ? [] : [nn.op('mul', { args: [alpha] }), nn.op('add', { args: [beta] })];
  return mapped(
    line.reduce((value, own) => mapped(value, own), x),
    call.scope.layer(call.node, layer),
  );
}

/** A slope for each channel is a layer; others are composed. */
function prelu(call: Call): Made {
  const x = inOrder(call.value());
  const slope = call.known(1, 'slope');
  const { list, like } = operandsOf([x, slope]);
  const [node, own] = list as [nn.GraphNode, Constant];
  const channels = like.axes[like.axes.length - 1];
  if (own.size === like.shape[channels])
    return {
      ...like,
      node: call.scope.layer(call.node, (name) => nn.prelu({ name }), { weight: () => own.data }, slope)(node),
    };
  const negative = withConstant(call, 'mul', nn.op('minimum', { args: [0] })(node), own);
  return { ...like, node: nn.add()([nn.relu()(node), negative]) };
}

function selu(call: Call): Made {
  const [alpha, gamma] = [call.float('alpha', 1.6732632), call.float('gamma', 1.050701)];
  if (near(alpha, 1.6732632) && near(gamma, 1.050701)) return layerRule((options) => nn.selu(options))(call);
  return mapped(mapped(call.value(), nn.elu({ alpha })), nn.op('mul', { args: [gamma] }));
}

function pow(call: Call): Made {
  return combined(call, 'pow', [call.given(0), call.given(1)]);
}

/** Whole numbers stay whole: a quotient is rounded towards 0. */
function div(call: Call): Made {
  const [a, b] = [call.given(0), call.given(1)];
  if (a.kind === 'float' || b.kind === 'float') return combined(call, 'div', [a, b]);
  return truncated(combined(call, 'div', [a, b]));
}
function truncated(value: Value): Value {
  const sign = mapped(value, nn.op('sign'));
  const size = mapped(mapped(value, nn.op('abs')), nn.op('floor'));
  return { ...size, node: nn.multiply()([sign.node, size.node]) };
}

/** TensorProto's numbers of types: all whole numbers are one kind here. */
function cast(call: Call): Made {
  const to = call.int('to', 1);
  const x = call.value();
  if (to === 9) return x.kind === 'bool' ? x : mapped(x, nn.op('notEqual', { args: [0] }), 'bool');
  if ([1, 10, 11, 16].includes(to)) return { ...x, kind: 'float' };
  return { ...(x.kind === 'float' ? truncated(x) : x), kind: 'int' };
}

/** Softmax along an axis; before opset 13 along all axes from this one on. */
const softmax =
  (operation: 'softmax' | 'logSoftmax'): Rule =>
  (call) => {
    const x = inOrder(call.value());
    const rank = x.shape.length;
    const given = call.int('axis', call.scope.version < 13 ? 1 : -1);
    const axis = given < 0 ? given + rank : given;
    if (!(axis in x.shape) || axis === x.axes[0]) cannot(`its axis is ${given}, of [${x.shape}]`);
    if (call.scope.version < 13 && x.shape.slice(axis + 1).some((n) => n !== 1))
      cannot(`its axis is ${given}, and it has more behind it`);
    const axes = x.axes.includes(axis) ? x.axes : [...x.axes, axis];
    const at = axes.indexOf(axis);
    const last = at === axes.length - 1;
    const layer = call.scope.layer(call.node, (name) =>
      operation === 'softmax' && last ? nn.softmax({ name }) : nn.op(operation, { args: [at], name }),
    );
    return { ...x, axes, node: layer(arranged(x, axes)) };
  };

function argmax(operation: 'argmax' | 'argmin'): Rule {
  return (call) => {
    const x = call.value();
    const given = call.int('axis', 0);
    const axis = given < 0 ? given + x.shape.length : given;
    if (axis === x.axes[0] || call.int('select_last_index', 0)) cannot('it mixes the rows of a batch');
    const axes = lastOf(x.axes, axis);
    const node = call.scope.layer(call.node, (name) => nn.op(operation, { args: [-1], name }))(arranged(x, axes));
    const keep = call.int('keepdims', 1);
    const shape = keep ? x.shape.map((n, i) => (i === axis ? 1 : n)) : x.shape.filter((_, i) => i !== axis);
    return { node, shape, axes: axes.slice(0, -1).map((a) => (keep || a < axis ? a : a - 1)), kind: 'int' };
  };
}

const same: Rule = (call) => call.given(0);

export const ELEMENTWISE: Rules = {
  Identity: same,
  Dropout: (call) => {
    if (call.isRead(1)) cannot('its mask is used');
    return call.given(0);
  },
  Cast: cast,
  Relu: layerRule((options) => nn.relu(options)),
  Sigmoid: layerRule((options) => nn.sigmoid(options)),
  Tanh: layerRule((options) => nn.tanh(options)),
  Softplus: layerRule((options) => nn.softplus(options)),
  Silu: layerRule((options) => nn.silu(options)),
  HardSwish: layerRule((options) => nn.hardSwish(options)),
  LeakyRelu: layerRule((options, call) => nn.leakyRelu({ slope: call.float('alpha', 0.01), ...options })),
  Elu: layerRule((options, call) => nn.elu({ alpha: call.float('alpha', 1), ...options })),
  Gelu: layerRule((options, call) =>
    nn.gelu({ approximate: call.text('approximate', 'none') === 'tanh' ? 'tanh' : 'none', ...options }),
  ),
  Selu: selu,
  HardSigmoid: hardSigmoid,
  PRelu: prelu,
  Mish: (call) => {
    const x = inOrder(call.value());
    const gate = mapped(mapped(x, nn.softplus()), nn.tanh());
    return { ...x, node: nn.multiply()([x.node, gate.node]) };
  },
  Softsign: (call) => {
    const x = inOrder(call.value());
    const size = mapped(mapped(x, nn.op('abs')), nn.op('add', { args: [1] }));
    return { ...x, node: nn.op('div')([x.node, size.node]) };
  },
  Clip: clip,
  Exp: opRule('exp'),
  Log: opRule('log'),
  Sqrt: opRule('sqrt'),
  Abs: opRule('abs'),
  Neg: opRule('neg'),
  Sign: opRule('sign'),
  Sinh: opRule('sinh'),
  Cosh: opRule('cosh'),
  Sin: opRule('sin'),
  Cos: opRule('cos'),
  Floor: opRule('floor'),
  Ceil: chain(['neg'], ['floor'], ['neg']),
  Round: opRule('round'),
  Reciprocal: opRule('reciprocal'),
  Not: opRule('equal', [0]),
  IsNaN: opRule('isNaN', [], 'bool'),
  Add: binary('add'),
  Sub: binary('sub'),
  Mul: binary('mul'),
  Div: div,
  Pow: pow,
  Sum: binary('add'),
  Max: binary('maximum'),
  Min: binary('minimum'),
  Mod: (call) => (call.int('fmod', 0) ? cannot('its fmod is 1') : binary('mod')(call)),
  And: binary('mul'),
  Or: binary('maximum'),
  Xor: binary('notEqual'),
  Equal: binary('equal', 'bool'),
  Greater: binary('greater', 'bool'),
  Less: binary('less', 'bool'),
  GreaterOrEqual: binary('greaterEqual', 'bool'),
  LessOrEqual: binary('lessEqual', 'bool'),
  Mean: (call) => mapped(binary('add')(call) as Value, nn.op('mul', { args: [1 / call.inputs.length] })),
  Where: (call) => chosen(call, [call.given(0), call.given(1), call.given(2)]),
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logSoftmax'),
  ArgMax: argmax('argmax'),
  ArgMin: argmax('argmin'),
};
