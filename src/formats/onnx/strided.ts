import { UnsupportedError } from '../../index.js';
import { product } from './constant.js';

/** How many numbers may still be computed while a file is read: a few bytes could ask for any amount. */
let left = 0;
/** Allows four times the numbers of a file of float32, and some for small files. */
export function allow(bytes: number): void {
  left = bytes + LEAST;
}
const LEAST = 1 << 22;
/** Space for a number of values. */
export function space(size: number, like?: ArrayLike<number>): Float32Array | Float64Array {
  if (!(size <= left))
    throw new UnsupportedError('it makes more numbers of constants than the size of the file explains');
  left -= size;
  return like instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
}

/** How far apart neighbours along each axis are in row-major order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/** The elements of `data` that are found by walking with these strides: transposed, broadcast, cut or turned around. */
export function strided(
  data: ArrayLike<number>,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Float32Array | Float64Array {
  const made = space(product(shape), data);
  const last = shape.length - 1;
  const [count, step] = last < 0 ? [1, 0] : [shape[last], strides[last]];
  const index = shape.map(() => 0);
  let from = offset;
  for (let at = 0; at < made.length; ) {
    for (let i = 0; i < count; i++) made[at++] = data[from + i * step];
    for (let axis = last - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return made;
}

/** The numbers of an array in the order of other axes. */
export function permuted(
  data: ArrayLike<number>,
  shape: readonly number[],
  axes: readonly number[],
): ArrayLike<number> {
  const strides = stridesOf(shape);
  return strided(
    data,
    axes.map((axis) => shape[axis]),
    axes.map((axis) => strides[axis]),
  );
}

/** The strides with which an array is walked that is broadcast to a shape. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from);
  const more = to.length - from.length;
  return to.map((_, i) => (i < more || from[i - more] === 1 ? 0 : strides[i - more]));
}

/** The shape that several broadcast to. */
export function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((shape) => shape[shape.length - rank + i] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    if (sizes.some((n) => n !== 1 && n !== size))
      throw new UnsupportedError(
        `its operands ${shapes.map((shape) => `[${shape}]`).join(' and ')} do not fit together`,
      );
    return size;
  });
}
