import type { Tensor } from '../graph/tensor.js';
import { sub } from '../ops/arithmetic.js';
import { abs } from '../ops/elementary.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';

/** The mean absolute error over all elements. */
export const mae = (): ConfiguredLoss =>
  loss('mae', {}, (output: Tensor, target: Tensor) => abs(sub(output, aligned('mae', output, target))));
