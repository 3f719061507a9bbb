import { checkKeys, positive } from '../options.js';
import { add, minimum, mul, scale, square, sub } from '../ops/arithmetic.js';
import { abs } from '../ops/elementary.js';
import { aligned, type ConfiguredLoss, loss } from './loss.js';

/** ½e² up to |e| = δ and δ(|e| − ½δ) beyond (Huber 1964), the mean over all elements: the gradient of outliers is
 *  bounded.
 *  @example huber({ delta: 0.5 }) */
export function huber(options: { delta?: number } = {}): ConfiguredLoss {
  checkKeys('huber', options, ['delta']);
  const delta = positive('huber', 'delta', options.delta ?? 1);
  return loss('huber', { delta }, (output, target) => {
    const size = abs(sub(output, aligned('huber', output, target)));
    // ½m² + δ(|e| − m) with m = min(|e|, δ): one form for both parts.
    const inner = minimum(size, delta);
    return add(scale(square(inner), 0.5), mul(sub(size, inner), delta));
  });
}
