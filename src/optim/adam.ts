import { checkKeys, flag, inRange, positive } from '../options.js';
import { add, div, maximum, mul, square, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/elementary.js';
import { updater } from '../ops/update.js';
import { numbers, settled } from './numbers.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import type { Changes, Vectors } from './rule.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface AdamOptions {
  /** A number or a schedule. Default 1e-3. */
  learningRate?: Rate;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  delta?: number;
  /** Divides by the largest second moment so far (Reddi et al. 2018): rates never grow again. Default false. */
  amsgrad?: boolean;
}

const update = updater('adam', 2);

/** Adam (Kingma & Ba 2015, algorithm 1). s, r: first and second moments, corrected for their start at 0.
 *  s ← β₁s + (1 − β₁)g;  r ← β₂r + (1 − β₂)g²;  θ ← θ − ε ŝ/(√r̂ + δ)
 *  @example adam({ learningRate: 1e-3 }) */
export function adam(options: AdamOptions = {}): Optimizer {
  checkKeys('adam', options, ['learningRate', 'beta1', 'beta2', 'delta', 'amsgrad']);
  const { learningRate = 1e-3 } = options;
  const beta1 = inRange('adam', 'beta1', options.beta1 ?? 0.9, 0, 1);
  const beta2 = inRange('adam', 'beta2', options.beta2 ?? 0.999, 0, 1);
  const delta = positive('adam', 'delta', options.delta ?? 1e-8);
  const amsgrad = flag('adam', 'amsgrad', options.amsgrad ?? false);
  return optimizerOf({ name: 'adam', options: { ...options } }, learningRate, {
    state: amsgrad ? ['s', 'r', 'most'] : ['s', 'r'],
    native: !amsgrad,
    // Powers of β are running products in float64, and so is 1 − β: float32 would lose half of its digits.
    scalars: ({ learningRate: rate, power }) => [
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      rate / (1 - power(beta1)),
      delta,
      1 / Math.sqrt(1 - power(beta2)),
      TINY,
    ],
    apply: ({ theta, grad, scalars, state }) => {
      if (amsgrad) return withMaximum({ theta, grad, scalars, state });
      const next = update(theta, grad, scalars, [state.s, state.r]);
      return { theta: next.theta, state: { s: next.state[0], r: next.state[1] } };
    },
  });
}

/** The maximum is of second moments that are not corrected, as in PyTorch. */
function withMaximum({ theta, grad, scalars, state }: Pick<Vectors, 'theta' | 'grad' | 'scalars' | 'state'>): Changes {
  const [beta1, fresh1, beta2, fresh2, rate, delta, correction] = numbers(scalars);
  const s = settled(add(mul(state.s, beta1), mul(grad, fresh1)));
  const r = settled(add(mul(state.r, beta2), mul(square(grad), fresh2)));
  const most = maximum(state.most, r);
  const size = add(mul(sqrt(most), correction), delta);
  return { theta: sub(theta, div(mul(rate, s), size)), state: { s, r, most } };
}
