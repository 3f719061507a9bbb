import { describe, expect, test } from 'vitest';
import { built } from '../../src/nn/model.js';
import { permutation } from '../../src/random/permutation.js';
import { seedKey, streams } from '../../src/random/keys.js';
import * as R from '../../src/index.js';
import { Plateaus } from '../../src/train/plateaus.js';
import { recipeOf } from '../../src/train/recipe.js';
import { Resident } from '../../src/train/resident.js';
import { Rollback } from '../../src/train/rollback.js';
import { Updater } from '../../src/train/updater.js';
import { planOf } from '../../src/data/plan.js';
import { Updates } from '../../src/train/updates.js';
import { verdictOf } from '../../src/train/verdict.js';
import { values } from '../support/numeric.js';
import { clouds } from './problems.js';

const { nn } = R;
const data = clouds(64);
const base = { loss: R.crossEntropy(), batchSize: 16, epochs: 1, optimizer: R.sgd({ learningRate: 0.1 }) } as const;
const weights = (model: R.Model): number[] => model.parameters().flatMap(({ get }) => [...get()]);

test('gradNorm is that before clipping', async () => {
  const norm = async (clip?: R.Rule) => {
    const model = nn.sequential([nn.dense(2)]).build([2]);
    return (await R.fit(model, data, { ...base, batchSize: 'full', clip })).history[0].gradNorm;
  };
  expect(await norm(R.clip.globalNorm(1e-3))).toBe(await norm());
});
test('a rule may swap two states', () => {
  const model = nn.sequential([nn.dense(1, { bias: false })]).build([1]);
  const swap = R.rule({
    stage: 'gradient',
    state: ['a', 'b'],
    apply: ({ grad, state }) => ({ grad, state: { a: state.b, b: state.a } }),
  });
  const step = R.trainStep(model, { loss: R.mse(), optimizer: R.sgd({ learningRate: 1 }), rules: swap });
  expect(() => step([[0.1]], [[1]])).not.toThrow();
});
test('of two groups that name a parameter the first has it', () => {
  const trained = (groups: R.FitOptions['groups']) => {
    const model = nn.sequential([nn.dense(2)]).build([2]);
    R.trainStep(model, { loss: base.loss, optimizer: base.optimizer, groups })(
      R.tensor(values(8), [4, 2]),
      R.tensor([0, 1, 0, 1]),
    );
    return weights(model);
  };
  const first = { only: 'all', learningRate: 0.05 } as const;
  expect(trained([first, { only: 'weights', learningRate: 0.01 }])).toEqual(trained([first]));
});
test('attacks are taken in evaluation mode', () => {
  const seen: boolean[] = [];
  const spy = {
    config: { name: 'spy', options: {} },
    call: (x: R.Tensor, _: unknown, { training }: { training: boolean }) => {
      seen.push(training);
      return x;
    },
  };
  const adversarial = R.adversarial({ attack: R.fgsm({ epsilon: 0.1 }) });
  R.trainStep(nn.sequential([spy, nn.dense(2)]), { loss: base.loss, optimizer: base.optimizer, adversarial })(
    R.tensor(values(8), [4, 2]),
    R.tensor([0, 1, 0, 1]),
  );
  expect(seen.slice(-3)).toEqual([true, false, true]);
});
test('minRate does not raise a schedule that is below it', () => {
  const monitor = R.reduceOnPlateau({ patience: 0, factor: 0.5, minRate: 1e-3, monitor: 'training.loss' });
  const plateaus = new Plateaus([monitor], R.stepDecay({ from: 1, factor: 1e-5, every: 1 }));
  const record = { training: { loss: 1 } } as never;
  plateaus.after(record);
  expect((plateaus.after(record) as (k: number) => number)(1)).toBeCloseTo(1e-5, 9);
});
test('halvings are counted from each place anew', () => {
  const inside = { parameters: { save: () => [], restore: () => undefined } };
  const rollback = new Rollback<number>({ inside, carried: [] } as never);
  const error = new R.DivergenceError('diverged', { step: 1, layer: 'a' });
  for (let place = 0; place < 3; place++) {
    rollback.begin(place);
    for (let i = 0; i < 6; i++) expect(rollback.back(error)).toBe(place);
  }
});
describe('rows without a target', () => {
  test('do not count in the baseline', async () => {
    const masked = R.dataset({ x: [[1], [2], [3], [4]], y: [0, 1, 1, 0], classes: 2, mask: [1, 1, 1, 0] });
    const run = await R.fit(nn.sequential([nn.dense(2)]), masked, { ...base, metrics: R.accuracy() });
    expect(run.baseline?.accuracy).toBeCloseTo(2 / 3, 6);
  });
  test('have no weight in an evaluation', () => {
    const y = { a: [1, 2, 3], b: [1, 2, 3] };
    const mask = { a: [1, 0, 1], b: [1, 1, 1] };
    const set = R.dataset({ x: [[1], [2], [3]], y, mask, weights: [1, 2, 3], classes: { a: false, b: false } });
    const model = nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(1), b: nn.dense(1) } }).build([1]);
    expect(Number.isFinite(R.evaluate(model, set, { loss: { a: R.mse(), b: R.mse() } }).loss)).toBe(true);
  });
});
test("'continue' goes on with the schedule and the orders of the rows", async () => {
  const [train, validation] = [clouds(60, 1), clouds(40, 2)];
  const learningRate = R.linearDecay({ from: 0.1, steps: 60 });
  const options = { ...base, epochs: 3, seed: 4 };
  const trained = async (retrain?: 'continue') => {
    const model = nn.sequential([nn.dense(4), nn.tanh(), nn.dense(2)]);
    const stop = R.earlyStopping({ patience: 9, ...(retrain && { retrain, maxEpochs: 1 }) });
    const run = await R.fit(model, train, { ...options, optimizer: R.sgd({ learningRate }), validation, stop });
    return { model, best: run.best as NonNullable<typeof run.best> };
  };
  const [again, hand] = [await trained('continue'), await trained()];
  expect(hand.best.epoch).toBeGreaterThan(0);
  const { epoch, step } = hand.best;
  const all = train.concat(validation);
  const order = permutation(all.size, seedKey(options.seed), streams.order, epoch + 1);
  const later = Object.assign((k: number) => learningRate(k + step), { config: { name: 'later', options: {} } });
  await R.fit(hand.model, all.rows(order), {
    ...options,
    optimizer: R.sgd({ learningRate: later }),
    epochs: 1,
    shuffle: false,
  });
  expect(weights(again.model)).toEqual(weights(hand.model));
});
test('a run makes no more updates than its tables have rows', () => {
  const rows = Array.from({ length: 8193 }, (_, i) => [i / 8193]);
  const set = R.dataset({ x: rows, y: rows });
  const inside = built(nn.sequential([nn.dense(1)]), [1], 0);
  const recipe = recipeOf('test', { loss: R.mse(), optimizer: R.sgd({ learningRate: 0.1 }) });
  const updater = new Updater(inside, recipe);
  const resident = new Resident(set, updater.tasks.targetsOf('test', set));
  const updates = new Updates(updater, resident, planOf(set.size, 1, 1, false));
  const losses: number[] = [];
  const run = (from: number) => updates.run(from, 8193, from, 0.1, ({ loss }) => void losses.push(loss));
  expect(run(0)).toEqual({ to: 8192 });
  expect(run(8192)).toEqual({ to: 8193 });
  expect(losses.length).toBe(8193);
  for (const owner of [updates, resident, updater]) owner.dispose();
});

