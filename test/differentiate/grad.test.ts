import { expect, test } from 'vitest';
import { OptionError, ShapeError, UnsupportedError } from '../../src/errors.js';
import { grad, hvp, valueAndGrad } from '../../src/differentiate/grad.js';
import { gradient } from '../../src/differentiate/gradient.js';
import { node, type Op, type Tensor } from '../../src/graph/tensor.js';
import { mse } from '../../src/losses/index.js';
import { dense, sequential } from '../../src/nn/index.js';
import { stopGradient } from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const x = tensor([1, 2, 3]);

test('grad gives the gradient of the first argument', () => {
  expect(grad((t: Tensor) => t.pow(3).sum())(x).toArray()).toEqual([3, 12, 27]);
  expect(grad((t: Tensor, s: Tensor) => t.mul(s).sum())(x, tensor([4, 5, 6])).toArray()).toEqual([4, 5, 6]);
});
test('wrt names the arguments', () => {
  const f = (a: Tensor, b: Tensor, c: Tensor) => a.mul(b).add(c.square()).sum();
  const [da, dc] = grad(f, { wrt: [0, 2] })(x, tensor([4, 5, 6]), tensor([1, 1, 1]));
  expect([da.toArray(), dc.toArray()]).toEqual([
    [4, 5, 6],
    [2, 2, 2],
  ]);
});
test('what the function does not depend on has the gradient 0', () => {
  expect(grad((a: Tensor, b: Tensor) => b.sum().add(a.mul(0).sum()))(x, x).toArray()).toEqual([0, 0, 0]);
  expect(grad((_: Tensor) => x.sum())(tensor([[1, 2]])).toArray()).toEqual([[0, 0]]);
});
test('gradients of what is used twice add up', () => {
  expect(grad((t: Tensor) => t.mul(t).add(t).sum())(x).toArray()).toEqual([3, 5, 7]);
});
test('grad of grad, and the Hessian times a vector', () => {
  const f = (t: Tensor) => t.pow(3).sum();
  expect(grad((t: Tensor) => grad(f)(t).sum())(x).toArray()).toEqual([6, 12, 18]);
  expect(hvp(f)(x, tensor([1, 0, 2])).toArray()).toEqual([6, 0, 36]);
});
test('valueAndGrad computes both at once', () => {
  const { value, grads } = valueAndGrad((t: Tensor) => t.square().sum())(x);
  expect([value.item(), grads.toArray()]).toEqual([14, [2, 4, 6]]);
  const both = valueAndGrad((a: Tensor, b: Tensor) => a.mul(b).sum(), { wrt: [0, 1] })(x, x);
  expect(both.grads.map((g) => g.toArray())).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});
test('a model’s gradients come by name', () => {
  const model = sequential([dense(1)]).build([2]);
  model.parameters()[0].set([1, 2]);
  const { value, grads } = valueAndGrad((t: Tensor, y: Tensor) => mse()(model(t), y), { wrt: model })(
    tensor([[1, 1]]),
    tensor([[0]]),
  );
  expect(value.item()).toBe(9);
  expect(Object.fromEntries(Object.entries(grads).map(([name, g]) => [name, g.toArray()]))).toEqual({
    '0.weight': [[6], [6]],
    '0.bias': [6],
  });
});
test('stopGradient lets the value through', () => {
  expect(grad((t: Tensor) => t.mul(stopGradient(t)).sum())(x).toArray()).toEqual([1, 2, 3]);
});
test('values may be read while a function is differentiated', () => {
  const f = (t: Tensor): Tensor => (t.sum().item() > 0 ? t.square().sum() : t.sum());
  expect(grad(f)(x).toArray()).toEqual([2, 4, 6]);
});
test('long chains need no deep stack', () => {
  const f = (t: Tensor): Tensor =>
    Array.from({ length: 20_000 })
      .reduce<Tensor>((y) => y.add(0.001), t)
      .sum();
  expect(grad(f)(x).toArray()).toEqual([1, 1, 1]);
});
test('what cannot be differentiated says so', () => {
  expect(() => grad((t: Tensor) => t.mul(2))(x)).toThrow(ShapeError);
  expect(() => grad((t: Tensor) => t.mul(2))(x)).toThrow(
    'grad: the function must return one number, not [3]; sum or average it',
  );
  expect(() => grad((t: Tensor) => t.sum(), { wrt: [1] })(x)).toThrow(
    new OptionError('grad: wrt names argument 1, but 1 were given'),
  );
  expect(() => grad((_: string) => x.sum())('a')).toThrow("argument 0 of wrt is 'a' (a string); give numbers");
  expect(() => grad((t: Tensor) => t.sum(), { with: [0] } as never)(x)).toThrow("grad: unknown option 'with'");
  expect(() => hvp((t) => t.sum())(x, tensor([1]))).toThrow('hvp: v is [1], but x is [3]; shapes must be equal');
  const odd: Op<null> = { name: 'odd', shape: ([t]) => t.shape };
  expect(() => gradient(node(odd, [x], null), [x])).toThrow(UnsupportedError);
});
