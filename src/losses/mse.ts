import type { Tensor } from '../graph/tensor.js';
import { square, sub } from '../ops/arithmetic.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';

/** The mean squared error over all elements. */
export const mse = (): ConfiguredLoss =>
  loss('mse', {}, (output: Tensor, target: Tensor) => square(sub(output, aligned('mse', output, target))));
