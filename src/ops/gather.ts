import { ShapeError } from '../errors.js';
import { shown } from '../options.js';
import { sizeOf } from '../graph/shape.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { asTensor, axisOf, type Operand } from './operand.js';
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
export function checkIndices(op: string, indices: Tensor, least: number, most: number, what = 'index'): void {
  indices.value?.forEach((k, i) => {
    if (!(k >= least && k <= most) || !Number.isInteger(k))
      throw new ShapeError(`${op}: ${what} ${k} at position ${i} is not a whole number from ${least} to ${most}`);
  });
}

/** The elements of x at the indices along an axis, as NumPy's `take`: the axis is replaced by the indices' shape. Negative
 *  indices count from its end. */
export function gather(given: Operand, places: Operand, axis = 0): Tensor {
  const [x, indices] = [asTensor('gather', given), asTensor('gather', places, 'indices')];
  const at = axisOf('gather', axis, x.shape.length);
  checkIndices('gather', indices, -x.shape[at], x.shape[at] - 1);
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
  const take = { outer: sizeOf(before), length: x.shape[at], inner: sizeOf(after), count: indices.size };
  return reshape(node(takeOp, [x, indices], take), [...before, ...indices.shape, ...after]);
}

/** Rows of a table [count, units] for the indices: [...indices' shape, units]. Its gradient adds up the rows that were used. */
export function embedding(indices: Operand, table: Operand): Tensor {
  const rows = asTensor('embedding', table, 'table', '[count, units]');
  const at = asTensor('embedding', indices, 'indices');
  return gather(rows, at, 0);
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
  gradient: () => [],
};
/** 1 at each index, else 0, along a new last axis of `classes`. */
export function oneHot(indices: Operand, classes: number): Tensor {
  const at = asTensor('oneHot', indices, 'indices');
  if (!Number.isSafeInteger(classes) || classes < 1)
    throw new ShapeError(`oneHot: classes is ${shown(classes)}; it must be a whole number from 1`);
  checkIndices('oneHot', at, 0, classes - 1);
  return node(oneHotOp, [at], classes);
}
