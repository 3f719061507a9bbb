import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { asTensor, type Operand } from './operand.js';
import { mean } from './reduce.js';

/** The mean over the places of each image and channel: x [n, h, w, c] → [n, c]. */
export function globalAvgPool2d(images: Operand): Tensor {
  const x = asTensor('globalAvgPool2d', images);
  if (x.shape.length !== 4) throw new ShapeError(`globalAvgPool2d: x is ${show(x.shape)}; it must be [n, h, w, c]`);
  return mean(x, [1, 2]);
}
