import { type Configured, configured } from '../config.js';
import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';

/** (output, target) → one number to make small. */
export interface Loss extends Configured {
  (output: Tensor, target: Tensor): Tensor;
  /** Targets are class labels where the output has one more axis: they must be whole numbers below its last size. */
  readonly labels?: boolean;
}

export const loss = (
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: (output: Tensor, target: Tensor) => Tensor,
  labels = false,
): Loss => Object.assign(configured(name, options, f), { labels });

/** The target in the output's shape: [n] for [n, 1], never broadcast, which would compare each row with all others. */
export function aligned(name: string, output: Tensor, target: Tensor): Tensor {
  if (output.size !== target.size)
    throw new ShapeError(
      `${name}: output ${show(output.shape)} and target ${show(target.shape)} must have equally many elements`,
    );
  return reshape(target, output.shape);
}
