import { ShapeError } from '../errors.js';
import type { KernelName } from '../wasm/engine.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import { full } from '../graph/leaves.js';
import { attributesOf, flat, node, type Op, type Tensor } from '../graph/tensor.js';
import { asTensor, type Axes, axesOf, axisOf, constantValue, type Operand, TILE } from './operand.js';
import { flag } from '../options.js';
import { clamp, exp, log, root } from './elementary.js';
import { add, mul, neg, scale, square, sub } from './arithmetic.js';
import { reshape, stopGradient } from './reshape.js';

/** A tensor seen as [outer, length, inner], reduced along `length` in pieces of `chunk`. The order of additions depends
 *  on these numbers only, never on threads. */
interface Fold {
  outer: number;
  length: number;
  inner: number;
  chunk: number;
  /** A factor on the result. */
  scale: number;
}
const chunks = ({ length, chunk }: Fold): number => Math.ceil(length / chunk);
const fields = ({ outer, length, inner, chunk, scale }: Fold) => ({
  rows: outer,
  columns: length,
  inner,
  lda: chunk,
  s: scale,
});
/** The number of parts, of about 16,384 floats each. */
const partsOf = (f: Fold): number => {
  const units = f.outer * chunks(f);
  const most = units > 1 ? units : Math.ceil(f.inner / 16);
  return Math.max(1, Math.min(most, Math.ceil((f.outer * f.length * f.inner) / 16384)));
};

type Rule = (dy: Tensor, y: Tensor, x: Tensor, f: Fold) => Tensor;
const foldOp = (kernel: KernelName, rule: Rule): Op<Fold> => ({
  name: kernel,
  shape: (_, f) => [f.outer, chunks(f), f.inner],
  lower: (_, [a], f) => ({ kernel, a, ...fields(f), parts: partsOf(f) }),
  gradient: (dy, y, [x], f) => [rule(dy, y, x, f)],
});

const sumOp = foldOp('sum', (dy, _, x, f) => reshape(repeat(dy, f), x.shape));
const repeatOp: Op<Fold> = {
  name: 'repeat',
  shape: (_, f) => [f.outer, f.length, f.inner],
  lower: (y, [a], f) => ({ kernel: 'repeat', a, ...fields(f), parts: Math.ceil(y.size / 16384) }),
  gradient: (dy, _, [x], f) => [reshape(node(sumOp, [dy], f), x.shape)],
};
/** [outer, chunks, inner] → [outer, length, inner]: repeats each element over its whole chunk, times the scale. */
function repeat(x: Tensor, f: Fold): Tensor {
  const value = constantValue(x);
  if (value !== undefined) return full([f.outer, f.length, f.inner], Math.fround(value * Math.fround(f.scale)));
  return node(repeatOp, [x], f);
}

/** 1 at the first element of each chunk that equals b's element for the chunk. */
const firstMaskOp: Op<Fold> = {
  name: 'firstMask',
  shape: (_, f) => [f.outer, f.length, f.inner],
  lower: (_, [a, b], f) => ({ kernel: 'firstMask', a, b, ...fields(f), parts: partsOf(f) }),
  gradient: flat,
};

const extreme: Rule = (dy, y, x, f) => {
  const mask = node(firstMaskOp, [x, y], f);
  return reshape(mul(repeat(dy, f), mask), x.shape);
};
const maxOp = /*#__PURE__*/ foldOp('max', extreme);
const minOp = /*#__PURE__*/ foldOp('min', extreme);
const sumSquaresOp = /*#__PURE__*/ foldOp('sumSquares', (dy, _, x, f) =>
  scale(mul(reshape(repeat(dy, f), x.shape), x), 2),
);

/** Neighbouring axes that are reduced together, as [first, last] pairs, outermost first. */
function runs(axes: readonly number[]): [number, number][] {
  const list: [number, number][] = [];
  for (const axis of [...axes].sort((a, b) => a - b)) {
    const last = list.at(-1);
    if (last && last[1] === axis - 1) last[1] = axis;
    else list.push([axis, axis]);
  }
  return list;
}

/** The shape without the given axes, or with size 1 there. */
const without = (shape: Shape, axes: readonly number[], keepDims: boolean): Shape =>
  keepDims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i));

/** Reduces by one op, a run of axes at a time, innermost first; long runs in pieces that are then combined.
 *  `after` combines the pieces: the pieces of a sum of squares are simply added. */
function reduce(
  name: string,
  x: Tensor,
  axes: number[],
  keepDims: boolean,
  op: Op<Fold>,
  after = op,
  factor = 1,
): Tensor {
  const shape = without(x.shape, axes, keepDims);
  let t = x;
  let sizes = [...x.shape];
  let next = op;
  for (const [first, last] of runs(axes).reverse()) {
    const outer = sizeOf(sizes.slice(0, first));
    const inner = sizeOf(sizes.slice(last + 1));
    let length = sizeOf(sizes.slice(first, last + 1));
    if (length === 0) throw new ShapeError(`${name}: an axis of [${x.shape}] is empty: there is nothing to reduce`);
    do {
      const chunk = Math.min(length, inner === 1 ? TILE : 1024);
      t = node(next, [t], { outer, length, inner, chunk, scale: 1 });
      length = Math.ceil(length / chunk);
      next = after;
    } while (length > 1);
    sizes = sizes.map((n, i) => (i >= first && i <= last ? 1 : n));
  }
  if (next === op && op !== after) t = node(op, [t], { outer: x.size, length: 1, inner: 1, chunk: 1, scale: 1 });
  if (factor !== 1) t = rescaled(t, factor);
  return reshape(t, shape);
}

