import { describe, expect, test } from 'vitest';
import { gradient } from '../../src/differentiate/gradient.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { einsum } from '../../src/ops/einsum.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { fillFreeMemory, replayed } from '../support/heap.js';
import { apart, slopes, values } from '../support/numeric.js';
import type { Plain, Row } from './reference.js';
import { ROWS, VARIANTS } from './table.js';

test('every op has a row', () => {
  expect(ROWS.map(({ op }) => op).sort()).toEqual([...Object.keys(ops), 'einsum'].sort());
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const inputs = ({ domain = (x) => x }: Row, shapes: readonly (readonly number[])[]): Plain[] =>
  shapes.map((shape, i) => ({ shape, data: values(sizeOf(shape), i + 1).map((x) => Math.fround(domain(x))) }));
const tensors = (plain: readonly Plain[]): Tensor[] => plain.map(({ data, shape }) => tensor(data, shape));

/** Σ weights·y of the reference, as a function of input k. */
const weighted =
  (row: Row, plain: readonly Plain[], weights: readonly number[], k: number) =>
  (moved: number[]): number =>
    row
      .reference(...plain.map((p, i) => (i === k ? { ...p, data: moved } : p)))
      .data.reduce((sum, y, i) => sum + y * weights[i], 0);

describe.each([...ROWS, ...VARIANTS].map((row) => ({ ...row, name: row.as ? `${row.op} ${row.as}` : row.op })))(
  '$name',
  (row) => {
    const within = row.within ?? 2e-6;
    test.each(row.shapes.map((shapes) => [shapes]))('of %j: the value and the gradients', (shapes) => {
      const plain = inputs(row, shapes);
      const truth = row.reference(...plain);
      const xs = tensors(plain);
      const y = row.compute(...xs);
      expect(y.shape).toEqual(truth.shape);
      const weights = values(y.size, 9);
      const wanted = row.differentiable ?? xs.map((_, i) => i);
      const dxs = gradient(y, xs, tensor(weights, y.shape));
      fillFreeMemory(Number.NaN);
      expect(apart(y, truth.data)).toBeLessThan(within);
      xs.forEach((_, k) => {
        const expected = wanted.includes(k)
          ? slopes(weighted(row, plain, weights, k), plain[k].data)
          : plain[k].data.map(() => 0);
        expect(dxs[k].shape).toEqual(shapes[k]);
        expect(apart(dxs[k], expected), `gradient ${k}`).toBeLessThan(20 * within);
      });
      // A second program must give the same bits in memory full of NaN, and again in the memory of its first run.
      const all = (...given: Tensor[]): Tensor[] => {
        const result = row.compute(...given);
        return [result, ...gradient(result, given, tensor(weights, result.shape))];
      };
      const expected = [y, ...dxs].map((t) => t.data());
      expect(replayed(all, xs)).toEqual([expected, expected]);
    });

    if (row.differentiable?.length !== 0)
      test('its gradient has the gradient of finite differences', () => {
        const plain = inputs(row, row.shapes[1]);
        const xs = tensors(plain);
        const y = row.compute(...xs);
        const weights = values(y.size, 9);
        const turned = plain.map(({ data }, k) => values(data.length, 20 + k));
        const first = gradient(y, xs, tensor(weights, y.shape));
        const along = first
          .map((dx, k) => ops.sum(ops.mul(dx, tensor(turned[k], dx.shape))))
          .reduce((a, b) => ops.add(a, b));
        const second = gradient(along, xs);
        fillFreeMemory(Number.NaN);
        // The derivative along `turned` takes one difference; a gradient would take one for each number.
        const slope = (at: readonly Plain[]): number => {
          const moved = (by: number): number =>
            row
              .reference(...at.map((p, k) => ({ ...p, data: p.data.map((v, i) => v + by * turned[k][i]) })))
              .data.reduce((sum, v, i) => sum + v * weights[i], 0);
          return (moved(1e-4) - moved(-1e-4)) / 2e-4;
        };
        plain.forEach(({ data }, k) => {
          const expected = slopes(
            (moved) => slope(plain.map((p, i) => (i === k ? { ...p, data: moved } : p))),
            data,
            1e-4,
          );
          expect(apart(second[k], expected), `second gradient ${k}`).toBeLessThan(5e-4);
        });
      });

    const numbers = row.shapes[0].map((_, k) => k).filter((k) => !row.places?.includes(k));
    if (numbers.length)
      test.each(numbers)('keeps a NaN of argument %i where the reference does', (k) => {
        const plain = inputs(row, row.shapes[row.shapes.length - 1]);
        plain[k].data[plain[k].data.length >> 1] = Number.NaN;
        const y = row.compute(...tensors(plain)).data();
        expect([...y].map(Number.isNaN)).toEqual(row.reference(...plain).data.map(Number.isNaN));
      });
  },
);

test('indices count from the end where they are negative, also in the gradient', () => {
  const x = tensor([1, 2, 3]);
  const y = ops.gather(x, tensor([-1, 0, -1]));
  const [dx] = gradient(y, [x]);
  expect(y.toArray()).toEqual([3, 1, 3]);
  expect(dx.toArray()).toEqual([1, 0, 2]);
});

describe('large and special numbers', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  test.each<[keyof typeof ops, number[], number[]]>([
    ['exp', [-inf, -200, 88.5, 89, inf], [0, 0, Math.exp(88.5), inf, inf]],
    ['log', [-1, 0, 1e-40, 1, inf], [nan, -inf, Math.log(Math.fround(1e-40)), 0, inf]],
    ['tanh', [-inf, -300, 0, 1e-20, inf], [-1, -1, 0, 1e-20, 1]],
    ['sigmoid', [-inf, -300, 0, 300, inf], [0, 0, 0.5, 1, 1]],
    ['softplus', [-inf, -300, 0, 300, inf], [0, 0, Math.LN2, 300, inf]],
    ['sin', [1000.5, -31415.9, inf], [Math.sin(1000.5), Math.sin(Math.fround(-31415.9)), nan]],
    ['cos', [1000.5, -31415.9, inf], [Math.cos(1000.5), Math.cos(Math.fround(-31415.9)), nan]],
    ['sqrt', [-1, 0, inf], [nan, 0, inf]],
    ['sign', [-inf, -0.1, 0, 3], [-1, -1, 0, 1]],
    ['relu', [-inf, -1, inf], [0, 0, inf]],
    ['softmax', [1000, 1000, -inf, 0], [0.5, 0.5, 0, 0]],
    ['logSoftmax', [1000, 0, 0, 0], [0, -1000, -1000, -1000]],
    ['log1p', [-2, -1, -1e-9, 1e-9, 1e-4, 3e38, inf], [nan, -inf, -1e-9, 1e-9, Math.log1p(1e-4), Math.log(3e38), inf]],
    ['expm1', [-inf, -30, -1e-9, 1e-9, 88.5, 300], [-1, -1, -1e-9, 1e-9, Math.expm1(88.5), inf]],
    [
      'sinh',
      [-300, -89, -1e-9, 0, 1e-4, 89, inf],
      [-inf, Math.sinh(-89), -1e-9, 0, Math.sinh(1e-4), Math.sinh(89), inf],
    ],
    ['cosh', [-300, -89, 0, 1e-4, 89, inf], [inf, Math.cosh(89), 1, 1, Math.cosh(89), inf]],
    ['round', [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, inf], [-2, -2, -0, 0, 2, 2, inf]],
    ['sort', [3, nan, -inf, 1, inf], [-inf, 1, 3, inf, nan]],
    ['prod', [2, 0, inf], [nan]],
  ])('%s of %j', (op, x, y) => {
    expect(apart((ops[op] as (t: Tensor) => Tensor)(tensor(x)), y)).toBeLessThan(2e-7);
  });
  test('sums of many numbers keep their digits', () => {
    const x = tensor(new Float32Array(1_000_003).fill(0.1));
    expect(Math.abs(x.sum().item() / (1_000_003 * Math.fround(0.1)) - 1)).toBeLessThan(1e-5);
    expect(x.mean().item()).toBeCloseTo(0.1, 6);
  });
});

describe('numbers near 0 keep their digits', () => {
  test.each(['log1p', 'expm1', 'sinh'] as const)('%s', (op) => {
    const xs = [1e-30, 1e-8, -3e-7, 1e-5, 0.001, -0.01, 0.1, 0.3, -0.7].map(Math.fround);
    const y = ops[op](tensor(xs)).data();
    xs.forEach((x, i) => expect(Math.abs(y[i] / Math[op](x) - 1), String(x)).toBeLessThan(4e-7));
  });
});

test('rests have the sign of the divisor, and no quotient is rounded', () => {
  const [a, b] = [
    [5, -5, 5, -5, 0, 1e6, -1e-10, 16777215, 3],
    [3, 3, -3, -3, 3, 0.7, 1, 0.3, 0],
  ].map((list) => list.map(Math.fround));
  const expected = a.map((x, i) => (b[i] ? x - b[i] * Math.floor(x / b[i]) : Number.NaN));
  expect(apart(ops.mod(tensor(a), tensor(b)), expected)).toBeLessThan(1e-7);
  expect([...ops.mod(tensor([5, -5, 5, -5]), tensor([3, 3, -3, -3])).data()]).toEqual([2, 1, -1, -2]);
});

describe('order', () => {
  test('of equal elements the first comes first, and its indices have no gradient', () => {
    const x = tensor([
      [2, 7, 7, 1],
      [4, 4, 4, 4],
    ]);
    const { values: top, indices } = ops.topK(x, 3);
    const [dx] = gradient(ops.add(top, ops.mul(indices, 5)), [x], tensor([1, 2, 3, 4, 5, 6], [2, 3]));
    expect([top.toArray(), indices.toArray()]).toEqual([
      [
        [7, 7, 2],
        [4, 4, 4],
      ],
      [
        [1, 2, 0],
        [0, 1, 2],
      ],
    ]);
    expect(dx.toArray()).toEqual([
      [3, 1, 2, 0],
      [4, 5, 6, 0],
    ]);
    expect(ops.argmin(x).toArray()).toEqual([3, 0]);
    expect(ops.argmin(tensor([1, Number.NaN, 0])).item()).toBe(1);
  });
  test('of many, as the host sorts them', () => {
    const xs = Float32Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 4001) - 2000);
    expect(ops.sort(tensor(xs)).data()).toEqual(xs.slice().sort());
    const columns = tensor(xs, [1, 1000, 5]);
    const truth = Array.from({ length: 5 }, (_, c) => xs.filter((__, i) => i % 5 === c).sort());
    expect(ops.sort(columns, 1).data()).toEqual(xs.map((_, i) => truth[i % 5][Math.floor(i / 5)]));
  });
  test('running sums of many numbers keep their digits', () => {
    const sums = ops.cumsum(ops.tile(tensor([0.1]), 100_000)).data();
    expect(Math.abs(sums[99_999] / (100_000 * Math.fround(0.1)) - 1)).toBeLessThan(1e-7);
  });
});

