import { nn, type Shape } from '../../index.js';
import { axisOf, type Call, cannot, type Made } from './call.js';
import { Constant, constantOf, product } from './constant.js';
import type { Rule, Rules } from './elementwise.js';
import {
  axesOfSqueeze,
  axesOfTranspose,
  axesOfUnsqueeze,
  cutOf,
  moved,
  shapeOfFlatten,
  shapeOfReshape,
  sizesOfSplit,
} from './geometry.js';
import { ROWS } from './scope.js';
import { broadcast } from './strided.js';
import { arranged, inOrder, mapped, ranked, renumbered, reshaped, type Value } from './value.js';

/** All axes of the node: those that are missing are added at the end. */
function complete(value: Value, needed: readonly number[]): { axes: number[]; node: nn.GraphNode } {
  const axes = [...value.axes, ...needed.filter((axis) => !value.axes.includes(axis))];
  return { axes, node: arranged(value, axes) };
}
const outside = (value: Value, axes: readonly number[]): void => {
  if (axes.includes(value.axes[0])) cannot('it mixes the rows of a batch');
};

/** A part of a value along one axis of the file. */
export function part(value: Value, axis: number, from: number, to: number, layer = sliceOf): Value {
  outside(value, [axis]);
  if (to <= from) cannot('it makes an axis of size 0');
  const { axes, node } = complete(inOrder(value), [axis]);
  const at = axes.indexOf(axis);
  const begin = axes.map((_, i) => (i === at ? from : 0));
  const end = axes.map((own, i) => (i === at ? to : i ? value.shape[own] : ROWS));
  return { ...inOrder(value), axes, shape: value.shape.with(axis, to - from), node: layer(begin, end)(node) };
}
const sliceOf = (begin: readonly number[], end: readonly number[], step?: readonly number[]): nn.CallableLayer =>
  nn.op('slice', { args: step ? [begin, end, step] : [begin, end] });

function slice(call: Call): Made {
  const value = inOrder(call.value());
  const { begin, step, shape } = cutOf(call, value.shape);
  if (shape.includes(0)) cannot('it makes an axis of size 0');
  const touched = [...shape.keys()].filter((axis) => shape[axis] !== value.shape[axis] || step[axis] !== 1);
  outside(value, touched);
  if (!touched.length) return value;
  const { axes, node } = complete(value, touched);
  const end = axes.map((axis, i) => {
    const last = begin[axis] + shape[axis] * step[axis];
    // Before the first place is −1, which would be the last one.
    return i ? (last < 0 ? -1 - value.shape[axis] : last) : ROWS;
  });
  const of = (list: readonly number[]): number[] => axes.map((axis) => list[axis]);
  const layer = call.scope.layer(call.node, (name) => nn.op('slice', { args: [of(begin), end, of(step)], name }));
  return { ...value, axes, shape, node: layer(node) };
}

function split(call: Call): Made {
  const value = call.value();
  const axis = axisOf(call.int('axis', 0), value.shape.length);
  let at = 0;
  return sizesOfSplit(call, value.shape[axis]).map((size) => {
    at += size;
    return part(value, axis, at - size, at);
  });
}

function concat(call: Call): Made {
  const given = call.inputs.map((_, i) => call.value(i));
  const [first] = given;
  if (given.length === 1) return first;
  const axis = axisOf(call.int('axis', 0), first.shape.length);
  outside(first, [axis]);
  const needed = given.flatMap(({ axes }) => axes);
  const { axes } = complete(inOrder(first), [axis, ...needed]);
  const at = axes.indexOf(axis);
  const layer = call.scope.layer(call.node, (name) => nn.concat({ axis: at, name }));
  const size = given.reduce((sum, { shape }) => sum + shape[axis], 0);
  const node = layer(given.map((value) => arranged(value, axes)));
  return { ...inOrder(first), axes, node, shape: first.shape.with(axis, size), image: given.some((v) => v.image) };
}

/** Rows of a table by computed numbers are an embedding; places by known numbers are parts. */
function gather(call: Call): Made {
  const [data, indices] = [call.given(0), call.given(1)];
  const axis = axisOf(call.int('axis', 0), data.shape.length);
  if (data instanceof Constant) return lookup(call, data, indices as Value, axis);
  if (!(indices instanceof Constant)) return cannot('both its data and its indices are computed');
  const value = inOrder(data);
  outside(value, [axis]);
  const n = value.shape[axis];
  const places = Array.from(indices.data, (i) => (i < 0 ? i + n : i));
  if (places.some((i) => !(i >= 0 && i < n))) cannot(`it takes a place that is not among ${n}`);
  const shape = [...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)];
  const inRow = places.every((i, k) => i === places[0] + k);
  const taken = inRow ? part(value, axis, places[0], places[0] + places.length) : picked(call, value, axis, places);
  const batch = value.axes[0] + (value.axes[0] > axis ? indices.shape.length - 1 : 0);
  if (indices.shape.length === 1) return taken;
  if (!indices.shape.length) {
    const map = value.shape.map((_, i) => (i === axis ? -1 : i - Number(i > axis)));
    return renumbered(taken, shape, map);
  }
  return reshaped(taken, shape, batch);
}

