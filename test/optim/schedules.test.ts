import { expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import { adam, linearDecay, rule, sgd } from '../../src/optim/index.js';
import { earlyStopping } from '../../src/regularize/index.js';
import { schedules } from '../fixtures/index.js';

const { cases, early_stopping } = schedules();

test.each(cases)('$name', ({ base_lr, config, lr }) => {
  const schedule = linearDecay({ from: base_lr, to: config.eps_tau, steps: config.tau });
  lr.forEach((rate, k) => expect(schedule(k), `update ${k}`).toBeCloseTo(rate, 12));
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
  [() => sgd({} as never), 'sgd: learningRate is missing; give a number such as 0.1, or a schedule'],
  [() => sgd({ learningRate: -1 }), 'sgd: learningRate is -1; it must be a number from 0'],
  [() => sgd({ learningRate: 1, nesterov: true }), 'sgd: nesterov needs a momentum above 0, such as 0.9'],
  [
    () => adam({ lr: 1 } as never),
    "adam: unknown option 'lr'; did you mean 'delta'? Known: learningRate, beta1, beta2, delta",
  ],
  [() => adam({ beta1: 2 }), 'adam: beta1 is 2; it must be a number from 0 to 1'],
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
