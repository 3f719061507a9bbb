import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { dense, sequential, tanh } from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { linearDecay } from '../../src/optim/index.js';
import * as constrain from '../../src/regularize/constrain.js';
import { elasticNet, ema, l1, l2, noisyGradient, swa, weightNoise } from '../../src/regularize/index.js';
import { evaluate, fit, type FitOptions } from '../../src/train/index.js';
import { fillFreeMemory } from '../support/heap.js';
import { clouds } from '../train/problems.js';
import { type Config, OPTIMIZERS } from './table.js';

/** The options that an optimizer is combined with, and whether its rate is a schedule. */
const WITH: Record<string, Partial<FitOptions> & { schedule?: true }> = {
  nothing: {},
  L1: { penalties: l1(1e-3) },
  'proximal L1': { penalties: l1(1e-3, { proximal: true }) },
  L2: { penalties: l2(1e-3) },
  clipping: { clip: [clip.value(1), clip.globalNorm(0.5)] },
  'a schedule': { schedule: true },
  'a frozen group': { groups: { only: (name) => name.startsWith('0.'), learningRate: 0 } },
  accumulation: { accumulate: 3, batchSize: 8 },
  'an elastic net': { penalties: elasticNet({ l1: 1e-3, l2: 1e-3 }) },
  'weights within a ball': { constrain: [constrain.maxNorm(3), constrain.l2Ball(6), constrain.l1Ball(25)] },
  noise: { noise: [weightNoise({ std: 0.02 }), noisyGradient({ std: 1e-3 })] },
  'an average that forgets': { average: ema({ decay: 0.9 }) },
  'an average of stochastic weights': { average: swa({ start: { epochs: 5 }, every: 2 }) },
  'a way back': { onDivergence: 'rollback' },
};
const data = clouds(76);

describe.each(Object.entries(OPTIMIZERS))('%s', (_, { make, kinds, rate = 0.05 }) => {
  test.each(Object.entries(WITH))(
    'with %s trains a network, to the same bits again',
    async (name, { schedule, ...more }) => {
      const learningRate = schedule ? linearDecay({ from: 2 * rate, steps: 40 }) : rate;
      /** Trains in memory that is filled with a number. */
      const trained = async (left: number) => {
        fillFreeMemory(left);
        const model = sequential([dense(8), tanh(), dense(2)]);
        const optimizer = make({ lr: 0, momentum: 0.9 } as Config, learningRate, kinds.at(-1) as string);
        model.build(data.shape);
        const start = model.state();
        await fit(model, data, { loss: crossEntropy(), optimizer, epochs: 20, batchSize: 16, ...more });
        const state = model.state();
        const scores = evaluate(model, data, { loss: crossEntropy(), metrics: accuracy() });
        model.dispose();
        return { start, state, scores };
      };
      const [{ start, state, scores }, again] = [await trained(Number.NaN), await trained(7)];
      expect(scores.accuracy).toBeGreaterThan(0.9);
      expect(scores.loss).toBeLessThan(0.35);
      expect(again.state).toEqual(state);
      if (name === 'a frozen group') expect(state['0.weight']).toEqual(start['0.weight']);
    },
  );
});