test("an own rule does not write into the space between parameters, which another's sums would count", () => {
  const model = nn.sequential([nn.dense(1), nn.dense(3), nn.batchNorm()]).build([1]);
  const [before] = weights(model);
  const ones = R.rule({ stage: 'gradient', apply: ({ grad }) => ({ grad: grad.mul(0).add(1) }) });
  const sums = R.rule({ stage: 'gradient', apply: ({ grad }) => ({ grad: grad.mul(0).add(grad.sum()) }) });
  const optimizer = R.sgd({ learningRate: 1 });
  R.trainStep(model, { loss: R.mse(), optimizer, rules: [ones, sums] })(
    [[1], [2]],
    [
      [0, 0, 0],
      [1, 1, 1],
    ],
  );
  // 1 + 1 numbers in the first layer, 3 + 3 in the second, and a scale and a shift for each of 3: a one for each.
  expect(before - weights(model)[0]).toBeCloseTo(14, 5);
});
test('early stopping that looks at every second epoch keeps the parameters of such a one', async () => {
  const model = nn.sequential([nn.dense(2)]).build([2]);
  const stop = R.earlyStopping({ patience: 10, every: { epochs: 2 } });
  const run = await R.fit(model, data, { ...base, epochs: 3, validation: clouds(32, 5), stop });
  expect(run.history[2].validation?.loss).toBeLessThan(run.history[1].validation?.loss as number);
  expect(run.best?.epoch).toBe(2);
});
test('a validation error far below the training error is no overfitting', () => {
  const kept = { epoch: 1, step: 1, training: { loss: 0.4 }, validation: { loss: 0.1 } };
  const scatter = { '': { rows: 1000, error: 0.001 } };
  expect(verdictOf({ kept, baseline: { loss: 1 }, scatter } as never).verdict).toBe('good');
});
