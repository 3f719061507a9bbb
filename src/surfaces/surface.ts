import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { slice } from '../ops/arrange.js';
import { asTensor, type Operand } from '../ops/operand.js';

/** A function of two numbers, x [2] → one number, whose critical points are known. */
export interface Surface {
  readonly f: (x: Tensor) => Tensor;
  readonly minima: readonly (readonly [number, number])[];
  readonly saddles: readonly (readonly [number, number])[];
  /** The interesting domain: [[least x, largest x], [least y, largest y]]. */
  readonly domain: readonly [readonly [number, number], readonly [number, number]];
}
/** Makes a function of a vector from a function of x and y. */
export const ofPair =
  (name: string, f: (x: Tensor, y: Tensor) => Tensor) =>
  (given: Operand): Tensor => {
    const v = asTensor(name, given);
    if (v.shape.length !== 1 || v.size !== 2)
      throw new ShapeError(`${name}: x is ${show(v.shape)}; it must be two numbers, [2]`);
    return f(slice(v, [0], [1]), slice(v, [1], [2]));
  };
