import { nn, type Shape } from '../../index.js';
import { type Call, cannot } from './call.js';
import { Constant, type NumberKind, product } from './constant.js';
import { broadcast, permuted } from './strided.js';
import { arranged, inOrder, ranked, type Value } from './value.js';

/** Operands that broadcast, with their axes in one order. */
export interface Operands {
  /** Nodes, and constants with as many axes as they need. */
  readonly list: readonly (nn.GraphNode | Constant)[];
  /** The value that these operands make, but for its node. */
  readonly like: Omit<Value, 'node'>;
}

/** Brings operands into one order, that of the largest. At least one is no constant. */
export function operandsOf(given: readonly (Value | Constant)[], kind?: NumberKind): Operands {
  const rank = Math.max(...given.map(({ shape }) => shape.length));
  const values = given.flatMap((each) => (each instanceof Constant ? [] : [ranked(inOrder(each), rank)]));
  const size = ({ node }: Value): number => product(node.shape);
  const lead = values.reduce((a, b) => (size(b) > size(a) ? b : a));
  const shape = broadcast(given.map((each) => each.shape));
  const [batch] = lead.axes;
  if (values.some(({ axes }) => axes[0] !== batch)) cannot('it mixes the rows of a batch');
  const axes = [...lead.axes, ...shape.keys()].filter(
    (axis, i, all) => all.indexOf(axis) === i && (lead.axes.includes(axis) || shape[axis] !== 1),
  );
  const arrangedConstant = (constant: Constant): Constant => {
    const sizes = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
    if (sizes[batch] !== 1) cannot(`a constant [${constant.shape}] differs from row to row of the batch`);
    const own = axes.slice(1).map((axis) => sizes[axis]);
    const least = own.findIndex((n) => n !== 1);
    const operand = least < 0 ? [] : own.slice(least);
    const order = [batch, ...axes.slice(1), ...sizes.keys()].filter((axis, i, all) => all.indexOf(axis) === i);
    return new Constant(operand, constant.kind, () => permuted(constant.data, sizes, order), constant.name);
  };
  let next = 0;
  const list = given.map((each) =>
    each instanceof Constant ? arrangedConstant(each) : arranged(values[next++], axes),
  );
  const image = values.some((value) => value.image);
  return { list, like: { shape, axes, kind: kind ?? lead.kind, image } };
}

/** A value whose numbers an op makes of a value and of a number or parameter. Numbers that could be a mask are no parameters that
 *  are trained, nor is a single number. */
export function withConstant(
  { scope, node }: Call,
  operation: nn.OpName,
  x: nn.GraphNode | readonly nn.GraphNode[],
  constant: Constant,
  first = false,
): nn.GraphNode {
  const { size, shape } = constant;
  const [number] = size === 1 ? Array.from(constant.data) : [];
  if (size === 1 && !first && Number.isFinite(number))
    return scope.layer(node, (name) => nn.op(operation, { args: [number], name }))(x as nn.GraphNode);
  const trainable = size > 1 && constant.kind === 'float' && !isMask(constant.data);
  const options = { operand: shape, first, trainable };
  const make = (name: string): nn.CallableLayer => nn.op(operation, { ...options, name });
  return scope.layer(node, make, { value: () => constant.data }, constant)(x as nn.GraphNode);
}
function isMask(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (!(numbers[i] > -1e4)) return true;
  return false;
}

/** Ops whose operands may change places. */
const COMMUTE: readonly nn.OpName[] = ['add', 'mul', 'maximum', 'minimum', 'equal', 'notEqual'];
/** Ops that say the same with their operands in the other order. */
const SWAPPED: Readonly<Partial<Record<nn.OpName, nn.OpName>>> = {
  greater: 'less',
  less: 'greater',
  greaterEqual: 'lessEqual',
  lessEqual: 'greaterEqual',
};
/** Joins of two or more nodes that are layers of their own. */
const JOINS = { add: nn.add, mul: nn.multiply, maximum: nn.maximum };

/** The result of an op of two operands that broadcast. */
export function combined(
  call: Call,
  operation: nn.OpName,
  given: readonly (Value | Constant)[],
  kind?: NumberKind,
): Value {
  const { list, like } = operandsOf(given, kind);
  const [a, b] = list;
  if (b instanceof Constant) return { ...like, node: withConstant(call, operation, a as nn.GraphNode, b) };
  if (a instanceof Constant) {
    const swapped = COMMUTE.includes(operation) ? operation : SWAPPED[operation];
    return { ...like, node: withConstant(call, swapped ?? operation, b, a, !swapped) };
  }
  const join = Object.hasOwn(JOINS, operation) ? JOINS[operation as keyof typeof JOINS] : undefined;
  const layer = call.scope.layer(call.node, (name) => join?.({ name }) ?? nn.op(operation, { name }));
  return { ...like, node: layer([a, b]) };
}

/** a where the condition holds, else b. */
export function chosen(call: Call, given: readonly (Value | Constant)[]): Value {
  const kind = given[1].kind;
  const { list, like } = operandsOf(given, kind);
  const [condition, a, b] = list;
  const full = { ...like, kind };
  // Nothing is greater than itself: zeros to which a constant is added.
  const tie = (each: nn.GraphNode | Constant): nn.GraphNode =>
    each instanceof Constant ? withConstant(call, 'add', nn.op('greater')([anyOf(list), anyOf(list)]), each) : each;
  if (condition instanceof Constant) {
    const rest = [tie(a), tie(b)];
    return { ...full, node: withConstant(call, 'where', rest, condition, true) };
  }
  if (b instanceof Constant) return { ...full, node: withConstant(call, 'where', [condition, tie(a)], b) };
  if (a instanceof Constant) {
    const not = nn.op('equal', { args: [0] })(condition);
    return { ...full, node: withConstant(call, 'where', [not, b], a) };
  }
  return { ...full, node: call.scope.layer(call.node, (name) => nn.op('where', { name }))([condition, a, b]) };
}
const anyOf = (list: Operands['list']): nn.GraphNode =>
  list.find((each): each is nn.GraphNode => !(each instanceof Constant)) as nn.GraphNode;

/** What a shape is, for messages. */
export const shown = (shape: Shape): string => `[${shape.join(', ')}]`;
