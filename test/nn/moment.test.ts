import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { grad, hvp, valueAndGrad } from '../../src/differentiate/grad.js';
import { UnsupportedError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { stopGradient } from '../../src/ops/index.js';
import { dataset } from '../../src/data/dataset.js';
import { tensor } from '../../src/tensor/create.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { fit, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const x = randomGenerator(1).normal([8, 3]);
const y = randomGenerator(2).normal([8, 1]);
const make = () => nn.sequential([nn.dense(4, { activation: 'tanh' }), nn.batchNorm(), nn.dense(1)]).build([3]);
type Made = ReturnType<typeof make>;

/** Everything that changes the parameters of a model. */
const CHANGES: Record<string, (model: Made) => unknown> = {
  set: (model) => {
    for (const { get, set } of model.parameters()) set(get().map((w) => 2 * w + 1));
  },
  load: (model) =>
    model.load(Object.fromEntries(model.parameters().map(({ name, get }) => [name, get().map((w) => w - 3)]))),
  trainStep: (model) => {
    const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: 0.1 }) });
    for (let i = 0; i < 3; i++) step(x, y);
  },
  fit: (model) =>
    fit(model, dataset({ x, y: y.toArray() as number[][] }), {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 2,
    }),
  dispose: (model) => model.dispose(),
};

describe.each(Object.entries(CHANGES))('what was described before %s is read after', (_, change) => {
  test.each<[string, (model: Made) => Tensor[]]>([
    ['the output', (model) => [model(x), model(x, { training: false })]],
    ['parameters', (model) => Object.values(model.tensors())],
    ['what is computed of them', (model) => [model(x).sub(y).square().mean(), model.tensors()['0.weight'].add(1)]],
    [
      'a value and its gradients',
      (model) => {
        const { value, grads } = valueAndGrad((t: Tensor, to: Tensor) => mse()(model(t), to), { wrt: model })(x, y);
        return [value, ...Object.values(grads)];
      },
    ],
    ['a gradient with respect to x', (model) => [grad((t: Tensor) => model(t, { training: false }).sum())(x)]],
    [
      'what a function kept aside',
      (model) => {
        let aside: Tensor | undefined;
        const loss = (t: Tensor) => {
          aside = model(t);
          return aside.square().mean();
        };
        valueAndGrad(loss, { wrt: model })(x).value.item();
        return [aside as Tensor];
      },
    ],
  ])('%s', async (_name, described) => {
    const [model, twin] = [make(), make()];
    const late = described(model);
    const early = described(twin).map((t) => t.toArray());
    await change(model);
    expect(late.map((t) => t.toArray())).toEqual(early);
  });
});

test('the first update rule of the lecture, typed by hand, is the step of sgd', () => {
  const [byHand, twin] = [make(), make()];
  const { value, grads } = valueAndGrad((t: Tensor, to: Tensor) => mse()(byHand(t), to), { wrt: byHand })(x, y);
  const names = Object.keys(grads);
  for (const { name, get, set } of byHand.parameters())
    if (names.includes(name)) {
      const slope = grads[name].data();
      set(get().map((w, i) => w - 0.5 * slope[i]));
    }
  const loss = trainStep(twin, { loss: mse(), optimizer: sgd({ learningRate: 0.5 }) })(x, y);
  expect(value.item()).toBeCloseTo(loss, 6);
  byHand.parameters().forEach(({ name, get }, i) => {
    if (names.includes(name))
      get().forEach((w, k) => {
        expect(w).toBeCloseTo(twin.parameters()[i].get()[k], 6);
      });
  });
});

test('a parameter that was looked at changes like the others', () => {
  const model = nn.sequential([nn.dense(1)]).build([2]);
  expect(String(model.tensors()['0.weight'])).toContain(',');
  model.parameters()[0].set([10, 10]);
  expect(model(tensor([[1, 1]])).item()).toBe(20);
  expect(model.tensors()['0.weight'].toArray()).toEqual([[10], [10]]);
  const { grads } = valueAndGrad((t: Tensor) => model(t).sum(), { wrt: model })(tensor([[1, 2]]));
  expect(grads['0.weight'].toArray()).toEqual([[1], [2]]);
});

