import { ShapeError } from '../errors.js';
import { shown } from '../options.js';
import { constantOp } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import { attributesOf, flat, node, type Op, type Tensor } from '../graph/tensor.js';
import { asTensor, axisOf, constantValue, type Operand } from './operand.js';
import { reshape } from './reshape.js';

/** The attributes of taking `count` places along the axis `length` of a table [outer, length, inner]. */
interface Take {
  outer: number;
  length: number;
  inner: number;
  count: number;
  /** 1: negative numbers count from the end of the table; 0: they are refused. */
  mode: 0 | 1;
}
const takeOp: Op<Take> = {
  name: 'take',
  shape: (_, { outer, count, inner }) => [outer, count, inner],
  lower: (y, [a, b], { outer, length, inner, count, mode }) => ({
    kernel: 'take',
    a,
    b,
    rows: outer,
    columns: count,
    inner,
    lda: length,
    mode,
    parts: outer > 1 ? Math.min(outer, Math.ceil(y.size / 16384)) : 1,
  }),
  gradient: (dy, _, [x, indices], take) => [reshape(node(takeGradientOp, [dy, indices], take), x.shape)],
};
const takeGradientOp: Op<Take> = {
  name: 'takeGradient',
  shape: (_, { outer, length, inner }) => [outer, length, inner],
  lower: (_, [a, b], { outer, length, inner, count, mode }) => ({
    kernel: 'takeGradient',
    a,
    b,
    rows: outer,
    columns: count,
    inner,
    lda: length,
    mode,
    parts: outer > 1 ? Math.min(outer, Math.ceil((outer * length * inner) / 16384)) : 1,
  }),
  gradient: (d, _, [dy, indices], take) => [reshape(node(takeOp, [d, indices], take), dy.shape)],
};

/** Refuses indices out of range, where they are known from the start: in a tensor that was made from numbers. Computed
 *  indices are not checked, even if they have been read; for those out of range, kernels give NaN. */
export function checkPlaces(
  op: string,
  numbers: Tensor,
  least: number,
  most: number,
  what = 'index',
  place = 'at position',
): void {
  const check = (k: number, i: number): void => {
    if (!(k >= least && k <= most) || !Number.isInteger(k))
      throw new ShapeError(`${op}: ${what} ${k} ${place} ${i} is not a whole number from ${least} to ${most}`);
  };
  const same = constantValue(numbers);
  if (same !== undefined) check(same, 0);
  // Tables of the library itself have no values before they are needed.
  if (attributesOf(constantOp, numbers)) numbers.value?.forEach(check);
}

/** Takes rows of a table, or places along another axis. */
function taken(x: Tensor, indices: Tensor, at: number, mode: Take['mode']): Tensor {
  const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
  const take = { outer: sizeOf(before), length: x.shape[at], inner: sizeOf(after), count: indices.size, mode };
  return reshape(node(takeOp, [x, indices], take), [...before, ...indices.shape, ...after]);
}

/** The elements of x at the indices along an axis, as NumPy's `take`: the axis is replaced by the indices' shape. Negative
 *  indices count from its end. An index out of range is a ShapeError; where indices are computed, it gives NaN.
 *  @example gather(tensor([5, 6, 7]), tensor([2, 0, -1])).toArray() // [7, 5, 7] */
export function gather(given: Operand, places: Operand, axis = 0): Tensor {
  const [x, indices] = [asTensor('gather', given), asTensor('gather', places, 'indices')];
  const at = axisOf('gather', axis, x.shape.length);
  checkPlaces('gather', indices, -x.shape[at], x.shape[at] - 1);
  return taken(x, indices, at, 1);
}

/** Rows of a table [count, units] for the indices, whole numbers from 0 to count − 1: [...indices' shape, units]. The
 *  gradient of a row is the sum over its uses. An index that is not a row is a ShapeError; where indices are computed,
 *  it gives NaN.
 *  @example embedding(tensor([1, 1]), tensor([[1, 2], [3, 4]])).toArray() // [[3, 4], [3, 4]] */
export function embedding(indices: Operand, table: Operand): Tensor {
  const rows = asTensor('embedding', table, 'table', '[count, units]');
  const at = asTensor('embedding', indices, 'indices');
  checkPlaces('embedding', at, 0, rows.shape[0] - 1);
  return taken(rows, at, 0, 0);
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
/** 1 at each index, else 0, along a new last axis of `classes`. An index that is not a class is a ShapeError; where
 *  indices are computed, it gives a row of NaN.
 *  @example oneHot(tensor([2, 0]), 3).toArray() // [[0, 0, 1], [1, 0, 0]] */
export function oneHot(indices: Operand, classes: number): Tensor {
  const at = asTensor('oneHot', indices, 'indices');
  if (!Number.isSafeInteger(classes) || classes < 1)
    throw new ShapeError(`oneHot: classes is ${shown(classes)}; it must be a whole number from 1`);
  checkPlaces('oneHot', at, 0, classes - 1);
  return node(oneHotOp, [at], classes);
}
