import { describe, expect, test } from 'vitest';
import { grad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { full, tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { apart, values } from '../support/numeric.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('gradients at kinks and ties', () => {
  test.each<[string, (x: Tensor) => Tensor, number[], number[]]>([
    ['relu', (x) => ops.relu(x), [0, -0, 1], [0, 0, 1]],
    ['abs', (x) => ops.abs(x), [0, -0, -1], [0, 0, -1]],
    ['sign', (x) => ops.sign(x), [0, 2, -1], [0, 0, 0]],
    ['leakyRelu', (x) => ops.leakyRelu(x, { slope: 0.5 }), [0, 1], [0.5, 1]],
    ['clamp', (x) => ops.clamp(x, -1, 1), [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]],
    ['max', (x) => ops.max(x), [1, 3, 3, 2, 3], [0, 1, 0, 0, 0]],
    ['min', (x) => ops.min(x), [3, 1, 3, 1, 1], [0, 1, 0, 0, 0]],
    ['maximum, left', (x) => ops.maximum(x, tensor([1, 2])), [1, 1], [1, 0]],
    ['maximum, right', (x) => ops.maximum(tensor([1, 2]), x), [1, 3], [0, 1]],
    ['minimum, left', (x) => ops.minimum(x, tensor([1, 2])), [1, 3], [1, 0]],
    ['norm', (x) => ops.norm(x), [0, 0], [0, 0]],
    ['pow 0', (x) => ops.pow(x, 0), [0, 2], [0, 0]],
    ['pow 1', (x) => ops.pow(x, 1), [0, 2], [1, 1]],
    ['pow 2.5', (x) => ops.pow(x, 2.5), [0, 1], [0, 2.5]],
    ['pow of a 0 that broadcasts', (x) => ops.pow(x, full([2, 2], 0)), [0, 1], [0, 0]],
    ['pow of a 2 that broadcasts', (x) => ops.pow(x, full([2, 1], 2)), [0, 1], [0, 4]],
    ['pow of tensors', (x) => ops.pow(x, tensor([0, 1, 2])), [0, 0, 0], [0, 1, 0]],
    ['elu, far away', (x) => ops.elu(x), [1000, -1000], [1, 0]],
    ['softplus, far away', (x) => ops.softplus(x), [200, -200], [1, 0]],
    ['logSumExp of equals', (x) => ops.logSumExp(x), [500, 500], [0.5, 0.5]],
  ])('%s', (_, f, x, dx) => {
    expect(apart(grad((t: Tensor) => f(t).sum())(tensor(x)), dx)).toBeLessThan(1e-6);
  });
});

describe('infinities', () => {
  test.each<[string, Tensor, number[]]>([
    ['logSumExp', ops.logSumExp(tensor([-inf, -inf])), [-inf]],
    ['logSumExp, one infinite', ops.logSumExp(tensor([inf, 0])), [inf]],
    ['max', ops.max(full([7], -inf)), [-inf]],
    ['min', ops.min(full([7], inf)), [inf]],
    ['argmax', ops.argmax(full([5], -inf)), [0]],
    ['argmax, with NaN', ops.argmax(tensor([1, nan, inf, nan])), [1]],
    ['argmax, with NaN at first', ops.argmax(tensor([nan, 3, 4])), [0]],
    [
      'argmax, with NaN in a column',
      ops.argmax(
        tensor([
          [1, 2],
          [nan, 1],
        ]),
        0,
      ),
      [1, 0],
    ],
    ['pow', ops.pow(tensor([0, -2, inf, -inf]), tensor([-0.5, 0.5, -1, 3])), [inf, nan, 0, -inf]],
  ])('%s', (_, y, expected) => {
    expect([...y.data()]).toEqual(expected);
  });
});

test('a constant exponent broadcasts like any other', () => {
  expect(ops.pow(tensor([1, 2, 3]), full([1, 1], 2)).toArray()).toEqual([[1, 4, 9]]);
  expect(ops.pow(tensor(3), full([1], 0)).toArray()).toEqual([1]);
  expect(ops.pow(tensor([[3, 2]]), full([2, 1], 3)).toArray()).toEqual([
    [27, 8],
    [27, 8],
  ]);
});

