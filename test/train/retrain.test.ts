import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { DataError, OptionError } from '../../src/errors.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, linearDecay, sgd } from '../../src/optim/index.js';
import { earlyStopping } from '../../src/regularize/index.js';
import { fit, type FitOptions } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

const [train, validation] = [clouds(60, 1), clouds(40, 2)];
const run = async (
  retrain: 'same-steps' | 'continue' | undefined,
  more: Partial<FitOptions> = {},
  stop: object = {},
) => {
  const model = nn.sequential([nn.dense(16), nn.tanh(), nn.dense(2)]);
  const made = await fit(model, train, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.03 }),
    epochs: 40,
    batchSize: 16,
    seed: 4,
    validation,
    stop: earlyStopping({ patience: 4, ...(retrain && { retrain }), ...stop }),
    ...more,
  });
  return { model, made };
};

describe('training again on all data', () => {
  test('with the same number of updates, from fresh weights of the same seed', async () => {
    const { model, made } = await run('same-steps');
    const best = made.best?.step as number;
    expect(made.retrained).toMatchObject({ strategy: 'same-steps', steps: best, bestSteps: best });
    // By hand: the same number of updates on both sets, from the same initial weights.
    const other = nn.sequential([nn.dense(16), nn.tanh(), nn.dense(2)]);
    const perEpoch = Math.ceil(100 / 16);
    await fit(other, train.concat(validation), {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.03 }),
      epochs: Math.floor(best / perEpoch),
      batchSize: 16,
      seed: 4,
    });
    if (best % perEpoch === 0) expect(model.state()).toEqual(other.state());
    else expect(model.state()).not.toEqual(other.state());
    expect(made.report()).toContain(`trained again on all data: ${best} of ${best} updates`);
  });
  test('with as many updates as a whole number of epochs has, to the same bits as by hand', async () => {
    // The best of one epoch on 48 rows has 3 updates; so has one epoch on 48 rows of both sets.
    const [a, b] = [clouds(32, 1), clouds(16, 2)];
    const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 16, epochs: 3, seed: 2 };
    const again = nn.sequential([nn.dense(2)]);
    const made = await fit(again, a, {
      ...options,
      validation: b,
      stop: earlyStopping({ patience: 9, retrain: 'same-steps' }),
    });
    expect(made.best?.step).toBe(6);
    const hand = nn.sequential([nn.dense(2)]);
    await fit(hand, a.concat(b), { ...options, epochs: 2 });
    expect(again.state()).toEqual(hand.state());
  });
  test('by going on, until the validation loss is what the training loss was', async () => {
    const { made } = await run('continue');
    const { target, reached, history, steps } = made.retrained as Required<NonNullable<typeof made.retrained>>;
    expect(target).toBe(made.kept?.training.loss);
    const losses = history.map((record) => record.validation?.loss as number);
    if (reached) expect(losses.at(-1)).toBeLessThanOrEqual(target);
    expect(losses.slice(0, -1).every((loss) => loss > target)).toBe(true);
    expect(steps).toBe(history.at(-1)?.step);
    expect(made.report()).toContain('trained on with all data');
  });
  test('for at most maxEpochs', async () => {
    const { made } = await run('continue', { optimizer: sgd({ learningRate: 1e-6 }) }, { maxEpochs: 2 });
    expect(made.retrained?.history.length).toBeLessThanOrEqual(2);
  });
  test('with the rates that the updates had', async () => {
    const learningRate = linearDecay({ from: 0.1, steps: 20 });
    const { made } = await run('continue', { optimizer: sgd({ learningRate }) }, { maxEpochs: 1 });
    expect(made.retrained?.history[0].learningRate).toBe(learningRate((made.best?.step as number) + 6));
  });
  test('is not made where the signal ended the first training, and undone where it ends the second', async () => {
    const controller = new AbortController();
    const { made } = await run('same-steps', { signal: AbortSignal.abort() });
    expect(made.retrained).toBeUndefined();
    const plain = await run(undefined);
    let epochs = 0;
    const logger = {
      config: { name: 'own', options: {} },
      epoch: () => {
        epochs++;
        if (epochs > plain.made.history.length) controller.abort();
      },
    };
    const second = await run('continue', { logger, signal: controller.signal }, { maxEpochs: 50 });
    if (second.made.retrained?.history.length === 1 && !second.made.retrained.reached)
      expect(second.model.state()).toEqual(plain.model.state());
  });
  test('returns its memory', async () => {
    const before = memoryInfo().used;
    for (const retrain of ['same-steps', 'continue'] as const) (await run(retrain)).model.dispose();
    // It may be less, because garbage may have been collected meanwhile.
    expect(memoryInfo().used).toBeLessThanOrEqual(before);
  });
  test('is refused where it cannot be', () => {
    expect(() => earlyStopping({ retrain: 'again' as never })).toThrow("earlyStopping: retrain is 'again'");
    expect(() => earlyStopping({ retrain: 'continue', restoreBest: false })).toThrow(OptionError);
    expect(() => earlyStopping({ maxEpochs: 3 })).toThrow("maxEpochs is for retrain: 'continue'");
  });
});

describe('two sets as one', () => {
  test('have the rows of both', () => {
    const a = dataset({ x: Uint8Array.of(1, 2, 3, 4), shape: [2], scale: 0.5, y: [0, 1], classes: 3 });
    const b = dataset({ x: Uint8Array.of(5, 6), shape: [2], scale: 0.5, y: [2], classes: 3, sealed: true });
    const both = a.concat(b);
    expect([...both.x]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(both.x).toBeInstanceOf(Uint8Array);
    expect([...both.y]).toEqual([0, 1, 2]);
    expect([both.size, both.sealed, both.scale]).toEqual([3, true, 0.5]);
    const floats = dataset({ x: [[9, 9]], y: [1], classes: 3 });
    expect([...a.concat(floats).x]).toEqual([0.5, 1, 1.5, 2, 9, 9]);
  });
  test('must be of one kind', () => {
    const a = dataset({ x: [[1, 2]], y: [0], classes: 2 });
    expect(() => a.concat(dataset({ x: [[1]], y: [0], classes: 2 }))).toThrow(DataError);
    expect(() => a.concat(dataset({ x: [[1, 2]], y: [0.5] }))).toThrow('concat: targets are classes');
  });
});