describe('einsum', () => {
  const [a, b] = [tensor(values(12), [3, 4]), tensor(values(12, 2), [4, 3])];
  test.each<[string, Tensor[], () => Tensor]>([
    ['ij,jk->ik', [a, b], () => ops.matmul(a, b)],
    ['ij,jk', [a, b], () => ops.matmul(a, b)],
    ['ji', [a], () => ops.transpose(a)],
    ['ij->', [a], () => ops.sum(a)],
    ['ij->j', [a], () => ops.sum(a, 0)],
    ['ij,ji->', [a, b], () => ops.sum(ops.mul(a, ops.transpose(b)))],
    ['ij,ij->ij', [a, a], () => ops.square(a)],
    ['i,j->ij', [ops.sum(a, 1), ops.sum(a, 0)], () => ops.mul(ops.expandDims(ops.sum(a, 1), 1), ops.sum(a, 0))],
    ['ii', [ops.matmul(a, b)], () => ops.sum(ops.mul(ops.matmul(a, b), tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])))],
  ])('%s', (equation, xs, expected) => {
    const y = einsum(equation, ...xs);
    expect(y.shape).toEqual(expected().shape);
    expect(apart(y, [...expected().data()])).toBeLessThan(1e-6);
  });
});

test('parts of equal and of given sizes', () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
  expect(ops.split(x, 3, 1).map((part) => part.toArray())).toEqual([
    [[1], [4]],
    [[2], [5]],
    [[3], [6]],
  ]);
  expect(ops.split(x, [1, 1]).map((part) => part.toArray())).toEqual([[[1, 2, 3]], [[4, 5, 6]]]);
});
