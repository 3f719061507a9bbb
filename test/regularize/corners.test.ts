import { expect, test } from 'vitest';
import { crossEntropy, earlyStopping, fit, nn, noisyGradient, sgd, swa, trainStep } from '../../src/index.js';
import { clouds } from '../train/problems.js';

const improvements = (values: readonly number[]): boolean[] => {
  const stop = earlyStopping({ patience: 2 });
  let state = stop.init();
  return values.map((value) => {
    const { improved, ...next } = stop.update(state, value);
    ({ state } = next);
    return improved;
  });
};
test('early stopping: NaN is never the best, and an equal value is no improvement', () => {
  expect(improvements([Number.NaN, 1])).toEqual([false, true]);
  expect(improvements([1, 1])).toEqual([true, false]);
});

test('swa leaves running statistics alone as long as it has no average', async () => {
  const trained = async (average?: ReturnType<typeof swa>) => {
    const model = nn.sequential([nn.dense(3), nn.batchNorm(), nn.dense(2)]).build([2]);
    await fit(model, clouds(64), {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      batchSize: 16,
      epochs: 1,
      average,
    });
    return model.state();
  };
  expect(await trained(swa({ start: { epochs: 1 } }))).toEqual(await trained());
});

test('the noise of a weight does not depend on what else has noise', () => {
  const moved = (only: 'all' | ((name: string) => boolean)): Float32Array => {
    const model = nn.sequential([nn.dense(2), nn.dense(2)]).build([2]);
    const noise = noisyGradient({ std: 0.5, only });
    trainStep(model, { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }), noise })([[1, 2]], [0]);
    return model.parameters()[2].get();
  };
  expect(moved((name) => name === '1.weight')).toEqual(moved('all'));
});
