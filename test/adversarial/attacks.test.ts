import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { digits } from '../../src/digits.js';
import { adversarialExample, robustAccuracy } from '../../src/diagnose/index.js';
import { OptionError, ShapeError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { binaryCrossEntropy, crossEntropy, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { adversarial, fgsm, l2, pgd } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit, type FitOptions, trainStep } from '../../src/train/index.js';
import { callCount } from '../../src/wasm/engine.js';
import '../../src/tensor/methods.js';
import { json } from '../fixtures/index.js';

interface Logistic {
  readonly w: { readonly data: number[] };
  readonly b: number;
  readonly X: { readonly data: number[] };
  readonly y: { readonly data: number[] };
  readonly eps: number;
  readonly clean_loss: number[];
  readonly adv_loss: number[];
  readonly x_adv: number[];
}
const { adversarial_logistic: truth } = json<{ adversarial_logistic: Logistic }>('closed_forms.json');

describe('on a linear model', () => {
  const model = nn.sequential([nn.dense(1)]).build([5]);
  model.load({ '0.weight': Float32Array.from(truth.w.data), '0.bias': Float32Array.of(truth.b) });
  const x = tensor(truth.X.data, [4, 5]);
  const y = tensor(truth.y.data.map((v) => [Number(v > 0)]));
  const losses = (at: Tensor): number[] =>
    [0, 1, 2, 3].map((i) =>
      binaryCrossEntropy()(model(at.slice([i], [i + 1]), { training: false }), y.slice([i], [i + 1])).item(),
    );
  test('the fast gradient sign is exact: softplus(ε‖w‖₁ − margin)', () => {
    const before = model.state();
    const at = fgsm({ epsilon: truth.eps })(model, binaryCrossEntropy(), x, y);
    at.data().forEach((value, i) => expect(value).toBeCloseTo(truth.x_adv[i], 5));
    losses(at).forEach((loss, i) => expect(loss).toBeCloseTo(truth.adv_loss[i], 5));
    losses(x).forEach((loss, i) => expect(loss).toBeCloseTo(truth.clean_loss[i], 5));
    expect(model.state()).toEqual(before);
  });
  test('one step of PGD as long as ε is the same; many end in the same corner', () => {
    const sign = fgsm({ epsilon: 0.1 })(model, binaryCrossEntropy(), x, y).data();
    const one = pgd({ epsilon: 0.1, stepSize: 0.1, steps: 1, randomStart: false })(model, binaryCrossEntropy(), x, y);
    expect(one.data()).toEqual(sign);
    const many = pgd({ epsilon: 0.1, stepSize: 0.05, steps: 10, seed: 3 })(model, binaryCrossEntropy(), x, y);
    many.data().forEach((value, i) => expect(value).toBeCloseTo(sign[i], 6));
  });
  test('targeted attacks go the other way', () => {
    const wanted = tensor(truth.y.data.map((v) => [Number(v < 0)]));
    const at = fgsm({ epsilon: 0.1, targeted: true })(model, binaryCrossEntropy(), x, wanted);
    at.data().forEach((value, i) => expect(value).toBeCloseTo(truth.x_adv[i], 5));
  });
});

/** A network on digits in [0, 1], plain or trained against attacks. */
const all = digits().map(({ x }) => ({ x: x.map((v) => v / 16) }));
const [train, test_] = [all.slice(0, 500), all.slice(500, 1000)];
const attack = fgsm({ epsilon: 0.05, clip: [0, 1] });
async function trained(seed: number, more: Partial<FitOptions> = {}) {
  const model = nn.sequential([nn.dense(32), nn.relu(), nn.dropout({ keep: 0.9 }), nn.dense(10)]);
  const options = {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 20,
    metrics: accuracy(),
    seed,
  };
  await fit(model, train, { ...options, ...more });
  return model;
}

const rowsOf = (n: number) => ({
  x: tensor(train.x.slice(0, 64 * n) as Float32Array, [n, 64]),
  y: tensor(train.y.slice(0, n) as Int32Array),
});

describe('on a network', () => {
  test('examples stay near, in the range, and are the same again', async () => {
    const model = await trained(1);
    const x = tensor(train.x.slice(0, 20 * 64) as Float32Array, [20, 64]);
    const y = tensor(train.y.slice(0, 20) as Int32Array);
    for (const own of [attack, pgd({ epsilon: 0.05, stepSize: 0.02, steps: 8, clip: [0, 1], seed: 2 })]) {
      const at = own(model, crossEntropy(), x, y);
      at.data().forEach((value, i) => {
        expect(Math.abs(value - x.data()[i])).toBeLessThan(0.05 + 1e-6);
        expect(value >= 0 && value <= 1).toBe(true);
      });
      expect(own(model, crossEntropy(), x, y).data()).toEqual(at.data());
      const lossAt = (t: Tensor) => crossEntropy()(model(t, { training: false }), y).item();
      expect(lossAt(at)).toBeGreaterThan(lossAt(x));
    }
  });
  test('stronger attacks leave less accuracy, and none leaves it as it was', async () => {
    const model = await trained(2);
    const clean = evaluate(model, test_).accuracy;
    const at = (epsilon: number) => robustAccuracy(model, test_, fgsm({ epsilon }), { batchSize: 64 });
    expect(at(0)).toBeCloseTo(clean, 6);
    expect(at(0.05)).toBeLessThan(clean);
    expect(at(0.1)).toBeLessThan(at(0.05));
    expect(robustAccuracy(model, test_, pgd({ epsilon: 0.05, stepSize: 0.02, steps: 10 }))).toBeLessThanOrEqual(
      at(0.05),
    );
    const sealed = dataset({ ...rowsOf(1), classes: 10, sealed: true });
    expect(robustAccuracy(model, sealed, attack)).toBeGreaterThanOrEqual(0);
  });
  test('an example can be looked at', async () => {
    const model = await trained(3);
    const { example, perturbation, before, after } = adversarialExample(model, rowsOf(1).x, rowsOf(1).y, attack, {
      loss: crossEntropy(),
    });
    perturbation.data().forEach((d, i) => expect(example.data()[i] - train.x[i]).toBeCloseTo(d, 6));
    const label = train.y[0];
    expect(after.probabilities.data()[label]).toBeLessThan(before.probabilities.data()[label]);
  });
});

describe('training against attacks', () => {
  test('makes a network more robust', async () => {
    const strong = fgsm({ epsilon: 0.1, clip: [0, 1] });
    for (const seed of [1, 2, 3]) {
      const plain = await trained(seed);
      const hardened = await trained(seed, { adversarial: adversarial({ attack: strong }) });
      expect(robustAccuracy(hardened, test_, strong)).toBeGreaterThan(robustAccuracy(plain, test_, strong) + 0.1);
      expect(evaluate(hardened, test_).accuracy).toBeGreaterThan(0.8);
    }
  });
  test('takes the mixture of both losses in one call, and learns from it', () => {
    const make = () => nn.sequential([nn.dense(3, { activation: 'tanh' }), nn.dense(2)]).build([2], { seed: 1 });
    const model = make();
    const x = tensor([
      [0.2, 0.7],
      [0.9, 0.1],
    ]);
    const y = tensor([0, 1]);
    const loss = (at: Tensor): number => crossEntropy()(model(at, { training: false }), y).item();
    const expected = 0.7 * loss(x) + 0.3 * loss(attack(model, crossEntropy(), x, y));
    const twin = make();
    const step = trainStep(model, {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      adversarial: adversarial({ attack, share: 0.3 }),
    });
    expect(step(x, y)).toBeCloseTo(expected, 5);
    const calls = callCount();
    step(x, y);
    expect(callCount() - calls).toBe(1);
    // A step on the mixture is the mean of a step on each part.
    const attacked = attack(twin, crossEntropy(), x, y);
    const other = trainStep(twin, { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) });
    const start = twin.state();
    other(x, y);
    const clean = twin.state();
    twin.load(start);
    other(attacked, y);
    const hard = twin.state();
    const first = make();
    const once = trainStep(first, {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      adversarial: adversarial({ attack, share: 0.3 }),
    });
    once(x, y);
    for (const [name, values] of Object.entries(first.state()))
      values.forEach((w, i) => {
        const mixed = 0.7 * (clean[name][i] - start[name][i]) + 0.3 * (hard[name][i] - start[name][i]);
        expect(w - start[name][i]).toBeCloseTo(mixed, 5);
      });
  });
  test('keeps running statistics to the examples themselves', async () => {
    const make = () => nn.sequential([nn.dense(4), nn.batchNorm(), nn.dense(10)]);
    const still = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), epochs: 1 };
    const [a, b] = [make(), make()];
    await fit(a, train, still);
    await fit(b, train, { ...still, adversarial: adversarial({ attack }) });
    expect(b.state()['1.running_mean']).toEqual(a.state()['1.running_mean']);
  });
  test('works with penalties and random starts, to the same bits again', async () => {
    const once = () =>
      trained(4, {
        epochs: 3,
        penalties: l2(1e-3),
        adversarial: adversarial({ attack: pgd({ epsilon: 0.05, stepSize: 0.02, steps: 3 }) }),
      });
    expect((await once()).state()).toEqual((await once()).state());
  });
});

test('bad arguments are named', () => {
  const model = nn.sequential([nn.dense(1)]).build([2]);
  expect(() => fgsm({ epsilon: -1 })).toThrow('fgsm: epsilon is -1; it must be a number from 0');
  expect(() => fgsm({ epsilon: 1, clip: [1, 0] })).toThrow('fgsm: clip is [1, 0]; it must be [low, high]');
  expect(() => pgd({ epsilon: 1, stepSize: 0, steps: 1 })).toThrow('pgd: stepSize is 0');
  expect(() => pgd({ epsilon: 1, stepSize: 1 } as never)).toThrow('pgd: steps is undefined');
  expect(() => adversarial({ attack: {} as never })).toThrow(OptionError);
  expect(() => adversarial({ attack, share: 2 })).toThrow('adversarial: share is 2');
  expect(() => attack(model, mse(), tensor([1, 2]), [1])).toThrow(ShapeError);
  expect(() => attack(undefined as never, mse(), [[1, 2]], [1])).toThrow('fgsm: the first argument is a model');
  expect(() =>
    trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 1 }), adversarial: attack as never }),
  ).toThrow('adversarial is made by calling');
});
