import * as optim from '../../src/optim/index.js';
import { where } from '../../src/ops/index.js';
import type { Tensor } from '../../src/graph/tensor.js';
import type { Optimizer, Rate } from '../../src/optim/index.js';
import '../../src/tensor/methods.js';
import type { OptimizerCase } from '../fixtures/index.js';

export type Config = OptimizerCase['config'];
/** One row gives an optimizer all its tests: the fixture's kinds that it makes, and how it is made of a case's settings. */
export const OPTIMIZERS: Record<
  string,
  {
    kinds: readonly string[];
    make: (config: Config, learningRate: Rate, kind: string) => Optimizer;
    /** The rate with which small networks learn. Default 0.05. */
    rate?: number;
    /** Whether it cannot make an update from a single gradient. */
    notAlone?: boolean;
  }
> = {
  sgd: {
    kinds: ['sgd', 'momentum', 'nesterov'],
    make: ({ momentum, weight_decay }, learningRate, kind) =>
      optim.sgd({ learningRate, momentum, nesterov: kind === 'nesterov', weightDecay: weight_decay }),
  },
  adagrad: {
    kinds: ['adagrad'],
    make: ({ eps }, learningRate) => optim.adagrad({ learningRate, delta: eps }),
  },
  adam: {
    kinds: ['adam'],
    make: ({ beta1, beta2, eps, amsgrad }, learningRate) =>
      optim.adam({ learningRate, beta1, beta2, delta: eps, amsgrad }),
  },
  adamw: {
    kinds: ['adamw'],
    make: ({ beta1, beta2, eps, weight_decay }, learningRate) =>
      optim.adamw({ learningRate, beta1, beta2, delta: eps, weightDecay: weight_decay }),
  },
  rmsprop: {
    kinds: ['rmsprop'],
    make: ({ rho, eps }, learningRate) => optim.rmsprop({ learningRate, rho, delta: eps }),
  },
  adadelta: {
    kinds: ['adadelta'],
    rate: 1,
    make: ({ rho, eps }, learningRate) => optim.adadelta({ learningRate, rho, delta: eps }),
  },
  adamax: {
    kinds: ['adamax'],
    make: ({ beta1, beta2, eps }, learningRate) => optim.adamax({ learningRate, beta1, beta2, delta: eps }),
  },
  nadam: {
    kinds: ['nadam'],
    make: ({ beta1, beta2, eps }, learningRate) => optim.nadam({ learningRate, beta1, beta2, delta: eps }),
  },
  radam: {
    kinds: ['radam'],
    make: ({ beta1, beta2, eps }, learningRate) => optim.radam({ learningRate, beta1, beta2, delta: eps }),
  },
  // PyTorch has none of the next three: they are compared with their formulas.
  lion: { kinds: ['lion'], rate: 0.01, make: (_, learningRate) => optim.lion({ learningRate }) },
  lookahead: {
    kinds: ['lookahead'],
    make: (_, learningRate) => optim.lookahead(optim.sgd({ learningRate, momentum: 0.9 }), { every: 3 }),
  },
  sam: {
    kinds: ['sam'],
    notAlone: true,
    make: (_, learningRate) => optim.sam(optim.sgd({ learningRate, momentum: 0.9 })),
  },
  optimizer: {
    kinds: ['own'],
    make: (_, learningRate) =>
      optim.optimizer({
        state: ['v'],
        update: ({ theta, grad, state, learningRate: rate }) => {
          const v = state.v.mul(0.9).sub(grad.mul(rate));
          return { theta: theta.add(v), state: { v } };
        },
      })({ learningRate }),
  },
};

type Own = Parameters<typeof optim.optimizer>[0];
const rms = (
  change: (g: Tensor, size: Tensor, v: Tensor) => [pull: Tensor, v: Tensor],
  eps: number,
  centered = false,
): Own => ({
  state: ['r', 'm', 'v'],
  update: ({ theta, grad, state, learningRate }) => {
    const r = state.r.mul(0.9).add(grad.square().mul(0.1));
    const m = state.m.mul(0.9).add(grad.mul(0.1));
    const size = (centered ? r.sub(m.square()) : r).sqrt().add(eps);
    const [pull, v] = change(grad, size, state.v);
    return { theta: theta.sub(pull.mul(learningRate)), state: { r, m, v } };
  },
});
/** Variants of PyTorch that the library lacks, written with ops as a user would write them. */
export const OWN: Record<string, Own> = {
  sgd_momentum_torch_dampening: {
    state: 'v',
    update: ({ theta, grad, state, learningRate, step }) => {
      const v = where(step.equal(0), grad, state.v.mul(0.9).add(grad.mul(0.7)));
      return { theta: theta.sub(v.mul(learningRate)), state: { v } };
    },
  },
  adagrad_torch_lrdecay_init: {
    state: 'r',
    update: ({ theta, grad, state, learningRate, step }) => {
      const r = state.r.add(step.equal(0).mul(0.1)).add(grad.square());
      const rate = learningRate.div(step.mul(0.05).add(1));
      return { theta: theta.sub(rate.mul(grad).div(r.sqrt().add(1e-10))), state: { r } };
    },
  },
  rmsprop_torch: rms((g, size, v) => [g.div(size), v], 1e-8),
  rmsprop_torch_centered: rms((g, size, v) => [g.div(size), v], 1e-3, true),
  rmsprop_torch_momentum: rms((g, size, old) => {
    const v = old.mul(0.9).add(g.div(size));
    return [v, v];
  }, 1e-8),
};
