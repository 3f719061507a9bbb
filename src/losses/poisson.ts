import { mul, sub } from '../ops/arithmetic.js';
import { exp } from '../ops/elementary.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';

/** The negative log-likelihood of counts, eᵒ − t·o, the mean over all elements: outputs are logarithms of the expected counts.
 *  log t! is left out, as in PyTorch's `PoissonNLLLoss`.
 *  @example poisson()([[1.1]], [3]) */
export const poisson = (): ConfiguredLoss =>
  loss('poisson', {}, (output, target) => sub(exp(output), mul(aligned('poisson', output, target), output)));
