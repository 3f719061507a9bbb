import { checkKeys, flag, inRange } from '../options.js';
import { OptionError } from '../errors.js';
import { fused } from './fused.js';
import type { Optimizer } from './optimizer.js';
import type { Rate } from './schedule.js';
import { TINY } from './tiny.js';

export interface SgdOptions {
  /** A number or a schedule. Required. */
  learningRate: Rate;
  /** α, the decay of the velocity. Default 0. */
  momentum?: number;
  /** Nesterov momentum. Default false. */
  nesterov?: boolean;
  /** Coupled weight decay: g ← g + weightDecay·θ, for all parameters. Default 0. */
  weightDecay?: number;
}

/** Stochastic gradient descent. The velocity of momentum contains the learning rate.
 *  v ← αv − εg;  θ ← θ + v;  Nesterov: θ ← θ + αv − εg
 *  @example sgd({ learningRate: 0.1, momentum: 0.9 }) */
export function sgd(options: SgdOptions): Optimizer {
  checkKeys('sgd', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay']);
  if (options?.learningRate === undefined)
    throw new OptionError('sgd: learningRate is missing; give a number such as 0.1, or a schedule');
  const momentum = inRange('sgd', 'momentum', options.momentum ?? 0, 0, 1);
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
    scalars: ({ learningRate }) => [learningRate, momentum, nesterov ? 1 : 0, weightDecay, TINY],
  });
}
