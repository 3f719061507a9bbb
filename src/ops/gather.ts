import { ShapeError } from '../errors.js';
import { show, sizeOf } from '../graph/shape.js';
import { flat, node, type Op, type Tensor } from '../graph/tensor.js';
import { axisOf } from './operand.js';
import { reshape } from './reshape.js';

/** A table [outer, length, inner], of which `count` places along `length` are taken. */
interface Take {
  outer: number;
  length: number;
  inner: number;
  count: number;
}
const takeOp: Op<Take> = {
  name: 'take',
  shape: (_, { outer, count, inner }) => [outer, count, inner],
  lower: (y, [a, b], { outer, length, inner, count }) => ({
    kernel: 'take',
    a,
    b,
    rows: outer,
    columns: count,
    inner,
    lda: length,
    parts: outer > 1 ? Math.min(outer, Math.ceil(y.size / 16384)) : 1,
  }),
  gradient: (dy, _, [x, indices], take) => [reshape(node(takeGradientOp, [dy, indices], take), x.shape)],
};
const takeGradientOp: Op<Take> = {
  name: 'takeGradient',
  shape: (_, { outer, length, inner }) => [outer, length, inner],
  lower: (_, [a, b], { outer, length, inner, count }) => ({
    kernel: 'takeGradient',
    a,
    b,
    rows: outer,
    columns: count,
    inner,
    lda: length,
    parts: outer > 1 ? Math.min(outer, Math.ceil((outer * length * inner) / 16384)) : 1,
  }),
  gradient: (d, _, [dy, indices], take) => [reshape(node(takeOp, [d, indices], take), dy.shape)],
};

/** Indices that are known while describing are checked; others are clamped to the table by the kernel. */
function checkIndices(op: string, indices: Tensor, least: number, most: number): void {
  indices.value?.forEach((k, i) => {
    if (!(k >= least && k <= most) || !Number.isInteger(k))
      throw new ShapeError(`${op}: index ${k} at position ${i} is not a whole number from ${least} to ${most}`);
  });
}

/** The elements of x at the indices along an axis, as NumPy's `take`: the axis is replaced by the indices' shape. Negative
 *  indices count from its end. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  const at = axisOf('gather', axis, x.shape.length);
  checkIndices('gather', indices, -x.shape[at], x.shape[at] - 1);
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
  const take = { outer: sizeOf(before), length: x.shape[at], inner: sizeOf(after), count: indices.size };
  return reshape(node(takeOp, [x, indices], take), [...before, ...indices.shape, ...after]);
}

/** Rows of a table [count, units] for the indices: [...indices' shape, units]. Its gradient adds up the rows that were used. */
export function embedding(indices: Tensor, table: Tensor): Tensor {
  if (table.shape.length !== 2)
    throw new ShapeError(`embedding: the table must be [count, units], not ${show(table.shape)}`);
  return gather(table, indices, 0);
}

const oneHotOp: Op<number> = {
  name: 'oneHot',
  shape: ([x], classes) => [...x.shape, classes],
  lower: (y, [b], classes) => ({
    kernel: 'oneHot',
    b,
    rows: b.size,
    columns: classes,
    parts: Math.ceil(y.size / 16384),
  }),
  gradient: flat,
};
/** 1 at each index, else 0, along a new last axis of `classes`. */
export function oneHot(indices: Tensor, classes: number): Tensor {
  if (!Number.isInteger(classes) || classes < 1)
    throw new ShapeError(`oneHot: classes is ${classes}; it must be a whole number from 1`);
  checkIndices('oneHot', indices, 0, classes - 1);
  return node(oneHotOp, [indices], classes);
}
