import { checkKeys, fraction, positive } from '../options.js';
import { moments } from './moments.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';

export interface RadamOptions {
  /** A number or a schedule. Default 1e-3. */
  learningRate?: Rate;
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  delta?: number;
}

/** RAdam (Liu et al. 2020, algorithm 2; PyTorch's form): Adam that divides by the second moment only when its estimate
 *  has enough data; the first steps are those of momentum.
 *  @example radam() */
export function radam(options: RadamOptions = {}): Optimizer {
  checkKeys('radam', options, ['learningRate', 'beta1', 'beta2', 'delta']);
  const beta1 = fraction('radam', 'beta1', options.beta1 ?? 0.9);
  const beta2 = fraction('radam', 'beta2', options.beta2 ?? 0.999);
  const delta = positive('radam', 'delta', options.delta ?? 1e-8);
  const most = 2 / (1 - beta2) - 1;
  return moments(
    { name: 'radam', options: { ...options } },
    options.learningRate ?? 1e-3,
    { beta1, beta2, delta },
    ({ learningRate, power, step }) => {
      const rate = learningRate / (1 - power(beta1));
      const faded = power(beta2);
      // The effective number of gradients in the average that forms the second moment.
      const length = most - (2 * (step + 1) * faded) / (1 - faded);
      if (length <= 5) return { ofMoment: 0, plain: rate };
      const share = ((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length);
      return { ofMoment: rate * Math.sqrt(share * (1 - faded)) };
    },
  );
}
