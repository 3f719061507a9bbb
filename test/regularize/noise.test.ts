import { describe, expect, test } from 'vitest';
import { DivergenceError, OptionError } from '../../src/errors.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adam, rule, type Rule, sam, sgd } from '../../src/optim/index.js';
import {
  adversarial,
  fgsm,
  l2,
  noisyGradient,
  type RuleNoiseOptions,
  weightNoise,
} from '../../src/regularize/index.js';
import { fit, trainStep } from '../../src/train/index.js';
import type { RecipeOptions } from '../../src/train/recipe.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';

const COUNT = 4096;
const zeros = (n: number): number[] => new Array(n).fill(0);
/** A layer of 4,096 weights; the target of its one output is 0. */
function layer(noise: Rule, more: object = {}, seed = 0) {
  const own = nn.sequential([nn.dense(COUNT)]).build([1]);
  own.load({ '0.weight': new Float32Array(COUNT), '0.bias': new Float32Array(COUNT) });
  const step = trainStep(own, { loss: mse(), optimizer: sgd({ learningRate: 1 }), noise, seed, ...more });
  const moved = (): number[] => {
    const before = own.parameters()[0].get();
    step([[1]], [zeros(COUNT)]);
    return [...own.parameters()[0].get()].map((w, i) => w - before[i]);
  };
  return { moved, model: own };
}
const deviation = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

const ROWS: Record<string, (options: RuleNoiseOptions) => Rule> = { weightNoise, noisyGradient };
describe.each(Object.entries(ROWS))('%s', (name, make) => {
  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, undefined])('refuses a deviation of %d', (std) => {
    const refused = new OptionError(`${name}: std is ${std}; it must be a number from 0`);
    expect(() => make({ std } as RuleNoiseOptions)).toThrow(refused);
  });
  test('refuses unknown options', () => {
    const refused = new OptionError(`${name}: unknown option 'sdt'; did you mean 'std'? Known: std, only`);
    expect(() => make({ sdt: 1 } as never)).toThrow(refused);
  });
  test('of deviation 0 changes no bit', async () => {
    const trained = async (noise?: Rule) => {
      const model = nn.sequential([nn.dense(4), nn.relu(), nn.dense(2)]);
      await fit(model, clouds(40), { loss: crossEntropy(), optimizer: adam(), epochs: 2, noise });
      return model.state();
    };
    expect(await trained(make({ std: 0 }))).toEqual(await trained());
  });
  test('draws anew in every step and batch of an update, the same from the same seed', async () => {
    const a = layer(make({ std: 0.1 }));
    const [first, second] = [a.moved(), a.moved()];
    expect(first).not.toEqual(second);
    expect(layer(make({ std: 0.1 })).moved()).toEqual(first);
    expect(layer(make({ std: 0.1 }), {}, 1).moved()).not.toEqual(first);
  });
});

test('noise on the gradient has its deviation, for weights only unless more is asked for', () => {
  const { moved, model } = layer(noisyGradient({ std: 0.1 }));
  const change = moved();
  expect(deviation(change)).toBeGreaterThan(0.097);
  expect(deviation(change)).toBeLessThan(0.103);
  expect(
    model
      .parameters()[1]
      .get()
      .every((b) => b === 0),
  ).toBe(true);
  const all = layer(noisyGradient({ std: 0.1, only: 'all' }));
  all.moved();
  expect(deviation([...all.model.parameters()[1].get()])).toBeGreaterThan(0.09);
});
test('it comes after penalties and before clipping', () => {
  const { moved } = layer(noisyGradient({ std: 1 }), { clip: clip.value(0.5), penalties: l2(1) });
  expect(Math.max(...moved().map(Math.abs))).toBeLessThanOrEqual(0.5);
});

describe('noise on the weights', () => {
  test('moves them while the gradient is taken, and they are themselves again before the update', () => {
    // At w = 0 the gradient of the mean square is 2(w + noise)/n.
    const { moved } = layer(weightNoise({ std: 0.1 }), { optimizer: sgd({ learningRate: COUNT / 2 }) });
    const seen = moved();
    expect(deviation(seen)).toBeGreaterThan(0.097);
    expect(deviation(seen)).toBeLessThan(0.103);
  });
  test('leaves every bit where the rate is 0, also in updates of several batches', async () => {
    const model = nn.sequential([nn.dense(4), nn.relu(), nn.dense(2)]).build([2]);
    const start = model.state();
    await fit(model, clouds(40), {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0 }),
      epochs: 2,
      batchSize: 8,
      accumulate: 2,
      noise: weightNoise({ std: 3 }),
    });
    expect(model.state()).toEqual(start);
  });
  test('of each batch of an update is another', () => {
    const model = nn.sequential([nn.dense(64, { bias: false })]).build([1]);
    model.load({ '0.weight': new Float32Array(64) });
    const step = trainStep(model, {
      loss: mse(),
      optimizer: sgd({ learningRate: 32 }),
      noise: weightNoise({ std: 1 }),
      accumulate: 2,
    });
    step([[1]], [zeros(64)]);
    step([[1]], [zeros(64)]);
    // The mean of two independent draws has a deviation of 1/√2.
    const spread = deviation([...model.parameters()[0].get()]);
    expect(spread).toBeGreaterThan(0.55);
    expect(spread).toBeLessThan(0.87);
  });
});

describe('where a step is halted, weights are themselves again, to the bit', () => {
  const update = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), noise: weightNoise({ std: 1 }) };
  test.each<[string, Partial<RecipeOptions>]>([
    ['alone', {}],
    ['behind a second gradient', { optimizer: sam(sgd({ learningRate: 0.1 })) }],
    ['with attacked examples', { adversarial: adversarial({ attack: fgsm({ epsilon: 0.1 }) }) }],
    ['in updates of several batches', { accumulate: 2 }],
  ])('%s', (_, more) => {
    const model = nn.sequential([nn.dense(8), nn.batchNorm(), nn.tanh(), nn.dense(2)]).build([2]);
    const step = trainStep(model, { ...update, ...more });
    // With two batches an update: the first is halted, then the second.
    for (let k = 0; k < 2; k++) {
      const before = model.state();
      expect(() =>
        step(
          [
            [1, 1e30],
            [1, 2],
          ],
          [
            [0, 1e30],
            [1, 1],
          ],
        ),
      ).toThrow(DivergenceError);
      expect(model.state()).toEqual(before);
      step(
        [
          [1, 2],
          [2, 1],
        ],
        [
          [0, 1],
          [1, 1],
        ],
      );
    }
  });
});

test('a rule of one’s own knows the number of the update', () => {
  const model = nn.sequential([nn.dense(1, { bias: false })]).build([1]);
  model.load({ '0.weight': [0] as never });
  const counting = rule({ stage: 'gradient', apply: ({ grad, step }) => ({ grad: grad.mul(0).add(step) }) });
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 1 }), rules: counting });
  const weights = [0, 1, 2, 3].map(() => {
    step([[1]], [[0]]);
    return model.state()['0.weight'][0];
  });
  expect(weights.map((w) => w + 0)).toEqual([0, -1, -3, -6]);
});
