import { checkKeys, oneOf } from '../options.js';
import { add, maximum, mul, neg, scale, sub } from '../ops/arithmetic.js';
import { log } from '../ops/elementary.js';
import { softplus } from '../ops/activations.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';
import { smoothed, type SmoothingOptions } from './smoothing.js';

export interface BinaryCrossEntropyOptions extends SmoothingOptions {
  /** The kind of output. `'logits'` (default) is more exact. */
  from?: 'logits' | 'probabilities';
}
/** As in PyTorch, log p of probabilities is not below −100. */
const FLOOR = -100;

/** −t log p − (1 − t) log(1 − p), the mean over all elements; targets from 0 to 1. */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): ConfiguredLoss {
  checkKeys('binaryCrossEntropy', options, ['from', 'labelSmoothing', 'smoothing']);
  const from = oneOf('binaryCrossEntropy', 'from', options.from ?? 'logits', ['logits', 'probabilities']);
  const { on, off } = smoothed('binaryCrossEntropy', options)(2);
  return loss('binaryCrossEntropy', { ...options }, (output, target) => {
    const t = add(scale(aligned('binaryCrossEntropy', output, target), on - off), off);
    if (from === 'logits') return sub(softplus(output), mul(output, t));
    const [yes, no] = [maximum(log(output), FLOOR), maximum(log(sub(1, output)), FLOOR)];
    return neg(add(mul(t, yes), mul(sub(1, t), no)));
  });
}