test('a compiled function finds the parameters as they are when it is called', () => {
  const model = make();
  const f = compile((t: Tensor) => model(t, { training: false }));
  const slopes = compile((t: Tensor) => valueAndGrad((u: Tensor) => model(u).sum(), { wrt: model })(t).grads);
  for (const scale of [1, 2, 3]) {
    for (const { get, set } of model.parameters()) set(get().map((w) => scale * w + 0.1));
    expect(f(x).toArray()).toEqual(model.predict(x).toArray());
    const { grads } = valueAndGrad((u: Tensor) => model(u).sum(), { wrt: model })(x);
    for (const [name, slope] of Object.entries(slopes(x))) expect(slope.toArray()).toEqual(grads[name].toArray());
  }
});

test('a compiled function goes on with what was described outside as it was then', () => {
  const model = make();
  const outside = model(x, { training: false });
  const f = compile((t: Tensor) => t.add(outside));
  const first = f(y).toArray();
  CHANGES.set(model);
  expect(f(y).toArray()).toEqual(first);
});

test('a description says nothing of a model that nobody else holds any more', () => {
  const output = (() => make()(x))();
  const model = make();
  const same = model(x).toArray();
  model.dispose();
  expect(output.toArray()).toEqual(same);
});

describe('a function that was compiled is differentiated', () => {
  const f = (t: Tensor): Tensor => t.pow(3).sum();
  const at = tensor([1, 2]);
  test.each<[string, () => unknown, unknown]>([
    ['grad', () => grad(compile(f))(at).toArray(), [3, 12]],
    ['grad, as a part of another function', () => grad((t: Tensor) => compile(f)(t.mul(2)))(at).toArray(), [24, 96]],
    ['valueAndGrad', () => valueAndGrad(compile(f))(at).grads.toArray(), [3, 12]],
    ['hvp', () => hvp(compile(f))(at, tensor([1, 1])).toArray(), [6, 12]],
    ['compile', () => compile((t: Tensor) => grad(compile(f))(t))(at).toArray(), [3, 12]],
    [
      'with respect to a model',
      () => {
        const model = nn.sequential([nn.dense(1)]).build([2]);
        const whole = compile((t: Tensor) => model(t).sum());
        return valueAndGrad(whole, { wrt: model })(tensor([[1, 2]])).grads['0.weight'].toArray();
      },
      [[1], [2]],
    ],
  ])('%s', (_, found, expected) => {
    expect(found()).toEqual(expected);
  });
});

describe('numbers that are read while a function is differentiated', () => {
  const model = nn.sequential([nn.dense(1)]).build([2]);
  const at = tensor([[1, 2]]);
  const READ = 'a value was read in a function that is differentiated';
  test.each<[string, () => unknown, string]>([
    ['data', () => grad((t: Tensor) => tensor(t.data(), [1, 2]).sum())(at), READ],
    ['toArray', () => grad((t: Tensor) => tensor(t.mul(2).toArray()).sum())(at), READ],
    ['data, in hvp', () => hvp((t: Tensor) => tensor(t.data()).sum())(at, at), READ],
    [
      'data, of a parameter',
      () => valueAndGrad(() => tensor(model.tensors()['0.weight'].data()).sum(), { wrt: model })(),
      READ,
    ],
    ['data, of an output', () => valueAndGrad(() => tensor(model(at).data()).sum(), { wrt: model })(), READ],
    ['predict, of what is differentiated', () => grad((t: Tensor) => model.predict(t).sum())(at), READ],
    [
      'predict, of the model that is differentiated',
      () => valueAndGrad(() => model.predict(at).sum(), { wrt: model })(),
      'predict: returns values, which have no gradient; call the model itself',
    ],
    [
      'item, where nothing else is left',
      () => grad((t: Tensor) => tensor([t.sum().item()]).sum())(at),
      'grad: the function goes on with a number that it read, which has no gradient',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(UnsupportedError);
    expect(run).toThrow(message);
  });

  test('may be read where no gradient is meant, to choose, and to print', () => {
    const f = (t: Tensor): Tensor => {
      String(t);
      const scale = stopGradient(t).data()[1];
      const largest = t.argmax().data()[0];
      return t.sum().item() > 0 ? t.mul(scale).sum().add(largest) : t.sum();
    };
    expect(grad(f)(at).toArray()).toEqual([[2, 2]]);
    const frozen = grad((t: Tensor) => t.mul(model.predict([[1, 1]]).item()).sum())(at).toArray();
    expect(frozen).toEqual([[model.predict([[1, 1]]).item(), model.predict([[1, 1]]).item()]]);
  });
});
