import { expect, test } from 'vitest';
import { compile, crossEntropy, grad, gradientCheck, nn, type Tensor, tensor } from '../../src/index.js';
import { gradient } from '../../src/differentiate/gradient.js';
import * as ops from '../../src/ops/index.js';
import { uniform } from '../../src/ops/random.js';
import { seedKey } from '../../src/random/keys.js';
import { philox } from '../../src/random/philox.js';
import { apart, values } from '../support/numeric.js';
import { convolved } from './reference.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test('a piece of the inner size may begin within a tap: padding stays zero', () => {
  // 5·5·24 = 600 products are added in pieces of 512.
  const [x, w] = [
    { shape: [1, 7, 7, 24], data: values(49 * 24) },
    { shape: [5, 5, 24, 3], data: values(600 * 3, 2) },
  ];
  const y = ops.conv2d(tensor(x.data, x.shape), tensor(w.data, w.shape), { padding: 'same' });
  expect(apart(y, convolved(x, w, [1, 1], [1, 1], 1).data)).toBeLessThan(1e-4);
});

test.each([
  [[2, 5, 5, 6], 2, 1],
  [[1, 6, 7, 5], 3, 1],
  [[1, 4, 4, 17], 2, 0],
])('gradients of a depthwise convolution of %j, stride %i, padding %i', (shape, stride, padding) => {
  const channels = shape[3];
  const x = tensor(values(shape.reduce((a, b) => a * b)), shape);
  const w = tensor(values(9 * channels, 4), [3, 3, 1, channels]);
  const full = w
    .reshape([3, 3, channels, 1])
    .mul(ops.oneHot(tensor(Array.from({ length: channels }, (_, i) => i)), channels));
  const slope = (f: (w: Tensor) => Tensor) => (k: Tensor) => grad((t: Tensor) => f(t).square().sum())(k);
  const own = slope((k) => ops.conv2d(x, k, { stride, padding, groups: channels }))(w).data();
  const whole = slope((k) => ops.conv2d(x, k, { stride, padding }))(full).data();
  own.forEach((v, i) => {
    const [tap, c] = [Math.floor(i / channels), i % channels];
    expect(v).toBeCloseTo(whole[(tap * channels + c) * channels + c], 3);
  });
});
test('a depthwise convolution with an activation', () => {
  const model = nn.sequential([nn.conv2d(4, 3, { groups: 4, activation: 'relu', bias: false })]).build([5, 5, 4]);
  const plain = nn.sequential([nn.conv2d(4, 3, { groups: 4, bias: false })]).build([5, 5, 4]);
  plain.load(model.state());
  const x = tensor(values(200), [2, 5, 5, 4]);
  expect(model.predict(x).data()).toEqual(
    plain
      .predict(x)
      .data()
      .map((v) => Math.max(0, v)),
  );
});

const pooled = (x: Tensor, size: number, stride: number | [number, number]): number[] => [
  ...grad((t: Tensor) => t.maxPool2d(size, { stride }).sum())(x).data(),
];
test('of equal numbers in a window the first has the gradient of the maximum', () => {
  expect(pooled(tensor(new Array<number>(9).fill(1), [1, 3, 3, 1]), 3, 3)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
});
test('windows that overlap in one direction add their gradients', () => {
  expect(pooled(tensor([0, 9, 0, 0, 0, 0], [1, 2, 3, 1]), 2, [2, 1])).toEqual([0, 2, 0, 0, 0, 0]);
});
test('a column that no window reaches has gradient 0, also where memory was used before', () => {
  const f = compile((x: Tensor) => {
    const [dx] = gradient(x.mul(3).exp().mul(2).maxPool2d(2).sum(), [x]);
    return [x.add(1).exp().mul(7).sum(), dx];
  });
  const [, dx] = f(tensor(values(480), [8, 4, 5, 3]));
  expect(Math.max(...ops.slice(dx, [0, 0, 4, 0], [8, 4, 5, 3]).data().map(Math.abs))).toBe(0);
  f.dispose();
});
test('a maximum pool has third gradients', () => {
  const f = (x: Tensor): Tensor => x.maxPool2d(2).pow(3).sum();
  const third = grad((a: Tensor) => grad((b: Tensor) => grad(f)(b).sum())(a).sum());
  expect([...third(tensor([1, 2, 3, 4], [1, 2, 2, 1])).data()]).toEqual([0, 0, 0, 6]);
});
test('padding of a pool may be half of its window', () => {
  expect(ops.maxPool2d(tensor([1, 2, 3, 4], [1, 2, 2, 1]), 2, { padding: 1 }).toArray()).toEqual([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
});

test('padding of a pool may be no more than half of its window', () => {
  expect(() => ops.maxPool2d(tensor(values(25), [1, 5, 5, 1]), 3, { padding: 2 })).toThrow('more than half');
});

test('a NaN that is the largest has the gradient', () => {
  expect([...grad((x: Tensor) => x.max())(tensor([1, nan, 3])).data()]).toEqual([0, 1, 0]);
});
test('the gradient of the maximum of a long vector goes to its piece', () => {
  const x = values(9000).map((v, i) => (i === 4500 ? 3 : v));
  const dx = grad((t: Tensor) => t.max())(tensor(x)).data();
  expect([dx[4500], dx.reduce((a, b) => a + b)]).toEqual([1, 1]);
});

test('an infinite logit of another class does not matter', () => {
  expect(crossEntropy()(tensor([[0, -inf]]), tensor([0])).item()).toBe(0);
  expect(crossEntropy()(tensor([[0, -inf]]), tensor([[1, 0]])).item()).toBe(0);
});
test('soft targets have second gradients', () => {
  const x = tensor(values(6), [2, 3]);
  const f = (t: Tensor): Tensor =>
    grad((l: Tensor) => crossEntropy()(l, t))(x)
      .mul(tensor(values(6, 4), [2, 3]))
      .sum();
  const check = gradientCheck(f, [tensor([0.2, 0.3, 0.5, 0.6, 0.3, 0.1], [2, 3])]);
  expect(check.ok).toBe(true);
});

test('a random number depends on its place only, in the second part too', () => {
  const y = uniform([10_001], 0, 1, { key: seedKey(5), stream: 3 }).data();
  for (const at of [3328, 3331, 5000, 6660, 6665, 10_000]) {
    const words = philox([4 * (at >> 4) + (at & 3), 3, 0, 0], seedKey(5));
    expect(y[at]).toBe((words[(at >> 2) & 3] >>> 8) / 16777216);
  }
});

test('a maximum pool has a third gradient', () => {
  // The largest of the window is 2. The gradient of y⁴ there, 4y³, times the square of its number is 4y⁵, whose derivatives are 20y⁴ and 80y³.
  const window = tensor([1, 0, 2, 1.5], [1, 2, 2, 1]);
  const first = grad((x: Tensor) => ops.maxPool2d(x, 2).square().square().sum());
  const second = grad((x: Tensor) => first(x).mul(x.square()).sum());
  const third = grad((x: Tensor) => second(x).sum());
  expect([first, second, third].map((g) => [...g(window).data()])).toEqual([
    [0, 0, 32, 0],
    [0, 0, 320, 0],
    [0, 0, 640, 0],
  ]);
});
