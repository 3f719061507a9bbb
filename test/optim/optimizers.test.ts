import { describe, expect, test } from 'vitest';
import { grad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import { where } from '../../src/ops/index.js';
import { dense, sequential, tanh } from '../../src/nn/index.js';
import * as optim from '../../src/optim/index.js';
import type { Optimizer, Rate } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { type EpochRecord, fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';
import { type Descent, type OptimizerCase, optimizers, tolerance } from '../fixtures/index.js';

const { steps, recorded_steps, init, grads, quadratic, rosenbrock, cases } = optimizers();

type Config = OptimizerCase['config'];
/** One row gives an optimizer all its tests: the fixture's kinds that it makes, and how it is made of a case's settings. */
const OPTIMIZERS: Record<
  string,
  { kinds: readonly string[]; make: (config: Config, learningRate: Rate, kind: string) => Optimizer }
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
  // PyTorch's fixture has none: below, from its formula.
  lion: { kinds: ['lion'], make: (_, learningRate) => optim.lion({ learningRate }) },
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
/** Exports that are schedules have a table of their own. */
const isOptimizer = (name: string): boolean =>
  !/Decay|Step|Time|cycl|Cycle|cosine|piecewise|warmup|rule|reduceOnPlateau/.test(name);

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
/** PyTorch's forms whose options ours do not have, as somebody would write them in ops. */
const OWN: Record<string, Own> = {
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

/** Cases that are not an optimizer's alone, and why. */
const ELSEWHERE: Record<string, string> = {
  nesterov_lecture: 'the gradient is taken at θ + αv: sgd keeps that point itself, as sgd_nesterov_torch does',
  adam_l2: 'a coupled decay of Adam is the penalty l2',
  rmsprop_goodfellow_nesterov: 'the gradient is taken at θ + αv, as in nesterov_lecture',
  sgd_clip_norm_torch: 'clipping, in clip.test.ts',
  sgd_clip_value: 'the same',
  adam_clip_norm: 'the same',
};

test('every optimizer has a row', () => {
  expect(Object.keys(optim).filter(isOptimizer).sort()).toEqual(Object.keys(OPTIMIZERS).sort());
});
test('every case of the fixture is compared, or said to be elsewhere', () => {
  const kinds = Object.values(OPTIMIZERS).flatMap((row) => row.kinds);
  expect(cases.filter(({ name, kind }) => !ELSEWHERE[name] && !kinds.includes(kind))).toEqual([]);
});

/** The optimizer of a case; where the rate drops, a schedule that knows it. */
function optimizerOf({ name, kind, config, lr_drop }: OptimizerCase, rate: number): Optimizer {
  const learningRate = lr_drop
    ? Object.assign((k: number) => (k < lr_drop.after_step ? rate : rate * lr_drop.factor), {
        config: { name: 'drop', options: {} },
      })
    : rate;
  if (OWN[name]) return optim.optimizer(OWN[name])({ learningRate });
  const row = Object.values(OPTIMIZERS).find(({ kinds }) => kinds.includes(kind)) as (typeof OPTIMIZERS)[string];
  return row.make(config, learningRate, kind);
}

/** Parameters after each of the 50 updates. */
function walk(o: Optimizer, start: Tensor, slope: (theta: Tensor, k: number) => Tensor): Float32Array[] {
  const path: Float32Array[] = [];
  let [theta, state] = [start, o.init(start)];
  for (let k = 0; k < steps; k++) {
    const next = o.update(theta, slope(theta, k), state);
    // A walk of numbers, not of descriptions.
    theta = tensor(next.theta.data(), start.shape);
    state = next.state;
    path.push(theta.data());
  }
  return path;
}
const apart = (a: Float32Array, b: readonly number[]): number => Math.max(...b.map((x, i) => Math.abs(x - a[i])));

const H = tensor(quadratic.H.data as number[], quadratic.H.shape);
const b = tensor(quadratic.b.data as number[]);
const FUNCTIONS = {
  quadratic: {
    start: tensor(quadratic.x0.data as number[]),
    f: (x: Tensor) => x.matmul(H).mul(x).sum().mul(0.5).sub(b.mul(x).sum()),
  },
  rosenbrock: {
    start: tensor(rosenbrock.x0.data as number[]),
    f: (x: Tensor) => {
      const [p, q] = [x.slice([0], [1]), x.slice([1], [2])];
      return p.neg().add(1).square().add(q.sub(p.square()).square().mul(100)).sum();
    },
  },
};

describe.each(cases.filter(({ name }) => !ELSEWHERE[name]).map((c) => [c.name, c] as const))('%s', (_, c) => {
  test('on given gradients', () => {
    init.forEach(({ shape, data }, j) => {
      const path = walk(optimizerOf(c, c.config.lr), tensor(data as number[], shape), (__, k) =>
        tensor(grads[k][j] as number[], shape),
      );
      recorded_steps.forEach((step, i) => {
        const truth = c.given?.params[i][j] as readonly number[];
        expect(apart(path[step - 1], truth), `step ${step}`).toBeLessThan(tolerance(truth, c.given?.f32err[i]));
      });
    });
  });
  test.each(['quadratic', 'rosenbrock'] as const)('on a function: %s', (name) => {
    const { lr, params, loss, f32err }: Descent = c[name];
    const { start, f } = FUNCTIONS[name];
    const path = walk(optimizerOf(c, lr), start, (theta) => grad(f)(theta));
    recorded_steps.forEach((step, i) => {
      expect(apart(path[step - 1], params[i]), `step ${step}`).toBeLessThan(tolerance(params[i], f32err[i]));
    });
    expect(f(start).item()).toBeCloseTo(loss[0], 3);
  });
});

/** Rates that differ from the others'. */
const RATES: Record<string, number> = { adadelta: 1, lion: 0.01 };
test.each(Object.entries(OPTIMIZERS))('%s trains a network as a rule of the step', async (name, { make, kinds }) => {
  for (const kind of kinds) {
    const model = sequential([dense(8), tanh(), dense(2)]);
    const momentum = kind === 'sgd' ? undefined : 0.9;
    const optimizer = make({ lr: 0, momentum } as Config, RATES[name] ?? 0.05, kind);
    const { history } = await fit(model, clouds(64), { loss: crossEntropy(), optimizer, epochs: 20 });
    expect((history.at(-1) as EpochRecord).loss).toBeLessThan(0.7 * history[0].loss);
  }
});

/** Subnormal numbers are as exact as others, but every operation on one takes several times as long. */
test.each(Object.entries(OPTIMIZERS).filter(([name]) => name !== 'optimizer'))(
  '%s lets no state fade into subnormal numbers',
  (_, { make, kinds }) => {
    const optimizer = make({ lr: 0, momentum: 0.9 } as Config, 0.05, kinds[0]);
    let theta = tensor([1, 2]);
    let state = optimizer.init(theta);
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < 3000; k++) {
      const next = optimizer.update(theta, tensor(k ? [0, 0] : [1, -1e-3]), state);
      [theta, state] = [tensor(next.theta.data()), next.state];
      for (const x of Object.values(state.vectors).flatMap((t) => [...t.data()]))
        if (x !== 0) least = Math.min(least, Math.abs(x));
    }
    expect(least).toBeGreaterThan(2 ** -126);
  },
);
