import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { OptionError } from '../../src/errors.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { type Rule, rule, sgd } from '../../src/optim/index.js';
import * as regularize from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const { elasticNet, l1, l2 } = regularize;
type ElasticNetOptions = regularize.ElasticNetOptions;

/** The weights, biases and loss after one step in which only the penalty has a gradient. */
function stepped(penalties: Rule | Rule[], learningRate = 0.1) {
  const model = nn.sequential([nn.dense(3)]).build([1]);
  model.parameters()[0].set([2, -0.005, 0]);
  model.parameters()[1].set([1, -1, 0]);
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate }), penalties });
  // The targets equal the outputs, so only the penalty has a gradient.
  const loss = step([[1]], [[3, -1.005, 0]]);
  const [weight, bias] = model.parameters().map(({ get }) => [...get()]);
  step.dispose();
  return { loss, weight, bias };
}
const near = (a: readonly number[], b: readonly number[]) => a.forEach((x, i) => expect(x).toBeCloseTo(b[i], 6));

/** One row gives a penalty its tests: its contribution to the loss, and the result of a step with rate 0.1 from [2,
 *  −0.005, 0]. */
const ROWS: { name: keyof typeof regularize; make: (only?: never) => Rule; value: number; weight: number[] }[] = [
  { name: 'l2', make: (only) => l2(0.5, { only }), value: 0.25 * (4 + 0.000025), weight: [1.9, -0.00475, 0] },
  { name: 'l1', make: (only) => l1(0.5, { only }), value: 0.5 * 2.005, weight: [1.95, 0.045, 0] },
  { name: 'l1', make: (only) => l1(0.5, { only, proximal: true }), value: 0, weight: [1.95, 0, 0] },
  {
    name: 'elasticNet',
    make: (only) => elasticNet({ l1: 0.5, l2: 0.5, only }),
    value: 0.5 * 2.005 + 0.25 * (4 + 0.000025),
    weight: [1.85, 0.04525, 0],
  },
];
/** Exports that are not penalties have tests of their own. */
const ELSEWHERE = [
  ...['adversarial', 'earlyStopping', 'ema', 'fgsm', 'noisyGradient'],
  ...['pgd', 'share', 'swa', 'weightNoise'],
];
test('every penalty has a row', () => {
  expect([...new Set(ROWS.map(({ name }) => name)), ...ELSEWHERE].sort()).toEqual(Object.keys(regularize).sort());
});
test.each<[ElasticNetOptions, string]>([
  [{ l1: -1 }, 'elasticNet: l1 is -1; it must be a number from 0'],
  [{ l1: Number.POSITIVE_INFINITY }, 'elasticNet: l1 is Infinity; it must be a number from 0'],
  [{ l2: Number.NaN }, 'elasticNet: l2 is NaN; it must be a number from 0'],
  [{ lambda: 1 } as never, "elasticNet: unknown option 'lambda'. Known: l1, l2, only"],
  [
    { only: 'biases' as never },
    "elasticNet: only is 'biases'; it must be 'weights', 'all' or a function of the parameter's name",
  ],
])('an elastic net refuses what is no strength: %o', (options, text) => {
  expect(() => elasticNet(options)).toThrow(new OptionError(text));
});
describe.each(ROWS.map((row, i) => [row.name, i, row] as const))('%s %i', (_, __, { make, value, weight }) => {
  test('is added to the loss and pulls at the weights, not at the biases', () => {
    const after = stepped(make());
    expect(after.loss).toBeCloseTo(value, 5);
    near(after.weight, weight);
    near(after.bias, [1, -1, 0]);
  });
  test('takes all parameters, or those that a function names', () => {
    expect(stepped(make('all' as never)).bias[0]).toBeLessThan(1);
    const named = stepped(make(((name: string) => name === '0.bias') as never));
    near(named.weight, [2, -0.005, 0]);
    expect(named.bias[0]).toBeLessThan(1);
    expect(() => make('biases' as never)).toThrow(OptionError);
  });
});
test('penalties add up', () => {
  expect(stepped([l2(0.5), l1(0.5)]).loss).toBeCloseTo(1.0025 + 1.00000625, 5);
});
test('the proximal 1-norm makes useless weights exactly 0, and keeps the useful one', async () => {
  const x = Array.from({ length: 64 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(i * i)]);
  const model = nn.sequential([nn.dense(1)]);
  const data = dataset({ x, y: x.map(([a]) => 2 * a), classes: false });
  await fit(model, data, {
    loss: mse(),
    optimizer: sgd({ learningRate: 0.1 }),
    penalties: l1(0.1, { proximal: true }),
    epochs: 200,
  });
  const [a, b, c] = model.parameters()[0].get();
  expect(a).toBeGreaterThan(1.7);
  expect([b, c]).toEqual([0, 0]);
});

describe('rules of one’s own', () => {
  test.each(['perturb', 'gradient', 'project', 'average'] as const)('act in their stage: %s', (stage) => {
    const seen: string[] = [];
    const own = rule({
      stage,
      state: 'memory',
      scalars: ({ step, learningRate }) => [step, learningRate],
      apply: ({ theta, grad, state }) => {
        seen.push(stage);
        if (stage === 'gradient') return { grad: grad.add(1), state: { memory: state.memory.add(1) } };
        if (stage === 'average') return { state: { memory: theta } };
        return { theta: theta.add(1) };
      },
    });
    const { weight } = stepped(own);
    expect(seen).toEqual([stage]);
    if (stage === 'gradient') near(weight, [1.9, -0.105, -0.1]);
    if (stage === 'project') near(weight, [3, 0.995, 1]);
    if (stage === 'average') near(weight, [2, -0.005, 0]);
    // Perturbed outputs miss their targets, but θ itself was put back before the update.
    if (stage === 'perturb') near(weight, [2 - 0.1 * (2 / 3) * 2, -0.005 - 0.1 * (2 / 3) * 2, -0.1 * (2 / 3) * 2]);
  });
  test('must return vectors like theta', () => {
    const wrong = rule({ stage: 'gradient', apply: () => ({ grad: tensor([1]) }) });
    expect(() => stepped(wrong)).toThrow('rule: a result is [1]; vectors are [');
  });
});
