import type { Tensor } from '../graph/tensor.js';
import { slice } from '../ops/arrange.js';

/** A function of two numbers, x [2] → one, whose critical points are known. */
export interface Surface {
  readonly f: (x: Tensor) => Tensor;
  readonly minima: readonly (readonly [number, number])[];
  readonly saddles: readonly (readonly [number, number])[];
  /** Where it is worth looking at: [[least x, most x], [least y, most y]]. */
  readonly domain: readonly [readonly [number, number], readonly [number, number]];
}
/** A function of x and y as one of a vector. */
export const ofPair =
  (f: (x: Tensor, y: Tensor) => Tensor) =>
  (v: Tensor): Tensor =>
    f(slice(v, [0], [1]), slice(v, [1], [2]));
