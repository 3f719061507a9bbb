import { checkKeys, inRange } from '../options.js';
import { maximum, mul, neg, pow } from '../ops/arithmetic.js';
import { expm1 } from '../ops/elementary.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { logSoftmax } from '../ops/softmax.js';
import { exp, log } from '../random/hostMath.js';
import { classTargets } from './classTargets.js';
import { type ConfiguredLoss, type Known, loss } from './loss.js';

/** The least base of a power, whose slope is infinite at 0 for γ < 1. */
const LEAST = 1e-30;

/** −Σ t (1 − p)^γ log p, the mean over rows (Lin et al. 2017): cross-entropy in which rows that are already right with
 *  certainty count less, the more so the larger γ is; 0 is crossEntropy. output: logits [n, k]; target: labels [n], whole
 *  numbers from 0 to k − 1, or rows [n, k] that sum to 1.
 *  @example focal({ gamma: 1 })(logits, labels) */
export function focal(options: { gamma?: number } = {}): ConfiguredLoss {
  checkKeys('focal', options, ['gamma']);
  const gamma = inRange('focal', 'gamma', options.gamma ?? 2, 0, 100);
  return loss(
    'focal',
    { gamma },
    (given, target) => {
      const { output, soft } = classTargets('focal', given, target);
      const logs = logSoftmax(output);
      // 1 − p, which keeps its digits where p is near 1.
      const missing = maximum(neg(expm1(logs)), LEAST);
      const each = neg(sum(mul(mul(soft, pow(missing, gamma)), logs), 1));
      return reshape(each, given.shape.slice(0, -1));
    },
    { labels: true, answer: (known) => leastFocal(gamma, known) },
  );
}

/** Logits of the best constant answer to labels with these weights q: where q φ(p) is the same for all classes, with the slope
 *  −φ of the loss of one. p ∝ q p φ(p) is iterated, halfway at a time. */
function leastFocal(gamma: number, { values, weights, units }: Known): number[] {
  const q = new Array<number>(units).fill(LEAST);
  Array.from(values, (label, i) => (q[label] += weights[i]));
  const whole = (xs: readonly number[]): number[] => {
    const total = xs.reduce((a, b) => a + b, 0);
    return xs.map((x) => x / total);
  };
  let p = whole(q);
  for (let step = 0; step < 200; step++)
    p = whole(
      p.map((x, i) => {
        const rest = Math.max(1 - x, LEAST);
        const slope = exp(gamma * log(rest)) * (1 - (gamma * x * log(x)) / rest);
        return Math.sqrt(x * q[i] * slope);
      }),
    );
  return p.map((x) => log(x));
}
