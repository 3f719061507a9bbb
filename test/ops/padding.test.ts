import { describe, expect, test } from 'vitest';
import { gradient } from '../../src/differentiate/gradient.js';
import { OptionError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { ones, tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { fillFreeMemory } from '../support/heap.js';
import { apart, values } from '../support/numeric.js';

const made = (seed: number, ...shape: number[]): Tensor =>
  tensor(
    values(
      shape.reduce((a, b) => a * b),
      seed,
    ),
    shape,
  );
type Pad = [[number, number], [number, number]];
const around = (x: Tensor, [rows, columns]: Pad, value = 0): Tensor =>
  ops.pad(x, [[0, 0], rows, columns, [0, 0]], { value });

/** Values and gradients of two forms of one function. */
function alike(xs: Tensor[], f: (...xs: Tensor[]) => Tensor, g: (...xs: Tensor[]) => Tensor): void {
  const [y, z] = [f(...xs), g(...xs)];
  expect(y.shape).toEqual(z.shape);
  const weights = tensor(values(y.size, 9), y.shape);
  const [dy, dz] = [gradient(y, xs, weights), gradient(z, xs, weights)];
  fillFreeMemory(Number.NaN);
  expect(apart(y, [...z.data()])).toBeLessThan(2e-6);
  dy.forEach((d, i) => expect(apart(d, [...dz[i].data()]), `gradient ${i}`).toBeLessThan(5e-6));
}

const PADS: Pad[] = [
  [
    [0, 1],
    [2, 0],
  ],
  [
    [3, 0],
    [0, 2],
  ],
  [
    [1, 2],
    [0, 0],
  ],
];
describe.each(PADS)('padding of each side: %j %j', (...padding) => {
  test.each([
    [{}, [3, 2, 4, 6]],
    [{ stride: [2, 1] as const, dilation: [1, 2] as const }, [2, 2, 4, 3]],
    [{ groups: 2, stride: 2 }, [3, 3, 2, 6]],
    [{ groups: 4 }, [3, 2, 1, 4]],
    [{}, [1, 1, 4, 3]],
  ])('conv2d %j with a kernel %j is one of the padded image', (options, kernel) => {
    alike(
      [made(1, 2, 5, 6, 4), made(2, ...kernel)],
      (x, w) => ops.conv2d(x, w, { ...options, padding }),
      (x, w) => ops.conv2d(around(x, padding), w, options),
    );
  });
  test('a transposed convolution is cut by it', () => {
    const [[top, bottom], [left, right]] = padding;
    alike(
      [made(1, 2, 4, 5, 3), made(2, 3, 3, 2, 3)],
      (x, w) => ops.convTranspose2d(x, w, { stride: 2, padding }),
      (x, w) => {
        const whole = ops.convTranspose2d(x, w, { stride: 2 });
        return ops.slice(whole, [0, top, left], [2, whole.shape[1] - bottom, whole.shape[2] - right]);
      },
    );
  });
  test.each([4, 6])('pools with a window of %i see the padded image', (size) => {
    if (!padding.flat().every((p) => 2 * p <= size)) return;
    alike(
      [made(1, 2, 7, 8, 5)],
      (x) => ops.avgPool2d(x, size, { stride: [2, 3], padding }),
      (x) => ops.avgPool2d(around(x, padding), size, { stride: [2, 3] }),
    );
    alike(
      [made(1, 2, 7, 8, 5)],
      (x) => ops.maxPool2d(x, size, { stride: [2, 3], padding }),
      (x) => ops.maxPool2d(around(x, padding, -1e9), size, { stride: [2, 3] }),
    );
  });
});

describe('one-dimensional padding', () => {
  test.each([
    ['causal', [4, 0], { dilation: 2 }],
    [[1, 3], [1, 3], { stride: 2 }],
  ] as const)('%j', (padding, sides, options) => {
    alike(
      [made(1, 2, 9, 2), made(2, 3, 2, 4)],
      (x, w) => ops.conv1d(x, w, { ...options, padding: padding as 'causal' }),
      (x, w) => ops.conv1d(ops.pad(x, [[0, 0], [...sides], [0, 0]]), w, options),
    );
  });
  test('a causal output depends on no later place', () => {
    const [x, w] = [made(1, 1, 6, 1), made(2, 3, 1, 1)];
    const y = ops.conv1d(x, w, { padding: 'causal' });
    expect(y.shape).toEqual([1, 6, 1]);
    const [dx] = gradient(y.slice([0, 2], [1, 3]).sum(), [x]);
    expect([...dx.data()].map(Boolean)).toEqual([true, true, true, false, false, false]);
  });
  test('of pools', () => {
    alike(
      [made(1, 2, 7, 3)],
      (x) => ops.avgPool1d(x, 4, { padding: [0, 2], stride: 3 }),
      (x) =>
        ops.avgPool1d(
          ops.pad(x, [
            [0, 0],
            [0, 2],
            [0, 0],
          ]),
          4,
          { stride: 3 },
        ),
    );
  });
});

describe('ceil', () => {
  /** PyTorch's `pooling_output_shape` and the loops of its pools, for a line. */
  const torch = (x: number[], size: number, stride: number, padding: number, counted: boolean) => {
    let count = Math.ceil((x.length + 2 * padding - size) / stride) + 1;
    if ((count - 1) * stride >= x.length + padding) count--;
    return Array.from({ length: count }, (_, i) => {
      const begin = i * stride - padding;
      const area = Math.min(begin + size, x.length + padding) - begin;
      const seen = x.slice(Math.max(0, begin), begin + size);
      return [Math.max(...seen), seen.reduce((a, b) => a + b, 0) / (counted ? area : seen.length)];
    });
  };
  test.each([
    [7, 2, 2, 0],
    [7, 3, 3, 1],
    [8, 3, 2, 1],
    [5, 2, 3, 1],
    [10, 4, 3, 2],
    [6, 2, 2, 0],
  ])('a line of %i, window %i, stride %i, padding %i', (n, size, stride, padding) => {
    const x = values(n, 3);
    const t = tensor(x, [1, n, 1]);
    const options = { stride, padding, ceil: true };
    for (const countPadding of [true, false]) {
      const truth = torch(x, size, stride, padding, countPadding);
      expect(
        apart(
          ops.maxPool1d(t, size, options),
          truth.map(([most]) => most),
        ),
      ).toBeLessThan(1e-6);
      const average = ops.avgPool1d(t, size, { ...options, countPadding });
      const [dx] = gradient(average.sum(), [t]);
      expect(
        apart(
          average,
          truth.map(([, mean]) => mean),
        ),
      ).toBeLessThan(1e-6);
      // The gradient of a mean: each weight where a window sees the place, by its area.
      const bumped = x.map((_, k) => {
        const moved = torch(
          x.map((v, i) => v + Number(i === k)),
          size,
          stride,
          padding,
          countPadding,
        );
        return moved.reduce((sum, [, mean], i) => sum + mean - truth[i][1], 0);
      });
      expect(apart(dx, bumped)).toBeLessThan(1e-5);
    }
  });
  test('in both directions: corners have the area that is there', () => {
    const y = ops.avgPool2d(ones([1, 4, 4, 1]), 3, { stride: 2, padding: 1, ceil: true });
    const expected = [4 / 9, 6 / 9, 2 / 6, 6 / 9, 1, 3 / 6, 2 / 6, 3 / 6, 1 / 4];
    expect(apart(y, expected)).toBeLessThan(1e-6);
  });
});

test.each<[() => unknown, string]>([
  [
    () => ops.conv2d(ones([1, 3, 3, 1]), ones([1, 1, 1, 1]), { padding: [[1, 2], [3]] as never }),
    "conv2d: padding is [[1, 2], [3]]; it must be 'valid', 'same', a whole number from 0, [height, width] or [[above, below], [left, right]]",
  ],
  [
    () => ops.conv1d(ones([1, 3, 1]), ones([1, 1, 1]), { padding: 'caused' as never }),
    "conv1d: padding is 'caused'; it must be 'valid', 'same', 'causal', a whole number from 0 or [before, after]",
  ],
  [
    () => ops.maxPool1d(ones([1, 3, 1]), 2, { padding: 'causal' as never }),
    "maxPool1d: padding is 'causal'; it must be 'valid', 'same', a whole number from 0 or [before, after]",
  ],
  [
    () =>
      ops.maxPool2d(ones([1, 3, 3, 1]), 2, {
        padding: [
          [0, 2],
          [0, 0],
        ],
      }),
    'maxPool2d: padding [2, 0] is more than half of the window [2, 2]',
  ],
  [() => ops.maxPool2d(ones([1, 3, 3, 1]), 2, { ceil: 1 as never }), 'maxPool2d: ceil is 1; it must be true or false'],
])('refuses with a reason: %#', (attempt, text) => {
  expect(attempt).toThrow(new OptionError(text));
});
