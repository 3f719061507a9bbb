import { type ByHead, type Head, headsOfShapes } from '../graph/heads.js';
import type { Tensor } from '../graph/tensor.js';
import { concat, slice } from '../ops/arrange.js';
import { reshape } from '../ops/reshape.js';

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
