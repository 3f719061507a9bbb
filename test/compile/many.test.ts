import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { grad } from '../../src/differentiate/grad.js';
import { OptionError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { Part } from '../../src/nn/layer.js';
import { sgd } from '../../src/optim/index.js';
import { concat, stack } from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

/** Algorithms of linear time take a second here; those that compare all pairs took minutes. */
describe('20,000 tensors', () => {
  const N = 20_000;
  const pairs = Array.from({ length: N }, (_, i) => tensor([i, 1]));
  const numbers = pairs.flatMap((_, i) => [i, 1]);
  test('are stacked', () => {
    expect([...stack(pairs).data()]).toEqual(numbers);
  });
  test('are computed and joined', () => {
    expect([...concat(pairs.map((t) => t.mul(2))).data()]).toEqual(numbers.map((x) => 2 * x));
  });
  test('are joined in a compiled function, and in a gradient', () => {
    const some = 5000;
    const f = (x: Tensor): Tensor => stack(pairs.slice(0, some).map((t) => t.mul(x))).sum();
    const compiled = compile(f);
    const total = numbers.slice(0, 2 * some).reduce((sum, x) => sum + x, 0);
    expect(compiled(tensor(2)).item() / (2 * total)).toBeCloseTo(1, 3);
    expect(grad(f)(tensor(2)).item() / total).toBeCloseTo(1, 3);
    compiled.dispose();
  });
  test('are added one after another', () => {
    expect(pairs.reduce((sum, t) => sum.add(t.sin())).size).toBe(2);
  });
});

test('3,000 layers predict and train', () => {
  const model = nn.sequential(Array.from({ length: 3000 }, () => nn.dense(2, { bias: false }))).build([2]);
  for (const parameter of model.parameters()) parameter.set([0, 1, 1, 0]);
  expect(model.predict([[1, 2]]).toArray()).toEqual([[1, 2]]);
  const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 1e-5 }) });
  expect(step([[1, 2]], [[1, 1]])).toBeCloseTo(0.5, 5);
  step.dispose();
  model.dispose();
});

describe('what is nested', () => {
  const nested = (deep: number, around: (part: Part) => Part): Part =>
    Array.from({ length: deep }).reduce<Part>((part) => around(part), nn.dense(1));
  test('5,000 sequentials deep, is built, predicts and is trained', () => {
    const model = nn.sequential([nested(5000, (part) => nn.sequential([part]))]).build([1]);
    const [weight] = model.parameters();
    expect(weight.name).toBe(`${'0.'.repeat(5001)}weight`);
    weight.set([3]);
    expect(model.predict([[2]]).item()).toBe(6);
    const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) });
    expect(step([[1]], [[0]])).toBe(9);
    step.dispose();
    model.dispose();
  });
  test('200 models of other kinds deep, is built', () => {
    const part = nested(200, (inner) => nn.defineModel({ inner }, (own, x) => own.inner(x)));
    expect(
      nn
        .sequential([part])
        .build([1])
        .predict([[2]]).shape,
    ).toEqual([1, 1]);
  });
  test('5,000 of them deep, is refused', () => {
    const part = nested(5000, (inner) => nn.rematerialize(inner));
    const build = () => nn.sequential([part]).build([1]);
    expect(build).toThrow(OptionError);
    expect(build).toThrow('the model is nested more than 250 deep');
  });
  test('20,000 arrays deep, is no argument', () => {
    const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], tensor(1));
    const call = () => compile((x: unknown) => x)(deep as never);
    expect(call).toThrow(OptionError);
    expect(call).toThrow('arrays and objects are nested more than 1000 deep');
    const result = () => compile(() => deep)();
    expect(result).toThrow('arrays and objects are nested more than 1000 deep');
  });
});
