import { nn, type Tensor, tensor } from '../../index.js';
import { Refusal } from '../keras/settings.js';
import { Constant } from './graphDef.js';
import type { Maker, Site, Value } from './site.js';

/** Operations of two values, and whether their order does not matter. */
const BINARY: Readonly<Record<string, readonly [op: nn.OpName, commutes: boolean]>> = {
  Add: ['add', true],
  AddV2: ['add', true],
  BiasAdd: ['add', true],
  Mul: ['mul', true],
  Sub: ['sub', false],
  Div: ['div', false],
  RealDiv: ['div', false],
  Maximum: ['maximum', true],
  Minimum: ['minimum', true],
  Pow: ['pow', false],
};
const JOINS: Partial<Record<nn.OpName, (options: nn.Named) => nn.CallableLayer>> = {
  add: nn.add,
  mul: nn.multiply,
  maximum: nn.maximum,
};

const binary =
  ([op, commutes]: (typeof BINARY)[string]): Maker =>
  (s) =>
    ofTwo(s, op, commutes, s.part());
function ofTwo(s: Site, op: nn.OpName, commutes: boolean, name: string): Value {
  const [a, b] = s.inputs;
  if (a instanceof Constant && b instanceof Constant) return known(op, a, b);
  if (a instanceof Constant) return withConstant(s, op, s.x(1), a, !commutes, name);
  if (b instanceof Constant) return withConstant(s, op, s.x(0), b, false, name);
  return (JOINS[op]?.({ name }) ?? nn.op(op, { name }))([s.x(0), s.x(1)]);
}

/** The most numbers that are computed before there is a network. */
const MOST = 1 << 24;
/** What an operation makes of constants. */
function known(op: nn.OpName, ...constants: readonly Constant[]): Constant {
  const size = constants.reduce((all, constant) => all * constant.size, 1);
  if (size > MOST && constants.some((constant) => constant.size !== 1 && constant.size !== constants[0].size))
    throw new Refusal('constants that broadcast to more than 16 million numbers');
  const [first, ...rest] = constants.map(({ values, shape }) => tensor(values, shape));
  const methods = first as unknown as Record<nn.OpName, (...rest: readonly Tensor[]) => Tensor>;
  const result = methods[op](...rest);
  return new Constant(
    result.shape,
    result.data(),
    constants.some(({ weight }) => weight),
  );
}
const unary =
  (op: nn.OpName): Maker =>
  (s) => {
    const [value] = s.inputs;
    return value instanceof Constant ? known(op, value) : nn.op(op, { name: s.part() })(s.x());
  };

/** An operation with one number, which stays, or with a parameter. */
function withConstant(
  s: Site,
  op: nn.OpName,
  x: nn.GraphNode,
  c: Constant,
  first: boolean,
  name: string,
): nn.GraphNode {
  if (c.size === 1 && !first) return nn.op(op, { args: [c.values[0]], name })(x);
  const extra = c.shape.length - x.shape.length;
  // An axis for the batch has one element.
  if (extra > 1 || (extra === 1 && c.shape[0] !== 1))
    throw new Refusal(`a constant [${c.shape.join(', ')}] for rows of [${x.shape.join(', ')}]`);
  const operand = extra === 1 ? c.shape.slice(1) : c.shape;
  s.set(name, 'value', c);
  return nn.op(op, { operand, first, trainable: c.weight && c.size > 1, name })(x);
}

/** Operations of one value. */
const UNARY: Readonly<Record<string, nn.OpName>> = {
  Abs: 'abs',
  Cos: 'cos',
  Exp: 'exp',
  Floor: 'floor',
  Log: 'log',
  Log1p: 'log1p',
  Neg: 'neg',
  Reciprocal: 'reciprocal',
  Inv: 'reciprocal',
  Round: 'round',
  Sign: 'sign',
  Sin: 'sin',
  Sqrt: 'sqrt',
  Square: 'square',
};
/** What leaves a value as it is. */
const SAME = 'Identity StopGradient Snapshot CheckNumerics PreventGradient ReadVariableOp EnsureShape'.split(' ');

/** Nodes that compute element by element. */
export const ARITHMETIC: Readonly<Record<string, Maker>> = {
  ...Object.fromEntries(Object.entries(BINARY).map(([name, row]) => [name, binary(row)])),
  ...Object.fromEntries(Object.entries(UNARY).map(([name, op]) => [name, unary(op)])),
  ...Object.fromEntries(SAME.map((name): [string, Maker] => [name, ({ inputs: [value] }) => value])),
  IdentityN: ({ inputs }) => inputs,
  Rsqrt(s) {
    const [value] = s.inputs;
    if (value instanceof Constant) return known('reciprocal', known('sqrt', value));
    return s.through(s.x(), nn.op('sqrt', { name: s.part('root') }), nn.op('reciprocal', { name: s.part() }));
  },
  SquaredDifference(s) {
    const difference = ofTwo(s, 'sub', false, s.part('difference'));
    return difference instanceof Constant
      ? known('square', difference)
      : nn.op('square', { name: s.part() })(difference);
  },
  ClipByValue: (s) => {
    const [low, high] = [s.constant(1), s.constant(2)];
    if (low.size !== 1 || high.size !== 1) throw new Refusal('limits that are not one number');
    return nn.op('clamp', { args: [low.values[0], high.values[0]], name: s.part() })(s.x());
  },
  LogSoftmax: (s) => nn.op('logSoftmax', { args: [-1], name: s.part() })(s.x()),
  Cast: (s) => {
    const [value] = s.inputs;
    const whole = /^(DT_)?(U?INT|BOOL|STRING)/.test(String(s.attributes.type('DstT')));
    if (whole && !(value instanceof Constant)) throw new Refusal(`a cast to ${String(s.attributes.type('DstT'))}`);
    return whole && value instanceof Constant ? new Constant(value.shape, Array.from(value.values, Math.trunc)) : value;
  },
};
