import type { Shape } from '../graph/shape.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { concat, slice } from '../ops/arrange.js';
import { reshape } from '../ops/reshape.js';

/** One of several outputs, or of their targets, with its place in the row that holds all. */
export interface Head {
  readonly name: string;
  /** The shape for one example. */
  readonly shape: Shape;
  readonly at: number;
  readonly size: number;
}
/** Values by the names of heads. */
export type ByHead<T> = Readonly<Record<string, T>>;

/** Heads of these shapes (without the batch), one after another. */
export function headsOfShapes(shapes: ByHead<Shape>): Head[] {
  let at = 0;
  return Object.entries(shapes).map(([name, shape]) => {
    const size = sizeOf(shape);
    at += size;
    return { name, shape, at: at - size, size };
  });
}
export const headsOf = (outputs: ByHead<Tensor>): Head[] =>
  headsOfShapes(Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, t.shape.slice(1)])));

/** Joins several tensors [n, …] into one [n, all their features], so that all code behind a model handles a single
 *  output. */
export const packed = (outputs: ByHead<Tensor>): Tensor =>
  concat(
    Object.values(outputs).map((t) => reshape(t, [t.shape[0], t.size / t.shape[0]])),
    1,
  );
/** Splits such a tensor into one for each head. */
export const unpacked = (all: Tensor, heads: readonly Head[]): Record<string, Tensor> =>
  Object.fromEntries(
    heads.map(({ name, shape, at, size }) => {
      const n = all.shape[0];
      return [name, reshape(slice(all, [0, at], [n, at + size]), [n, ...shape])];
    }),
  );
