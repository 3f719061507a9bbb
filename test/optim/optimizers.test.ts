import { describe, expect, test } from 'vitest';
import { grad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as optim from '../../src/optim/index.js';
import type { Optimizer } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { type Config, OPTIMIZERS, OWN } from './table.js';
import { type Descent, type OptimizerCase, optimizers, tolerance } from '../fixtures/index.js';

const { steps, recorded_steps, init, grads, quadratic, rosenbrock, cases } = optimizers();

/** Exports that are schedules have a table of their own. */
const isOptimizer = (name: string): boolean =>
  !/Decay|Step|Time|cycl|Cycle|cosine|piecewise|warmup|rule|reduceOnPlateau|scheduleCurve/.test(name);

/** Cases that no optimizer covers alone, with the reason. */
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

/** The optimizer of a case, with a schedule where the rate drops. */
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
    // Goes on with numbers, so that descriptions do not grow.
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

/** Subnormal numbers are as exact as others, but every operation on one takes several times as long. */
test.each(Object.entries(OPTIMIZERS).filter(([name, { notAlone }]) => name !== 'optimizer' && !notAlone))(
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
