import { describe, expect, test } from 'vitest';
import { rebuilt, toJson } from '../../src/io/configuration.js';
import { OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import { metric } from '../../src/metrics/metric.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { reduceOnPlateau, sgd } from '../../src/optim/index.js';
import { earlyStopping } from '../../src/regularize/index.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

const WATCHERS = { earlyStopping, reduceOnPlateau };

describe.each(Object.entries(WATCHERS))('%s', (name, watch) => {
  /** Whether 2 after 1 is an improvement. */
  const rises = (monitor: string, mode?: 'min' | 'max'): boolean => {
    const made = watch({ monitor, ...(mode && { mode }) });
    const { state } = made.update(made.init() as never, 1);
    return made.update(state as never, 2).improved;
  };
  test.each([
    ...[
      'loss',
      'training.loss',
      'validation.loss',
      'validation.arm.loss',
      'validation.mse',
      'validation.errorRate.error',
      ...['rmse', 'mape', 'kl', 'quantile', 'gaussianNll'].map((last) => `validation.${last}`),
    ],
  ])('%s is good when it is small', (monitor) => expect(rises(monitor)).toBe(false));
  test.each([
    ...[
      'accuracy',
      'topK',
      'topK3',
      'precision',
      'recall',
      'recall(cat)',
      'f1',
      'fBeta0.5',
      'balancedAccuracy',
      'rocAuc',
      'prAuc',
      'r2',
    ].map((last) => `validation.${last}`),
    ...['training.accuracy', 'validation.arm.accuracy', 'validation.arm.left.f1'],
  ])('%s is good when it is large', (monitor) => expect(rises(monitor)).toBe(true));
  test('mode decides where it is given', () => {
    expect(rises('validation.accuracy', 'min')).toBe(false);
    expect(rises('validation.loss', 'max')).toBe(true);
    expect(rises('validation.mine', 'max')).toBe(true);
  });
  test('a metric of one’s own needs it', () => {
    const own = () => watch({ monitor: 'validation.mine' });
    expect(own).toThrow(OptionError);
    expect(own).toThrow(
      `${name}: monitor is 'validation.mine', and mode is missing: 'mine' does not say which values are good; give mode: 'min' where small ones are, mode: 'max' where large ones are`,
    );
    expect(() => watch({ monitor: 'validation.loss', mode: 'up' as never })).toThrow(`${name}: mode is 'up'`);
    expect(() => watch({ monitor: 5 as never })).toThrow(`${name}: monitor is 5; it must be a path`);
    expect(() => watch({ monitor: 'test.accuracy' })).toThrow('the test set may not be used to select');
  });
  test('comes back from its configuration as it was given', () => {
    const made = watch({ monitor: 'validation.accuracy', patience: 3 });
    expect(made.config).toEqual({ name, options: { monitor: 'validation.accuracy', patience: 3 } });
    const source = { spaces: [WATCHERS], leading: () => 0, own: () => new Error(), unknown: () => new Error() };
    const again = rebuilt(toJson(made), 'it', source) as typeof made;
    const { state } = again.update(again.init() as never, 1);
    expect(again.update(state as never, 2).improved).toBe(true);
  });
});

test('early stopping on an accuracy keeps the parameters with the largest', async () => {
  const run = await fit(nn.sequential([nn.dense(8), nn.tanh(), nn.dense(2)]), clouds(60), {
    loss: crossEntropy(),
    metrics: accuracy(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 15,
    validation: clouds(40, 2),
    stop: earlyStopping({ monitor: 'validation.accuracy', patience: 100 }),
  });
  const all = run.history.map(({ validation }) => validation?.accuracy as number);
  expect(Math.min(...all)).toBeLessThan(Math.max(...all));
  expect(run.best?.value).toBe(Math.max(...all));
  expect(run.kept?.validation?.accuracy).toBe(Math.max(...all));
});

test('without early stopping the best is the smallest loss, whatever metrics there are', async () => {
  const mine = metric('mine', {}, (output, target) => mse()(output, target));
  const run = await fit(nn.sequential([nn.dense(1)]), clouds(60), {
    loss: mse(),
    metrics: mine,
    optimizer: sgd({ learningRate: 0.05 }),
    epochs: 4,
  });
  expect(run.best?.value).toBe(Math.min(...run.history.map(({ training }) => training.loss)));
});
