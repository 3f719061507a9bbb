import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import { mse } from '../../src/losses/index.js';
import { dense, sequential, tanh } from '../../src/nn/index.js';
import { adam, adamw, linearDecay, lookahead, type Optimizer, optimizer, rmsprop, sgd } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, trainStep } from '../../src/train/index.js';
import { clouds } from './problems.js';
import type { Group } from '../../src/train/groups.js';
import '../../src/tensor/methods.js';

const [x, y] = [
  tensor([
    [1, 2],
    [-1, 0.5],
    [0.3, -2],
  ]),
  tensor([[1], [-1], [0.5]]),
];
function trained(optimizer: Optimizer, groups: Group[] = [], steps = 5): Record<string, Float32Array> {
  const model = sequential([dense(4), tanh(), dense(1)]).build([2], { seed: 2 });
  const step = trainStep(model, { loss: mse(), optimizer, groups });
  for (let i = 0; i < steps; i++) step(x, y);
  const state = model.state();
  step.dispose();
  model.dispose();
  return state;
}
const first = (name: string): boolean => name.startsWith('0.');

describe('groups', () => {
  const optimizers: [string, Optimizer][] = [
    ['sgd', sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 })],
    ['adam', adam({ learningRate: 0.1 })],
    ['adamw', adamw({ learningRate: 0.1 })],
    ['rmsprop', rmsprop({ learningRate: 0.1 })],
  ];
  test.each(optimizers)('a rate of 0 freezes every bit, with %s', (_, optimizer) => {
    const start = trained(optimizer, [], 0);
    const frozen = trained(optimizer, [{ only: first, learningRate: 0 }]);
    expect(frozen['0.weight']).toEqual(start['0.weight']);
    expect(frozen['0.bias']).toEqual(start['0.bias']);
    expect(frozen['2.weight']).not.toEqual(start['2.weight']);
  });
  test('a group at the rate of all is all', () => {
    const all = trained(sgd({ learningRate: 0.1 }));
    const grouped = trained(sgd({ learningRate: 0.1 }), [{ only: 'all', learningRate: 0.1 }]);
    for (const name of Object.keys(all)) all[name].forEach((w, i) => expect(grouped[name][i]).toBeCloseTo(w, 6));
  });
  test('a group learns at its rate, the first that names it', () => {
    const fast = trained(sgd({ learningRate: 0.2 }), [], 1);
    const mixed = trained(
      sgd({ learningRate: 0.05 }),
      [
        { only: first, learningRate: 0.2 },
        { only: 'all', learningRate: 0.05 },
      ],
      1,
    );
    const slow = trained(sgd({ learningRate: 0.05 }), [], 1);
    fast['0.weight'].forEach((w, i) => expect(mixed['0.weight'][i]).toBeCloseTo(w, 6));
    slow['2.weight'].forEach((w, i) => expect(mixed['2.weight'][i]).toBeCloseTo(w, 6));
  });
  const own = optimizer({
    update: ({ theta, grad, learningRate }) => ({ theta: theta.sub(grad.mul(learningRate)) }),
  });
  test.each([
    ['a kernel', sgd({ learningRate: 0.02 }), sgd({ learningRate: 0.2 })],
    ['ops', own({ learningRate: 0.02 }), sgd({ learningRate: 0.2 })],
  ])('slow weights look at what a group learns at its rate: over %s', (_, slow, fast) => {
    const rated = trained(lookahead(slow, { every: 2, share: 0.3 }), [{ only: 'all', learningRate: 0.2 }], 7);
    const all = trained(lookahead(fast, { every: 2, share: 0.3 }), [], 7);
    for (const name of Object.keys(all)) all[name].forEach((w, i) => expect(rated[name][i]).toBeCloseTo(w, 5));
  });
  test('its rate may be a schedule', () => {
    const schedule = linearDecay({ from: 0.1, to: 0.05, steps: 4 });
    const own = trained(sgd({ learningRate: 0.1 }), [{ only: 'all', learningRate: schedule }]);
    const all = trained(sgd({ learningRate: schedule }));
    for (const name of Object.keys(all)) all[name].forEach((w, i) => expect(own[name][i]).toBeCloseTo(w, 6));
  });
  test('bad groups are refused', () => {
    const bad = (group: unknown) => () => trained(sgd({ learningRate: 0.1 }), [group as Group], 0);
    expect(bad({ only: 'all' })).toThrow(OptionError);
    expect(bad({ only: 'biases', learningRate: 0 })).toThrow("only is 'biases'; it must be 'weights', 'all'");
    expect(bad({ only: 'all', learningRate: -1 })).toThrow('learningRate');
  });
});

test('a group’s rate may be counted in epochs, of which fit knows the updates', async () => {
  const trainedTo = async (learningRate: Group['learningRate']) => {
    const model = sequential([dense(1)]);
    const groups = [{ only: 'all' as const, learningRate }];
    await fit(model, clouds(40), {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 3,
      batchSize: 10,
      groups,
    });
    return model.state();
  };
  const inUpdates = await trainedTo(linearDecay({ from: 0.1, steps: 12 }));
  expect(await trainedTo(linearDecay({ from: 0.1, epochs: 3 }))).toEqual(inUpdates);
});
