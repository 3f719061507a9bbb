import type { Config } from '../config.js';
import { updater } from '../ops/update.js';
import type { KernelName } from '../wasm/engine.js';
import { type Optimizer, optimizerOf } from './optimizer.js';
import type { Moment } from './rule.js';
import type { Rate } from './schedule.js';

/** Makes an optimizer of one kernel: a single pass over θ, the gradient and the states, in place. */
export function fused(
  config: Config,
  learningRate: Rate,
  {
    kernel,
    state = [],
    scalars,
  }: { kernel: KernelName; state?: readonly string[]; scalars: (moment: Moment) => readonly number[] },
): Optimizer {
  const update = updater(kernel, state.length);
  return optimizerOf(config, learningRate, {
    state,
    scalars,
    apply: (vectors) => {
      const next = update(
        vectors.theta,
        vectors.grad,
        vectors.scalars,
        state.map((name) => vectors.state[name]),
      );
      return { theta: next.theta, state: Object.fromEntries(state.map((name, i) => [name, next.state[i]])) };
    },
  });
}