/** The places of an axis, in any order. */
export function picked(call: Call, given: Value, axis: number, places: readonly number[]): Value {
  const value = inOrder(given);
  const { axes, node } = complete(value, [axis]);
  const options = { operand: [places.length], trainable: false, args: [axes.indexOf(axis)] };
  const layer = call.scope.layer(call.node, (name) => nn.op('gather', { ...options, name }), { value: () => places });
  return { ...value, axes, shape: value.shape.with(axis, places.length), node: layer(node) };
}

function lookup(call: Call, table: Constant, given: Value, axis: number): Made {
  const indices = inOrder(given);
  if (axis !== 0) cannot('it looks up computed places behind the first axis of a table');
  const [count, ...row] = table.shape;
  const units = product(row);
  const layer = call.scope.layer(
    call.node,
    (name) => nn.embedding(count, units, { name }),
    { weight: () => table.data },
    table,
  );
  const rank = indices.shape.length;
  const node = layer(indices.node);
  const shape = [...indices.shape, ...row];
  const axes = [...indices.axes, ...row.map((_, i) => rank + i)];
  const whole = row.length === 1 ? node : nn.reshape([...indices.node.shape, ...row])(node);
  return { node: whole, shape, axes, kind: table.kind };
}

/** Numbers that are repeated along axes. */
function repeated(call: Call, given: Value, times: readonly number[]): Value {
  const value = inOrder(given);
  const many = [...times.keys()].filter((axis) => times[axis] !== 1);
  outside(value, many);
  if (!many.length) return value;
  const { axes, node } = complete(value, many);
  const layer = call.scope.layer(call.node, (name) => nn.op('tile', { args: [axes.map((axis) => times[axis])], name }));
  return { ...value, axes, shape: value.shape.map((n, i) => n * times[i]), node: layer(node) };
}
function expand(call: Call): Made {
  const target = Array.from(call.known(1, 'shape').data);
  const given = call.value();
  const shape = broadcast([given.shape, target]);
  const value = ranked(given, shape.length);
  return repeated(
    call,
    value,
    shape.map((n, i) => n / value.shape[i]),
  );
}

function pad(call: Call): Made {
  const value = inOrder(call.value());
  const rank = value.shape.length;
  const widths = call.list(1, 'pads') ?? cannot('it has no pads');
  const axes = (call.list(3, 'axes') ?? [...value.shape.keys()]).map((axis) => axisOf(axis, rank));
  const mode = call.text('mode', 'constant');
  if (mode !== 'constant' && mode !== 'reflect') cannot(`its mode is ${mode}`);
  if (widths.some((n) => !(n >= 0))) cannot('it cuts by negative pads');
  const of = (axis: number): [number, number] => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [widths[i], widths[i + axes.length]];
  };
  const padded = [...value.shape.keys()].filter((axis) => of(axis).some((n) => n > 0));
  outside(value, padded);
  if (!padded.length) return value;
  const whole = complete(value, padded);
  const number = call.number(2, 'value') ?? 0;
  const args = [whole.axes.map(of), { mode, value: number === -Infinity ? -3.4028234663852886e38 : number }];
  const layer = call.scope.layer(call.node, (name) => nn.op('pad', { args, name }));
  const shape = value.shape.map((n, axis) => n + of(axis)[0] + of(axis)[1]);
  return { ...value, axes: whole.axes, shape, node: layer(whole.node) };
}

