import { expect, test } from 'vitest';
import type { Tensor } from '../../src/graph/tensor.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const x = tensor([
  [1, -2],
  [3, 4],
]);

/** Each reads an intermediate result, as printing it would do. */
test.each<[string, (read: (t: Tensor) => Tensor) => Tensor]>([
  ['a product before its activation', (read) => read(x.matmul(x)).relu()],
  [
    'a product before its bias',
    (read) =>
      read(x.matmul(x))
        .add(tensor([1, 2]))
        .tanh(),
  ],
  ['a product before its activation, with a bias', (read) => read(x.matmul(x).add(tensor([1, 2]))).sigmoid()],
  ['a reshape before a reshape', (read) => read(x.reshape([4])).reshape([1, 4])],
  ['a sum before a mean', (read) => read(x.sum(0)).mean()],
  ['a broadcast operand', (read) => x.mul(read(x.mean(1, true)))],
  ['stopGradient', (read) => read(x.mul(2)).stopGradient().reshape([4]).add(1)],
])('what has been read is used further: %s', (_, build) => {
  const seen: string[] = [];
  const result = build((t) => {
    seen.push(t.toString());
    return t;
  });
  expect(result.toArray()).toEqual(build((t) => t).toArray());
  expect(seen.length).toBe(1);
});

test('numbers are computed once', () => {
  const y = x.square();
  expect(y.data()).toEqual(y.data());
  expect(y.data()).not.toBe(y.data());
  y.data()[0] = 7;
  expect(y.toArray()).toEqual([
    [1, 4],
    [9, 16],
  ]);
});
