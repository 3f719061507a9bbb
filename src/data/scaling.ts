import type { Config, Configured } from '../config.js';
import { ShapeError } from '../errors.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import { realize } from '../compile/realize.js';
import type { Dataset } from './columns.js';
import { refuseSealed } from './leakage.js';

/** A change of features that was learned from a training set. */
export interface Scaling extends Configured {
  /** x' = (x − shift) / spread, for each of an example's numbers. */
  readonly shift: Float32Array;
  readonly spread: Float32Array;
  /** The same change for any set with such examples; a sealed set stays sealed. Also for a tensor [n, …]. */
  apply(data: Dataset): Dataset;
  apply(x: Tensor): Tensor;
}

/** Looks at a training set; the numbers of each place of an example, in float64. */
export function learned(
  name: string,
  data: Dataset,
  look: (column: Float64Array) => readonly [number, number],
): Scaling {
  refuseSealed(`${name}.fit`, data);
  const width = sizeOf(data.shape);
  const [shift, spread] = [new Float32Array(width), new Float32Array(width)];
  const column = new Float64Array(data.size);
  for (let i = 0; i < width; i++) {
    for (let row = 0; row < data.size; row++) column[row] = data.x[row * width + i] * data.scale;
    const [from, by] = look(column);
    shift[i] = from;
    // A feature that never changes says nothing: it becomes 0.
    spread[i] = by || 1;
  }
  return scalingOf({ name, options: { shift: [...shift], spread: [...spread] } }, data.shape, shift, spread);
}

export function scalingOf(config: Config, shape: Shape, shift: Float32Array, spread: Float32Array): Scaling {
  const scaled = (x: ArrayLike<number>, scale: number): Float32Array => {
    const y = new Float32Array(x.length);
    for (let i = 0; i < y.length; i++) {
      const at = i % shift.length;
      y[i] = (x[i] * scale - shift[at]) / spread[at];
    }
    return y;
  };
  const check = (given: Shape): void => {
    if (sizeOf(given) !== shift.length)
      throw new ShapeError(
        `${config.name}: examples of ${show(given)} were given, but ${show(shape)} were learned from`,
      );
  };
  function apply(data: Dataset): Dataset;
  function apply(x: Tensor): Tensor;
  function apply(given: Dataset | Tensor): Dataset | Tensor {
    if (given instanceof Tensor) {
      check(given.shape.slice(1));
      return constant(scaled(realize(given), 1), given.shape);
    }
    check(given.shape);
    return given.with({ x: scaled(given.x, given.scale), scale: 1 });
  }
  return { config, shift, spread, apply };
}