/** A reduction over axes, after some ops of each number and before others. */
const reduction =
  (operation: nn.OpName, before: readonly nn.OpName[] = [], after: readonly nn.OpName[] = []): Rule =>
  (call) => {
    const x = inOrder(call.value());
    const rank = x.shape.length;
    const given = call.list(1, 'axes');
    if (!given?.length && call.int('noop_with_empty_axes', 0)) return x;
    const over = (given?.length ? given : [...x.shape.keys()]).map((axis) => axisOf(axis, rank));
    outside(x, over);
    const keep = call.int('keepdims', 1);
    const from = before.reduce((value, op) => mapped(value, nn.op(op)), x);
    const own = over.map((axis) => x.axes.indexOf(axis)).filter((at) => at >= 0);
    // Over axes of size 1 alone, sums, means and extremes are the number itself.
    const node = own.length
      ? call.scope.layer(call.node, (name) => nn.op(operation, { args: [own], name }))(from.node)
      : from.node;
    const to = x.shape.map((_, axis) => (over.includes(axis) ? -1 : axis - over.filter((o) => o < axis).length));
    const axes = x.axes.filter((axis) => !over.includes(axis));
    const made: Value = {
      ...x,
      node,
      axes: keep ? axes : axes.map((axis) => to[axis]),
      shape: keep ? x.shape.map((n, axis) => (over.includes(axis) ? 1 : n)) : moved(x.shape, to),
      image: x.image && keep !== 0,
    };
    return after.reduce((value, op) => mapped(value, nn.op(op)), made);
  };

/** An op along one axis that keeps its size. */
function along(call: Call, operation: nn.OpName, given: number, ...args: readonly unknown[]): Value {
  const value = inOrder(call.value());
  const axis = axisOf(given, value.shape.length);
  outside(value, [axis]);
  const { axes, node } = complete(value, [axis]);
  const layer = call.scope.layer(call.node, (name) => nn.op(operation, { args: [axes.indexOf(axis), ...args], name }));
  return { ...value, axes, node: layer(node) };
}

/** The largest or smallest numbers along an axis, in their order. */
function topK(call: Call): Made {
  if (call.isRead(1)) cannot('its indices are used');
  const axis = axisOf(call.int('axis', -1), call.value().shape.length);
  const sorted = along(call, 'sort', axis, { descending: call.int('largest', 1) !== 0 });
  return part(sorted, axis, 0, call.known(1, 'k').data[0]);
}
function cumsum(call: Call): Made {
  if (call.int('exclusive', 0) || call.int('reverse', 0)) cannot('it is exclusive or reverse');
  return along(call, 'cumsum', call.known(1, 'axis').data[0]);
}

/** Blocks of channels become places (as in pixel shuffle). */
function depthToSpace(call: Call): Made {
  const x = call.value();
  const [n, c, h, w] = x.shape;
  const b = call.int('blocksize', 1);
  const columns = call.text('mode', 'DCR') !== 'CRD';
  const depth = c / (b * b);
  if (x.shape.length !== 4 || !Number.isInteger(depth)) return cannot(`it is of [${x.shape}]`);
  const apart = reshaped(x, columns ? [n, b, b, depth, h, w] : [n, depth, b, b, h, w]);
  const to = columns ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
  const turned = renumbered(apart, moved(apart.shape, to), to);
  return reshaped(turned, [n, depth, h * b, w * b]);
}

const shape: Rule = (call) => {
  const all: Shape = call.given(0).shape;
  const own = all.slice(call.int('start', 0), call.has('end') ? call.int('end', 0) : undefined);
  return constantOf([own.length], own);
};

export const SHAPES: Rules = {
  Shape: shape,
  Size: (call) => constantOf([], [product(call.given(0).shape)]),
  Reshape: (call) => reshaped(call.value(), shapeOfReshape(call, call.value().shape)),
  Flatten: (call) => reshaped(call.value(), shapeOfFlatten(call, call.value().shape)),
  Squeeze: (call) => {
    const x = call.value();
    const to = axesOfSqueeze(call, x.shape, x.axes[0]);
    return renumbered(x, moved(x.shape, to), to);
  },
  Unsqueeze: (call) => {
    const x = call.value();
    const to = axesOfUnsqueeze(call, x.shape);
    return { ...renumbered(x, moved(x.shape, to, x.shape.length + (call.list(1, 'axes')?.length ?? 0)), to) };
  },
  Transpose: (call) => {
    const x = call.value();
    const perm = axesOfTranspose(call, x.shape);
    const to = perm.map((_, axis) => perm.indexOf(axis));
    return renumbered(x, moved(x.shape, to), to);
  },
  Concat: concat,
  Slice: slice,
  Split: split,
  Gather: gather,
  Expand: expand,
  Tile: (call) => repeated(call, call.value(), Array.from(call.known(1, 'repeats').data)),
  Pad: pad,
  DepthToSpace: depthToSpace,
  CumSum: cumsum,
  TopK: topK,
  ReduceMean: reduction('mean'),
  ReduceSum: reduction('sum'),
  ReduceMax: reduction('max'),
  ReduceMin: reduction('min'),
  ReduceProd: reduction('prod'),
  ReduceL1: reduction('sum', ['abs']),
  ReduceL2: reduction('sum', ['square'], ['sqrt']),
  ReduceSumSquare: reduction('sum', ['square']),
  ReduceLogSumExp: reduction('logSumExp'),
};
