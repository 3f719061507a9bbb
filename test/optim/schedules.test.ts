import { expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import * as optim from '../../src/optim/index.js';
import { adam, linearDecay, rule, type Schedule, sgd } from '../../src/optim/index.js';
import { earlyStopping } from '../../src/regularize/index.js';
import { schedules } from '../fixtures/index.js';

const { cases, early_stopping } = schedules();

/** One row gives a schedule its tests: the fixture's case, and how the schedule is made of it. */
const SCHEDULES: Record<string, { name: string; make: (from: number, c: Record<string, never>) => Schedule }> = {
  linear_lecture: {
    name: 'linearDecay',
    make: (from, { tau, eps_tau }) => optim.linearDecay({ from, to: eps_tau, steps: tau }),
  },
  step: {
    name: 'stepDecay',
    make: (from, { gamma, step_size }) => optim.stepDecay({ from, factor: gamma, every: step_size }),
  },
  multistep: {
    name: 'multiStep',
    make: (from, { gamma, milestones }) => optim.multiStep({ from, factor: gamma, at: milestones }),
  },
  exponential: { name: 'exponentialDecay', make: (from, { gamma }) => optim.exponentialDecay({ from, factor: gamma }) },
  inverse_time: { name: 'inverseTime', make: (from, { decay }) => optim.inverseTime({ from, decay }) },
  polynomial: {
    name: 'polynomialDecay',
    make: (from, { total_iters, power }) => optim.polynomialDecay({ from, steps: total_iters, power }),
  },
  cosine: {
    name: 'cosineDecay',
    make: (from, { T_max, eta_min }) => optim.cosineDecay({ from, to: eta_min, steps: T_max }),
  },
  cosine_restarts: {
    name: 'cosineRestarts',
    make: (from, { T_0, T_mult, eta_min }) => optim.cosineRestarts({ from, to: eta_min, steps: T_0, grow: T_mult }),
  },
  'onecycle_cos_threephase=False': {
    name: 'oneCycle',
    make: (_, { max_lr, total_steps, pct_start, div_factor, final_div_factor }) =>
      optim.oneCycle({ peak: max_lr, steps: total_steps, rise: pct_start, divide: div_factor, end: final_div_factor }),
  },
  cyclic_triangular: {
    name: 'cyclic',
    make: (_, c) => optim.cyclic({ from: c.base, to: c.max, up: c.up, down: c.down }),
  },
  warmup_then_cosine: {
    name: 'warmup',
    make: (from, { start_factor, warmup, T_max, eta_min }) =>
      optim.warmup(optim.cosineDecay({ from, to: eta_min, steps: T_max }), {
        steps: warmup,
        from: from * start_factor,
      }),
  },
};
/** Compared below with their own documentation, because there is no other implementation. */
const OTHERS = ['piecewise'];

test('every schedule has a row', () => {
  const schedules = Object.keys(optim).filter((name) =>
    /Decay|Step|Time|cycl|Cycle|cosine|piecewise|warmup/.test(name),
  );
  expect(schedules.sort()).toEqual([...Object.values(SCHEDULES).map(({ name }) => name), ...OTHERS].sort());
  expect(cases.map(({ name }) => name).sort()).toEqual(Object.keys(SCHEDULES).sort());
});
test.each(cases)('$name', ({ name, base_lr, config, lr }) => {
  const row = SCHEDULES[name];
  const schedule = row.make(base_lr, config as Record<string, never>);
  expect(schedule.config.name).toBe(row.name);
  lr.forEach((rate, k) => expect(schedule(k), `update ${k}`).toBeCloseTo(rate, 12));
});
test('piecewise takes one rate after another', () => {
  const schedule = optim.piecewise({ at: [2, 5], values: [0.3, 0.2, 0.1] });
  expect([0, 1, 2, 4, 5, 99].map(schedule)).toEqual([0.3, 0.3, 0.2, 0.2, 0.1, 0.1]);
});
test('the inverse time with a power is eta0 / t^power_t, as the rate of scikit-learn’s SGDRegressor, t counting from 1', () => {
  const schedule = optim.inverseTime({ from: 0.1, decay: 1, power: 0.25 });
  for (const [t, rate] of [
    [1, 0.1],
    [2, 0.0840896415],
    [16, 0.05],
    [81, 0.1 / 3],
  ])
    expect(schedule(t - 1)).toBeCloseTo(rate, 10);
  expect(optim.inverseTime({ from: 0.1, decay: 0.3, power: 1 })(7)).toBe(
    optim.inverseTime({ from: 0.1, decay: 0.3 })(7),
  );
});
test('what decays ends where it should', () => {
  expect(optim.cosineDecay({ from: 1, to: 0.1, steps: 10 })(99)).toBe(0.1);
  expect(optim.polynomialDecay({ from: 1, to: 0.1, steps: 10, power: 1.5 })(99)).toBe(0.1);
  expect(optim.polynomialDecay({ from: 1, steps: 10, power: 0.5 })(9)).toBeCloseTo(Math.sqrt(0.1), 12);
  expect(optim.oneCycle({ peak: 1, steps: 10 })(500)).toBeCloseTo(1 / 25 / 1e4, 12);
});
test('a warm-up around epochs learns how many updates they have', () => {
  const schedule = optim.warmup(linearDecay({ from: 1, to: 0, epochs: 2 }), { steps: 4 });
  const known = schedule.withEpochs?.(5) as Schedule;
  expect([0, 2, 4, 9, 14].map(known)).toEqual([0, 0.5, 1, 0.5, 0]);
});
test('without `to`, the rate ends at a hundredth', () => {
  const schedule = linearDecay({ from: 0.5, steps: 10 });
  expect([schedule(0), schedule(10), schedule(99)]).toEqual([0.5, 0.005, 0.005]);
});

test.each(early_stopping.map((c, i) => [i, c] as const))('early stopping on curve %i', (_, c) => {
  const monitor = earlyStopping({ patience: c.patience, minDelta: c.min_delta });
  let state = monitor.init();
  let [best, stop] = [-1, -1];
  c.val.forEach((value, i) => {
    if (stop >= 0) return;
    const next = monitor.update(state, value);
    state = next.state;
    if (next.improved) best = i;
    if (next.stop) stop = i;
  });
  expect([best, state.best, stop]).toEqual([c.best_index, c.best, c.stop_index]);
});

test.each<[() => unknown, string]>([
  [
    () => linearDecay({ form: 0.1, steps: 3 } as never),
    "linearDecay: unknown option 'form'; did you mean 'from'? Known: from, to, steps, epochs",
  ],
  [() => linearDecay({ from: 0, steps: 3 }), 'linearDecay: from is 0; it must be a finite number above 0'],
  [
    () => linearDecay({ from: 1, epochs: 3 })(0),
    'linearDecay: epochs are counted by fit; give steps where you count updates yourself',
  ],
  [
    () => optim.multiStep({ from: 1, factor: 0.5, at: [5, 5] }),
    'multiStep: at is [5, 5]; it must be a list of update numbers that grow, like [100, 200]',
  ],
  [() => optim.piecewise({ at: [5], values: [1] }), 'piecewise: values is [1]; it must have 2 rates, one more than at'],
  [() => optim.warmup(0.1 as never, { steps: 3 }), 'warmup: 0.1 is not a schedule; give one such as cosineDecay('],
  [() => optim.oneCycle({ peak: 1, steps: 1 }), 'oneCycle: steps is 1; it must be a whole number from 2'],
  [() => sgd({} as never), 'sgd: learningRate is missing; give a number such as 0.1, or a schedule'],
  [() => sgd({ learningRate: -1 }), 'sgd: learningRate is -1; it must be a number from 0'],
  [
    () => optim.inverseTime({ from: 1, decay: 1, power: 0 }),
    'inverseTime: power is 0; it must be a finite number above 0',
  ],
  [
    () => sgd({ learningRate: 1, momentum: linearDecay({ from: 0.9, epochs: 3 }) }),
    'sgd: a schedule of the momentum counts updates; give steps instead of epochs',
  ],
  [
    () =>
      sgd({ learningRate: 1, momentum: (() => 2) as never }).rule.scalars({ step: 4, learningRate: 1, power: () => 0 }),
    'sgd: momentum of update 4 is 2; it must be a number from 0 to 1',
  ],
  [() => sgd({ learningRate: 1, nesterov: true }), 'sgd: nesterov needs a momentum above 0, such as 0.9'],
  [
    () => adam({ lr: 1 } as never),
    "adam: unknown option 'lr'; did you mean 'learningRate'? Known: learningRate, beta1, beta2, delta",
  ],
  [() => adam({ beta1: 2 }), 'adam: beta1 is 2; it must be a number from 0 and below 1'],
  [
    () => rule({ stage: 'gradients' as never, apply: () => ({}) }),
    "rule: stage is 'gradients'; it must be 'perturb' or 'gradient' or 'update' or 'project' or 'average'; did you mean 'gradient'?",
  ],
  [() => earlyStopping({ patience: 0 }), 'earlyStopping: patience is 0; it must be a whole number from 1'],
  [
    () => earlyStopping({ monitor: 'test.loss' }),
    "earlyStopping: monitor is 'test.loss'; the test set may not be used to select: use the validation set",
  ],
])('refuses with a reason: %#', (attempt, text) => {
  expect(attempt).toThrow(OptionError);
  expect(attempt).toThrow(text);
});