describe('reductions over several axes', () => {
  const shape = [3, 4, 2, 5];
  const x = values(120);
  /** Which element of the result each element of x goes to. */
  const home = (axes: readonly number[]): number[] =>
    x.map((_, flat) => {
      const index = shape.map((n, i) => Math.floor(flat / shape.slice(i + 1).reduce((a, b) => a * b, 1)) % n);
      return index.reduce((at, k, i) => (axes.includes(i) ? at : at * shape[i] + k), 0);
    });
  test.each([[[0]], [[3]], [[1, 2]], [[0, 3]], [[0, 2]], [[0, 1, 3]], [[3, 1]], [[-1, 0]], [[0, 1, 2, 3]], [[]]])(
    '%j',
    (axes) => {
      const places = home(axes.map((axis) => (axis < 0 ? axis + 4 : axis)));
      const groups: number[][] = [];
      places.forEach((at, i) => {
        groups[at] = [...(groups[at] ?? []), x[i]];
      });
      const t = tensor(x, shape);
      const sum = (g: number[]): number => g.reduce((a, b) => a + b, 0);
      const mean = (g: number[]): number => sum(g) / g.length;
      expect(apart(ops.sum(t, axes), groups.map(sum))).toBeLessThan(1e-6);
      expect(apart(ops.mean(t, axes), groups.map(mean))).toBeLessThan(1e-6);
      expect(
        apart(
          ops.max(t, axes),
          groups.map((g) => Math.max(...g)),
        ),
      ).toBe(0);
      expect(
        apart(
          ops.min(t, axes),
          groups.map((g) => Math.min(...g)),
        ),
      ).toBe(0);
      expect(
        apart(
          ops.norm(t, axes),
          groups.map((g) => Math.hypot(...g)),
        ),
      ).toBeLessThan(1e-6);
      const spread = groups.map((g) => mean(g.map((v) => (v - mean(g)) ** 2)));
      expect(apart(ops.variance(t, axes), spread)).toBeLessThan(1e-6);
      const whole = groups.map((g) => Math.log(sum(g.map(Math.exp))));
      expect(apart(ops.logSumExp(t, axes), whole)).toBeLessThan(1e-6);
      const kept = ops.sum(t, axes, true);
      const named = axes.map((axis) => (axis < 0 ? axis + 4 : axis));
      expect(kept.shape).toEqual(shape.map((n, i) => (named.includes(i) ? 1 : n)));
    },
  );
  test('long runs are added piece by piece, in columns too', () => {
    const [n, m] = [2500, 7];
    const long = values(n * m);
    const columns = Array.from({ length: m }, (_, k) => long.reduce((s, v, i) => (i % m === k ? s + v : s), 0));
    const t = tensor(long, [n, m]);
    expect(apart(ops.sum(t, 0), columns)).toBeLessThan(1e-5);
    expect(apart(ops.sum(ops.transpose(t), 1), columns)).toBeLessThan(1e-5);
    const flat = grad((x: Tensor) => ops.sum(ops.square(ops.sum(x, 0))))(t).data();
    expect(
      apart(
        flat,
        long.map((_, i) => 2 * columns[i % m]),
      ),
    ).toBeLessThan(1e-4);
  });
});

