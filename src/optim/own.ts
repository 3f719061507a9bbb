import { OptionError } from '../errors.js';
import { callable, checkKeys, names as nameList, refuse } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import { checkChanges } from './rule.js';
import type { Rate } from './schedule.js';

/** The arguments of an optimizer of your own: flat vectors, and the learning rate and the number of the update (from 0)
 *  as [1]. */
export interface OwnVectors {
  readonly theta: Tensor;
  readonly grad: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
  readonly learningRate: Tensor;
  readonly step: Tensor;
}
export interface OwnOptimizer {
  /** Names of vectors like θ that are kept from update to update; they begin at 0. */
  state?: readonly string[] | string;
  /** Returns the next θ and the next state, computed with ops. */
  update: (vectors: OwnVectors) => { theta: Tensor; state?: Readonly<Record<string, Tensor>> };
}

/** Makes the factory of an optimizer of your own, which is written with ops and compiled into the step.
 *  @example
 *  const heavyBall = optimizer({
 *    state: ['v'],
 *    update: ({ theta, grad, state, learningRate }) => {
 *      const v = state.v.mul(0.9).sub(grad.mul(learningRate))
 *      return { theta: theta.add(v), state: { v } }
 *    },
 *  })
 *  const mine = heavyBall({ learningRate: 0.1 }) */
export function optimizer(own: OwnOptimizer): (options: { learningRate: Rate }) => Optimizer {
  checkKeys('optimizer', own, ['state', 'update'], true);
  const { state = [], update } = own;
  const names = typeof state === 'string' ? [state] : nameList('optimizer', 'state', state);
  callable('optimizer', 'update', update, 'a function of { theta, grad, state, learningRate, step }');
  return (options) => {
    checkKeys('optimizer', options, ['learningRate']);
    if (options.learningRate === undefined)
      throw new OptionError('optimizer: learningRate is missing; give a number such as 0.1, or a schedule');
    return optimizerOf({ name: 'optimizer', options: { ...own, ...options } }, options.learningRate, {
      state: names,
      native: false,
      scalars: () => [],
      apply({ theta, grad, state: vectors, learningRate, step }) {
        const next = update({ theta, grad, state: vectors, learningRate, step });
        checkChanges('optimizer: update', next, ['theta', 'state'], names);
        return next.theta ? next : refuse('optimizer: update', 'theta', next.theta, 'the next θ, a tensor');
      },
    });
  };
}
