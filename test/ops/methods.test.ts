import { expect, test } from 'vitest';
import { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { full, tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

type Op = (...args: unknown[]) => Tensor;
const x = tensor([
  [1, 2.5, 0.25],
  [4, 0.5, 6],
]);
const places = tensor([1, 0]);

const numbers = (t: Tensor): unknown => [t.shape, t.data()];

/** The arguments after the tensor; most ops take none, or an optional axis. */
const REST: Partial<Record<keyof typeof ops, readonly unknown[]>> = {
  clamp: [0.3, 2],
  where: [3, tensor([4, 5, 6])],
  gather: [places, 1],
  matmul: [x, { transposeB: true }],
  reshape: [[3, 2]],
  slice: [
    [0, 2],
    [2, 0],
    [1, -1],
  ],
  flip: [1],
  tile: [[2, 1]],
  split: [[1, 2], 1],
  topK: [2],
  sort: [0, { descending: true }],
  tril: [1],
  pad: [
    [
      [1, 0],
      [0, 2],
    ],
  ],
  leakyRelu: [{ slope: 0.5 }],
  softmax: [0],
  sum: [0, true],
  embedding: [x],
  oneHot: [3],
  conv2d: [full([2, 1, 3, 2], 0.5), { padding: 1 }],
  maxPool2d: [2],
  conv1d: [full([2, 4, 2], 0.5)],
  maxPool1d: [2],
  avgPool1d: [2, { stride: 1 }],
  convTranspose2d: [full([2, 2, 2, 3], 0.5), { stride: 2 }],
  upsample2d: [2],
  avgPool2d: [2, { stride: 1 }],
};
/** Inputs of the ops that do not take x. */
const image = tensor(
  Float32Array.from({ length: 24 }, (_, i) => (i * 7) % 11),
  [1, 4, 2, 3],
);
const sequences = image.reshape([2, 3, 4]);
const FIRST: Partial<Record<keyof typeof ops, Tensor>> = {
  embedding: places,
  oneHot: places,
  globalAvgPool2d: image,
  conv2d: image,
  maxPool2d: image,
  conv1d: sequences,
  maxPool1d: sequences,
  avgPool1d: sequences,
  convTranspose2d: image,
  upsample2d: image,
  avgPool2d: image,
};
const PAIRS = [
  ...['add', 'sub', 'mul', 'div', 'mod', 'pow', 'maximum', 'minimum'],
  ...['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'],
];
const restOf = (name: string): readonly unknown[] =>
  REST[name as keyof typeof ops] ?? (PAIRS.includes(name) ? [tensor([2, 0.5, 1])] : []);

const LISTS = ['concat', 'stack'];
test.each(Object.keys(ops).filter((name) => !LISTS.includes(name)))('x.%s(…) is the function', (name) => {
  const first = FIRST[name as keyof typeof ops] ?? x;
  const method = (first as unknown as Record<string, Op>)[name];
  const [a, b] = [
    method.apply(first, [...restOf(name)]),
    (ops[name as keyof typeof ops] as Op)(first, ...restOf(name)),
  ];
  // Some ops make several tensors.
  const read = (made: Tensor): unknown => Object.values(made instanceof Tensor ? [made] : made).map(numbers);
  expect(read(a)).toEqual(read(b));
});

test.each(PAIRS)('%s takes numbers where tensors are', (name) => {
  const op = ops[name as keyof typeof ops] as Op;
  for (const [a, b] of [
    [x, 2],
    [2, x],
    [3, 2],
  ]) {
    const wrapped = [a, b].map((t) => (typeof t === 'number' ? tensor(t) : t));
    const [given, expected] = [op(a, b), op(...wrapped)];
    expect(given.shape).toEqual(expected.shape);
    expected.data().forEach((y, i) => expect(given.data()[i] / y || 1).toBeCloseTo(1, 6));
  }
});
test('and so do the others that work element by element', () => {
  expect(ops.exp(0).item()).toBe(1);
  expect(ops.relu(-2).item()).toBe(0);
  expect(ops.clamp(7, 0, 3).item()).toBe(3);
  expect(ops.where(tensor([0, 1]), 5, 6).toArray()).toEqual([6, 5]);
  expect(ops.where(1, tensor([1, 2]), 6).toArray()).toEqual([1, 2]);
});
