import { expect, expectTypeOf, test } from 'vitest';
import {
  adam,
  compile,
  datasets,
  evaluate,
  fit,
  type FitOptions,
  grad,
  mse,
  nn,
  type Run,
  type Tensor,
  valueAndGrad,
} from '../dist/index.js';

/** Types that TypeScript infers; `tsc` is the test. */
test('types are inferred', () => {
  expectTypeOf(grad((x) => x.square().sum())).returns.toEqualTypeOf<Tensor>();
  expectTypeOf(grad((x: Tensor, n: number) => x.mul(n).sum())).parameters.toEqualTypeOf<[x: Tensor, n: number]>();
  expectTypeOf(grad((x, y) => x.mul(y).sum(), { wrt: [0, 1] })).returns.toEqualTypeOf<Tensor[]>();
  const model = nn.sequential([nn.dense(1)]);
  expectTypeOf(valueAndGrad((x) => model(x).sum(), { wrt: model })).returns.toEqualTypeOf<{
    value: Tensor;
    grads: Record<string, Tensor>;
  }>();
  expectTypeOf(compile((x) => x.sum())).returns.toEqualTypeOf<Tensor>();
  expectTypeOf(compile((o: { x: Tensor }) => [o.x])).returns.toEqualTypeOf<Tensor[]>();
  expectTypeOf(fit).returns.toEqualTypeOf<Promise<Run>>();
  expectTypeOf(nn.defineModel({ a: nn.dense(1) }, ({ a }, x) => a(x))).toEqualTypeOf(model);
});

test('functions of your own have their arguments inferred as losses, metrics and layers', async () => {
  const options: FitOptions = {
    loss: (output, target) => output.sub(target).square().mean(),
    metrics: [(output, target) => output.sub(target).abs().max(), (output) => output.data()[0]],
    optimizer: adam(),
    epochs: 1,
  };
  const model = nn.sequential([nn.dense(1), (x) => x.mul(2), { call: (x) => x.add(1) }]);
  const data = datasets.polynomial({ n: 8, seed: 1 });
  await expect(fit(model, data, options)).rejects.toThrow("metrics: 'metric' is there twice");
  const { loss, ...more } = { ...options, metrics: { a: (output: Tensor) => output.sum() } };
  expectTypeOf(more.metrics.a).toExtend<NonNullable<FitOptions['metrics']>>();
  expect(evaluate(model.build([1]), data, { loss, metrics: (output) => output.size }).metrics).toBe(8);
  expectTypeOf(nn.defineModel({ double: (x) => x.mul(2) }, ({ double }, x) => double(x))).toEqualTypeOf(model);
  expectTypeOf(mse()([1], [2])).toEqualTypeOf<Tensor>();
});
