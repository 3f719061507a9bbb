import type { Tensor } from '../graph/tensor.js';
import { asTensor, IMAGES, type Operand } from './operand.js';
import { mean } from './reduce.js';

/** The mean over the places of each image and channel: x [n, h, w, c] → [n, c]. */
export function globalAvgPool2d(images: Operand): Tensor {
  const x = asTensor('globalAvgPool2d', images, 'x', IMAGES);
  return mean(x, [1, 2]);
}
