import { checkKeys, flag, inRange } from '../options.js';
import { OptionError } from '../errors.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface SgdOptions {
  /** A number or a schedule. Required. */
  learningRate: Rate;
  /** α, the decay of the velocity: a number from 0 to 1, or a schedule of such numbers. Default 0. */
  momentum?: Rate;
  /** Nesterov momentum. Default false. */
  nesterov?: boolean;
  /** Coupled weight decay: g ← g + weightDecay·θ, for all parameters. Default 0. */
  weightDecay?: number;
}

/** Stochastic gradient descent. The velocity of momentum contains the learning rate.
 *  v ← αv − εg;  θ ← θ + v;  Nesterov: θ ← θ + αv − εg
 *  A schedule of the momentum is a function of k, the number of updates already made, as in Sutskever et al. (2013).
 *  @example sgd({ learningRate: 0.1, momentum: 0.9 })
 *  @example sgd({ learningRate: 0.1, momentum: piecewise({ at: [100], values: [0.5, 0.9] }), nesterov: true }) */
export function sgd(options: SgdOptions): Optimizer {
  checkKeys('sgd', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay']);
  if (options?.learningRate === undefined)
    throw new OptionError('sgd: learningRate is missing; give a number such as 0.1, or a schedule');
  const { momentum = 0 } = options;
  const alpha = (k: number): number =>
    typeof momentum === 'function'
      ? inRange('sgd', `momentum of update ${k}`, momentum(k), 0, 1)
      : inRange('sgd', 'momentum', momentum ?? 0, 0, 1);
  if (typeof momentum !== 'function') alpha(0);
  else if (momentum.withEpochs)
    throw new OptionError('sgd: a schedule of the momentum counts updates; give steps instead of epochs');
  const nesterov = flag('sgd', 'nesterov', options.nesterov ?? false);
  const weightDecay = inRange('sgd', 'weightDecay', options.weightDecay ?? 0, 0);
  if (nesterov && !momentum) throw new OptionError('sgd: nesterov needs a momentum above 0, such as 0.9');
  const config = { name: 'sgd', options: { ...options } };
  if (!momentum)
    return fused(config, options.learningRate, {
      kernel: 'sgd',
      scalars: ({ learningRate }) => [learningRate, weightDecay],
    });
  return fused(config, options.learningRate, {
    kernel: 'momentum',
    state: ['v'],
    scalars: ({ learningRate, step }) => [learningRate, alpha(step), nesterov ? 1 : 0, weightDecay, TINY],
  });
}
