import { expectTypeOf, test } from 'vitest';
import { compile, fit, grad, nn, type Run, type Tensor, valueAndGrad } from '../dist/index.js';

/** What TypeScript infers; `tsc` is the test. */
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
