import { mul, sub } from '../ops/arithmetic.js';
import { relu } from '../ops/activations.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';

/** max(0, 1 − t·y), the mean over all elements; targets are −1 and 1. Elements that are right by a margin of 1
 *  contribute nothing.
 *  @example hinge() */
export const hinge = (): ConfiguredLoss =>
  loss('hinge', {}, (output, target) => relu(sub(1, mul(output, aligned('hinge', output, target)))));
