import type { Instruction } from '../graph/instruction.js';
import { type Shape, sizeOf, stridesOf } from '../graph/shape.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';

/** One axis of a strided copy: the number of elements, and their distances in the source and in the target (floats). */
export interface Axis {
  size: number;
  from: number;
  to: number;
}

/** The copy as a kernel's block: rank, axes, offsets. Axes of size 1 are dropped, and neighbours that can be read as
 *  one axis are joined. */
export function copyBlock(axes: readonly Axis[], fromOffset = 0, toOffset = 0): { block: Int32Array; parts: number } {
  const list: Axis[] = [];
  for (const axis of axes.filter(({ size }) => size !== 1)) {
    const outer = list.at(-1);
    if (outer && outer.from === axis.from * axis.size && outer.to === axis.to * axis.size)
      list[list.length - 1] = { size: outer.size * axis.size, from: axis.from, to: axis.to };
    else list.push(axis);
  }
  if (!list.length) list.push({ size: 1, from: 1, to: 1 });
  const block = Int32Array.from([
    list.length,
    ...list.flatMap(({ size, from, to }) => [size, from, to]),
    fromOffset,
    toOffset,
  ]);
  const total = sizeOf(axes.map(({ size }) => size));
  return { block, parts: Math.max(1, Math.min(list[0].size, Math.ceil(total / 16384))) };
}

/** The instruction for a strided copy of a into y. */
export function copyInstruction(a: Tensor, axes: readonly Axis[], fromOffset = 0, toOffset = 0): Instruction {
  const { block, parts } = copyBlock(axes, fromOffset, toOffset);
  return { kernel: 'strided', a, d: block, parts };
}

interface Permute {
  perm: readonly number[];
}
const transposeOp: Op<Permute> = {
  name: 'transpose',
  shape: ([x], { perm }) => perm.map((axis) => x.shape[axis]),
  lower: (y, [x], { perm }) => {
    const [from, to] = [stridesOf(x.shape), stridesOf(y.shape)];
    return copyInstruction(
      x,
      perm.map((axis, i) => ({ size: y.shape[i], from: from[axis], to: to[i] })),
    );
  },
  gradient: (dy, _, __, { perm }) => [permuted(dy, inverse(perm))],
};
const inverse = (perm: readonly number[]): number[] => {
  const back: number[] = [];
  perm.forEach((axis, i) => {
    back[axis] = i;
  });
  return back;
};
/** Reorders the axes; the caller has checked `perm`. */
export const permuted = (x: Tensor, perm: readonly number[]): Tensor => node(transposeOp, [x], { perm });

/** A window on a tensor: along each axis, every `step`-th element from `begin` on, `shape` of them; steps may be
 *  negative. */
export interface Window {
  begin: readonly number[];
  step: readonly number[];
  shape: Shape;
}
const offsetOf = (begin: readonly number[], strides: readonly number[]): number =>
  begin.reduce((sum, b, i) => sum + b * strides[i], 0);

const windowOp: Op<Window> = {
  name: 'slice',
  shape: (_, { shape }) => shape,
  lower: (y, [x], { begin, step }) => {
    const [from, to] = [stridesOf(x.shape), stridesOf(y.shape)];
    const axes = y.shape.map((size, i) => ({ size, from: from[i] * step[i], to: to[i] }));
    return copyInstruction(x, axes, offsetOf(begin, from));
  },
  gradient: (dy, _, [x], { begin, step }) => [embedded(dy, { begin, step, shape: x.shape, value: 0 })],
};
/** x seen through a window. */
export const windowed = (x: Tensor, window: Window): Tensor => node(windowOp, [x], window);

interface Embed extends Window {
  value: number;
}
const embedOp: Op<Embed> = {
  name: 'embed',
  shape: (_, { shape }) => shape,
  lower: (y, [x], { begin, step, value }) => {
    const [from, to] = [stridesOf(x.shape), stridesOf(y.shape)];
    const axes = x.shape.map((size, i) => ({ size, from: from[i], to: to[i] * step[i] }));
    return [
      { kernel: 'fill', rows: y.size, s: value, parts: Math.ceil(y.size / 16384) },
      copyInstruction(x, axes, 0, offsetOf(begin, to)),
    ];
  },
  gradient: (dy, _, [x], { begin, step }) => [windowed(dy, { begin, step, shape: x.shape })],
};
/** Puts x into a larger tensor of `value`: the inverse of a window. */
export const embedded = (x: Tensor, embed: Embed): Tensor => node(embedOp, [x], embed);

interface Concat {
  axis: number;
}
const concatOp: Op<Concat> = {
  name: 'concat',
  shape: (xs, { axis }) => xs[0].shape.map((n, i) => (i === axis ? xs.reduce((sum, x) => sum + x.shape[axis], 0) : n)),
  lower: (y, xs, { axis }) => {
    const to = stridesOf(y.shape);
    let before = 0;
    return xs.map((x) => {
      const from = stridesOf(x.shape);
      const axes = x.shape.map((size, i) => ({ size, from: from[i], to: to[i] }));
      const offset = before * to[axis];
      before += x.shape[axis];
      return copyInstruction(x, axes, 0, offset);
    });
  },
  gradient: (dy, _, xs, { axis }) => {
    let before = 0;
    return xs.map((x) => {
      const begin = x.shape.map((_, i) => (i === axis ? before : 0));
      before += x.shape[axis];
      return windowed(dy, { begin, step: x.shape.map(() => 1), shape: x.shape });
    });
  },
};
/** Joins tensors along an axis; the caller has checked their shapes. */
export const concatenated = (xs: readonly Tensor[], axis: number): Tensor => node(concatOp, xs, { axis });
