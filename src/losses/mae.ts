import type { Tensor } from '../graph/tensor.js';
import { sub } from '../ops/arithmetic.js';
import { abs } from '../ops/elementary.js';
import { mean } from '../ops/reduce.js';
import { aligned, type Loss, loss } from './loss.js';

/** The mean absolute error over all elements. */
export const mae = (): Loss =>
  loss('mae', {}, (output: Tensor, target: Tensor) => mean(abs(sub(output, aligned('mae', output, target)))));