describe('products of sizes around the kernel’s blocks', () => {
  const product = (a: readonly number[], b: readonly number[], [m, k, n]: readonly number[]): number[] =>
    Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * k + l] * b[l * n + j];
      return sum;
    });
  const turned = (x: readonly number[], rows: number, columns: number): number[] =>
    Array.from({ length: x.length }, (_, at) => x[(at % rows) * columns + Math.floor(at / rows)]);
  const SIZES = [
    [1, 1, 67],
    [67, 1, 1],
    [1, 700, 1],
    [2, 3, 5],
    [5, 17, 3],
    [33, 12, 8],
    [4, 4, 4],
    [8, 8, 8],
    [65, 67, 71],
    [3, 515, 259],
    [129, 513, 9],
  ];
  test.each(SIZES)('%i × %i × %i', (m, k, n) => {
    const [a, b] = [values(m * k), values(k * n, 5)];
    const truth = product(a, b, [m, k, n]);
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const left = transposeA ? tensor(turned(a, m, k), [k, m]) : tensor(a, [m, k]);
      const right = transposeB ? tensor(turned(b, k, n), [n, k]) : tensor(b, [k, n]);
      expect(apart(ops.matmul(left, right, { transposeA, transposeB }), truth)).toBeLessThan(2e-5);
      const activated = ops.relu(ops.add(ops.matmul(left, right, { transposeA, transposeB }), tensor(values(n, 3))));
      const bias = values(n, 3);
      expect(
        apart(
          activated,
          truth.map((y, i) => Math.max(0, y + bias[i % n])),
        ),
      ).toBeLessThan(2e-5);
    }
  });
});

describe('axes in any order', () => {
  const shape = [2, 3, 4, 5];
  const x = tensor(
    Array.from({ length: 120 }, (_, i) => i),
    shape,
  );
  test.each([
    [[0, 1, 2, 3]],
    [[3, 2, 1, 0]],
    [[0, 2, 3, 1]],
    [[0, 3, 1, 2]],
    [[1, 0, 3, 2]],
    [[2, 3, 0, 1]],
    [[-1, 0, 2, -3]],
  ])('transpose %j, and back', (perm) => {
    const axes = perm.map((axis) => (axis < 0 ? axis + 4 : axis));
    const y = ops.transpose(x, perm);
    expect(y.shape).toEqual(axes.map((axis) => shape[axis]));
    const strides = [60, 20, 5, 1];
    y.data().forEach((value, flat) => {
      let [rest, at] = [flat, 0];
      for (let i = 3; i >= 0; i--) {
        at += (rest % y.shape[i]) * strides[axes[i]];
        rest = Math.floor(rest / y.shape[i]);
      }
      expect(value).toBe(at);
    });
    const back = axes.map((_, i) => axes.indexOf(i));
    expect(ops.transpose(y, back).data()).toEqual(x.data());
  });
  test('softmax of rows of any length, down to what vanishes', () => {
    for (let n = 1; n <= 21; n++) {
      const row = Array.from({ length: n }, (_, i) => 2 - ((i * 37) % n) * (i % 2 ? 4.3 : 0.7));
      const exponentials = row.map((x) => Math.exp(Math.fround(Math.fround(x) - 2)));
      const sum = exponentials.reduce((a, b) => a + b);
      const got = ops.softmax(tensor([row])).data();
      exponentials.forEach((e, i) => expect(Math.abs(got[i] / (e / sum) - 1), `${i} of ${n}`).toBeLessThan(1e-6));
    }
    expect([...ops.softmax(tensor([[0, -87.5, -88.5, -1000, -Infinity]])).data()].map((p) => p > 0)).toEqual([
      ...[true, true],
      ...[false, false, false],
    ]);
  });

  test.each([0, 1, 2, 3, -1])('softmax and logSoftmax along axis %i', (axis) => {
    const t = tensor(values(120), shape);
    const sums = ops.sum(ops.softmax(t, axis), axis);
    expect(apart(sums, new Array(sums.size).fill(1))).toBeLessThan(1e-6);
    const difference = ops.sub(ops.log(ops.softmax(t, axis)), ops.logSoftmax(t, axis));
    expect(apart(difference, new Array(120).fill(0))).toBeLessThan(2e-6);
  });
  test.each([0, 1, 2, 3, -2])('concat along axis %i is undone by slice', (axis) => {
    const at = axis < 0 ? axis + 4 : axis;
    const y = ops.concat([x, ops.neg(x)], axis);
    const begin = [0, 0, 0, 0].map((_, i) => (i === at ? shape[at] : 0));
    expect(y.shape[at]).toBe(2 * shape[at]);
    expect(ops.slice(y, [0, 0, 0, 0], shape).data()).toEqual(x.data());
    expect(ops.neg(ops.slice(y, begin, y.shape)).data()).toEqual(x.data());
  });
});
