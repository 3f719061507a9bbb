import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { maximum, mul, sub } from '../ops/arithmetic.js';
import { log } from '../ops/elementary.js';
import { sum } from '../ops/reduce.js';
import { logSoftmax } from '../ops/softmax.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';

const LEAST = 1e-38;

/** The Kullback-Leibler divergence of the softmax of logits from probabilities, Σ t (log t − log p), the mean over rows, as
 *  PyTorch's `kl_div` of `log_softmax` with 'batchmean'. Outputs: logits [..., classes]; targets: probabilities of the same
 *  shape, such as the answers of another model. It is 0 where both agree; its gradient is that of crossEntropy.
 *  @example kl()([[1, 2]], [[0.3, 0.7]]) */
export const kl = (): ConfiguredLoss =>
  loss('kl', {}, (output, target) => {
    if (output.shape.length < 2)
      throw new ShapeError(`kl: output is ${show(output.shape)}; it must be logits [n, classes]`);
    const t = aligned('kl', output, target);
    return sum(mul(t, sub(log(maximum(t, LEAST)), logSoftmax(output))), -1);
  });
