import { describe, expect, test } from 'vitest';
import { DataError, OptionError } from '../../src/errors.js';
import { crossEntropy } from '../../src/losses/index.js';
import { dense, sequential } from '../../src/nn/index.js';
import { linearDecay, reduceOnPlateau, sgd } from '../../src/optim/index.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';
import { schedules } from '../fixtures/index.js';

describe('a plateau', () => {
  test.each(schedules().plateau)('$name: reduces when PyTorch does', ({ name, base_lr, config, lr, metric }) => {
    const monitor = reduceOnPlateau({
      factor: config.factor,
      patience: config.patience,
      minDelta: config.threshold,
      relative: config.threshold_mode === 'rel',
      cooldown: config.cooldown,
      minRate: config.min_lr,
      mode: name.endsWith('max') ? 'max' : 'min',
    });
    let [state, rate] = [monitor.init(), base_lr];
    metric.forEach((value, k) => {
      expect(rate, `epoch ${k}`).toBeCloseTo(lr[k], 12);
      const next = monitor.update(state, value);
      expect('factor' in next).toBe(next.factor !== undefined);
      state = next.state;
      rate = Math.max(rate * (next.factor ?? 1), config.min_lr);
    });
  });
  const recipe = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), epochs: 8 };
  test('multiplies the rate of fit, a schedule too, and not below its bound', async () => {
    // Nothing improves by a hundred.
    const never = { patience: 1, minDelta: 100, factor: 0.5, minRate: 0.02, monitor: 'training.loss' };
    const rates = async (learningRate: number | ReturnType<typeof linearDecay>): Promise<number[]> => {
      const model = sequential([dense(2)]);
      const optimizer = sgd({ learningRate });
      const run = await fit(model, clouds(64), {
        ...recipe,
        optimizer,
        batchSize: 'full',
        monitors: reduceOnPlateau(never),
      });
      return run.history.map((record) => record.learningRate);
    };
    expect(await rates(0.1)).toEqual([0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.02]);
    const falling = linearDecay({ from: 0.1, to: 0.1 * 0.2, steps: 8 });
    expect((await rates(falling))[3]).toBe(falling(3) / 2);
  });
  test('wants a validation set where it watches one, and values that there are', async () => {
    const model = sequential([dense(2)]);
    await expect(fit(model, clouds(32), { ...recipe, monitors: reduceOnPlateau() })).rejects.toThrow(DataError);
    const odd = reduceOnPlateau({ monitor: 'training.f1' });
    await expect(fit(model, clouds(32), { ...recipe, monitors: [odd] })).rejects.toThrow(
      "a monitor watches 'training.f1'",
    );
    expect(() => reduceOnPlateau({ monitor: 'test.loss' })).toThrow(OptionError);
    expect(() => reduceOnPlateau({ factor: 1 })).toThrow('reduces nothing');
  });
});