/** The factor is merged into the last sum, if there is one. */
const rescaled = (t: Tensor, factor: number): Tensor => {
  const fold = attributesOf(sumOp, t);
  return fold ? node(sumOp, t.inputs, { ...fold, scale: fold.scale * factor }) : scale(t, factor);
};

const countOf = (x: Tensor, axes: readonly number[]): number => sizeOf(axes.map((axis) => x.shape[axis]));

/** Checks the arguments that all reductions have. */
function given(name: string, x: Operand, axis: Axes | undefined, keepDims: boolean): [Tensor, number[], boolean] {
  const t = asTensor(name, x);
  return [t, axesOf(name, t.shape.length, axis), flag(name, 'keepDims', keepDims)];
}

/** Σ x over the axes (default all). The order of additions is fixed: parts of 4,096 floats, then the parts. */
export const sum = (x: Operand, axis?: Axes, keepDims = false): Tensor =>
  reduce('sum', ...given('sum', x, axis, keepDims), sumOp);

const average = (x: Tensor, axes: number[], keepDims: boolean): Tensor =>
  reduce('mean', x, axes, keepDims, sumOp, sumOp, 1 / countOf(x, axes));
/** The mean over the axes (default all). */
export const mean = (x: Operand, axis?: Axes, keepDims = false): Tensor => average(...given('mean', x, axis, keepDims));

/** The largest element over the axes (default all). Its gradient goes to the first of equal elements. NaN if any is. */
export const max = (x: Operand, axis?: Axes, keepDims = false): Tensor =>
  reduce('max', ...given('max', x, axis, keepDims), maxOp);

/** The smallest element over the axes (default all). Its gradient goes to the first of equal elements. NaN if any is. */
export const min = (x: Operand, axis?: Axes, keepDims = false): Tensor =>
  reduce('min', ...given('min', x, axis, keepDims), minOp);

/** The biased variance over the axes (default all): the mean of the squared distance from the mean. */
export const variance = (x: Operand, axis?: Axes, keepDims = false): Tensor =>
  spread(...given('variance', x, axis, keepDims));
function spread(t: Tensor, axes: number[], keep: boolean): Tensor {
  return average(square(sub(t, average(t, axes, true))), axes, keep);
}

/** The biased standard deviation over the axes (default all), the root of `variance`, as NumPy's. Its gradient at 0 is 0. */
export const std = (x: Operand, axis?: Axes, keepDims = false): Tensor =>
  root(spread(...given('std', x, axis, keepDims)));

/** Σ x² over the axes (default all). */
export const sumSquares = (x: Operand, axis?: Axes, keepDims = false, name = 'sumSquares'): Tensor =>
  reduce('sumSquares', ...given(name, x, axis, keepDims), sumSquaresOp, sumOp);

/** The 2-norm over the axes (default all). Its gradient at 0 is 0. */
export const norm = (x: Operand, axis?: Axes, keepDims = false): Tensor => root(sumSquares(x, axis, keepDims, 'norm'));

/** The largest float32. */
const LARGEST = 3.4028234663852886e38;
/** log Σ exp x over the axes (default all), without overflow. */
export function logSumExp(values: Operand, axis?: Axes, keepDims = false): Tensor {
  const [x, axes, keep] = given('logSumExp', values, axis, keepDims);
  // Only finite values are subtracted, because the difference of two infinities would be NaN.
  const top = stopGradient(clamp(max(x, axes, true), -LARGEST, LARGEST));
  const total = add(log(sum(exp(sub(x, top)), axes, true)), top);
  return reshape(total, without(x.shape, axes, keep));
}

/** Broadcasts x to `shape`: repeats it along axes of size 1 and along missing leading axes. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const value = constantValue(x);
  if (value !== undefined) return full(shape, value);
  const sizes = [...shape.slice(0, shape.length - x.shape.length).map(() => 1), ...x.shape];
  let t = x;
  const axes = shape.map((_, i) => i).filter((i) => sizes[i] !== shape[i]);
  for (const [first, last] of runs(axes)) {
    const length = sizeOf(shape.slice(first, last + 1));
    const [outer, inner] = [sizeOf(sizes.slice(0, first)), sizeOf(sizes.slice(last + 1))];
    t = repeat(t, { outer, length, inner, chunk: length, scale: 1 });
    for (let i = first; i <= last; i++) sizes[i] = shape[i];
  }
  return reshape(t, shape);
}

const argmaxOp: Op<Fold> = {
  name: 'argmax',
  shape: (_, { outer, inner }) => [outer, inner],
  lower: (_, [a], f) => ({ kernel: 'argmax', a, ...fields(f), parts: partsOf(f) }),
  gradient: flat,
};
/** The index of the largest element along the axis (the first of equal ones; NaN counts as the largest), as float32. It
 *  has no gradient. */
export const argmax = (x: Operand, axis = -1): Tensor => most('argmax', asTensor('argmax', x), axis);
/** The index of the smallest element along the axis (the first of equal ones; NaN counts as the smallest), as float32. It
 *  has no gradient. */
export const argmin = (x: Operand, axis = -1): Tensor => most('argmin', neg(asTensor('argmin', x)), axis);

function most(name: string, x: Tensor, axis: number): Tensor {
  const at = axisOf(name, axis, x.shape.length);
  const [outer, length, inner] = [sizeOf(x.shape.slice(0, at)), x.shape[at], sizeOf(x.shape.slice(at + 1))];
  return reshape(node(argmaxOp, [x], { outer, length, inner, chunk: length, scale: 1 }), without(x.shape, [at], false));
}
