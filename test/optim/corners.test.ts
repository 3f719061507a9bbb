import { describe, expect, test } from 'vitest';
import {
  adam,
  crossEntropy,
  fit,
  lookahead,
  type Model,
  nadam,
  nn,
  type Optimizer,
  optimizer as own,
  reduceOnPlateau,
  sam,
  sgd,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { sorted } from '../../src/graph/sort.js';
import { needs } from '../../src/graph/tensor.js';
import { clouds } from '../train/problems.js';

const weights = (model: Model): number[] => model.parameters().flatMap(({ get }) => [...get()]);

test('sam goes nowhere up where the gradient is 0', () => {
  const ascent = sam(sgd({ learningRate: 0.1 })).ascent as (theta: Tensor, grad: Tensor) => Tensor;
  expect([...ascent(tensor([1, 2]), tensor([0, 0])).data()]).toEqual([1, 2]);
});
test('nadam may be used for a second training', async () => {
  const once = async (optimizer: Optimizer) => {
    const model = nn.sequential([nn.dense(2)]).build([2]);
    await fit(model, clouds(64), { loss: crossEntropy(), batchSize: 16, optimizer, epochs: 2 });
    return weights(model);
  };
  const optimizer = nadam({ learningRate: 0.01 });
  await once(optimizer);
  expect(await once(optimizer)).toEqual(await once(nadam({ learningRate: 0.01 })));
});
describe('updates of one by one', () => {
  const [theta, g] = [tensor([1]), tensor([0.5])];
  test('may begin anew from a first state', () => {
    const optimizer = adam({ learningRate: 0.1 });
    const first = optimizer.init(theta);
    let state = first;
    for (let i = 0; i < 5; i++) state = optimizer.update(theta, g, state).state;
    const fresh = adam({ learningRate: 0.1 });
    expect(optimizer.update(theta, g, first).theta.item()).toBe(fresh.update(theta, g, fresh.init(theta)).theta.item());
  });
  test.each<[string, Optimizer]>([
    ['adam', adam({ learningRate: 0.1 })],
    ['nadam', nadam({ learningRate: 0.1 })],
    ['lookahead', lookahead(sgd({ learningRate: 0.1 }))],
    [
      'an own optimizer',
      own({
        state: ['sum'],
        update: ({ theta, grad, state }) => ({ theta: theta.sub(grad), state: { sum: state.sum.add(grad) } }),
      })({ learningRate: 0.1 }),
    ],
  ])('%s: they do not grow, as long as parameters are read', (_, optimizer) => {
    let [now, state] = [theta, optimizer.init(theta)];
    for (let i = 0; i < 30; i++) {
      ({ theta: now, state } = optimizer.update(now, g, state));
      now.data();
    }
    expect(sorted(Object.values(state.vectors), needs).length).toBeLessThan(20);
  });
});
test('reduceOnPlateau: a relative bound is a share of the best', () => {
  const monitor = reduceOnPlateau({ minDelta: 0.1, relative: true, patience: 5 });
  const after = (best: number, value: number): boolean =>
    monitor.update(monitor.update(monitor.init(), best).state, value).improved;
  expect([after(100, 91), after(100, 89), after(0.01, 0.0091), after(0.01, 0.0089)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
