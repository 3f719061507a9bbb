import { describe, expect, test } from 'vitest';
import { gradient } from '../../src/differentiate/gradient.js';
import { OptionError, ShapeError } from '../../src/errors.js';
import * as losses from '../../src/losses/index.js';
import type { ConfiguredLoss } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { apart, slopes, values } from '../support/numeric.js';

interface Row {
  name: string;
  make: () => ConfiguredLoss;
  /** The value for outputs [rows, width] and targets as given. */
  reference: (output: readonly number[], target: readonly number[], width: number) => number;
  shape: [number, number];
  target: number[];
  /** Labels and single numbers are [rows]. */
  flat?: boolean;
  domain?: (x: number) => number;
}
const rowsOf = (x: readonly number[], width: number): number[][] =>
  Array.from({ length: x.length / width }, (_, r) => x.slice(r * width, (r + 1) * width));
const logProbabilities = (row: readonly number[]): number[] => {
  const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
  return row.map((x) => x - total);
};
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** −Σ t log p over rows, for targets as a function of label and class. */
const entropy =
  (
    t: (label: number, k: number, width: number) => number,
    weight: (label: number) => number = () => 1,
  ): Row['reference'] =>
  (output, labels, width) => {
    const each = rowsOf(output, width).map(
      (row, r) => weight(labels[r]) * -logProbabilities(row).reduce((sum, l, k) => sum + t(labels[r], k, width) * l, 0),
    );
    return each.reduce((a, b) => a + b, 0) / labels.reduce((sum, label) => sum + weight(label), 0);
  };
const LABELS = [2, 0, 1, 3, 3];
const smoothBinary = (t: number, e: number): number => t * (1 - e) + (1 - t) * e;

/** One row gives a loss its tests: the value against float64, the gradient against finite differences. */
const ROWS: Row[] = [
  {
    name: 'mse',
    make: losses.mse,
    reference: (o, t) => mean(o.map((x, i) => (x - t[i]) ** 2)),
    shape: [4, 3],
    target: values(12, 5),
  },
  {
    name: 'mse',
    make: losses.mse,
    reference: (o, t) => mean(o.map((x, i) => (x - t[i]) ** 2)),
    shape: [5, 1],
    target: values(5, 5),
    flat: true,
  },
  {
    name: 'mae',
    make: losses.mae,
    reference: (o, t) => mean(o.map((x, i) => Math.abs(x - t[i]))),
    shape: [4, 3],
    target: values(12, 6),
  },
  {
    name: 'crossEntropy',
    make: () => losses.crossEntropy(),
    reference: entropy((label, k) => Number(k === label)),
    shape: [5, 4],
    target: LABELS,
    flat: true,
  },
  {
    name: 'crossEntropy',
    make: () => losses.crossEntropy({ labelSmoothing: 0.2 }),
    reference: entropy((label, k, n) => (k === label ? 0.8 : 0.2 / (n - 1))),
    shape: [5, 4],
    target: LABELS,
    flat: true,
  },
  {
    name: 'crossEntropy',
    make: () => losses.crossEntropy({ labelSmoothing: 0.2, smoothing: 'uniform' }),
    reference: entropy((label, k, n) => (k === label ? 0.8 : 0) + 0.2 / n),
    shape: [5, 4],
    target: LABELS,
    flat: true,
  },
  {
    name: 'crossEntropy',
    make: () => losses.crossEntropy({ classWeights: [1, 2, 3, 4] }),
    reference: entropy(
      (label, k) => Number(k === label),
      (label) => label + 1,
    ),
    shape: [5, 4],
    target: LABELS,
    flat: true,
  },
  {
    name: 'crossEntropy',
    make: () => losses.crossEntropy({ from: 'probabilities' }),
    reference: (o, t, width) => mean(rowsOf(o, width).map((row, r) => -Math.log(row[t[r]]))),
    shape: [5, 4],
    target: LABELS,
    flat: true,
    domain: (x) => 0.5 + 0.4 * x,
  },
  {
    name: 'crossEntropy',
    make: () => losses.crossEntropy(),
    reference: (o, t, width) =>
      mean(
        rowsOf(o, width).map((row, r) => -logProbabilities(row).reduce((sum, l, k) => sum + t[r * width + k] * l, 0)),
      ),
    shape: [2, 3],
    target: [0.5, 0.25, 0.25, 0, 1, 0],
  },
  {
    name: 'binaryCrossEntropy',
    make: () => losses.binaryCrossEntropy(),
    reference: (o, t) => mean(o.map((x, i) => -t[i] * Math.log(logistic(x)) - (1 - t[i]) * Math.log(logistic(-x)))),
    shape: [4, 1],
    target: [0, 1, 1, 0],
    flat: true,
  },
  {
    name: 'binaryCrossEntropy',
    make: () => losses.binaryCrossEntropy({ from: 'probabilities', labelSmoothing: 0.1 }),
    reference: (o, t) =>
      mean(o.map((p, i) => -smoothBinary(t[i], 0.1) * Math.log(p) - (1 - smoothBinary(t[i], 0.1)) * Math.log(1 - p))),
    shape: [4, 1],
    target: [0, 1, 1, 0],
    domain: (x) => 0.5 + 0.4 * x,
  },
  {
    name: 'huber',
    make: () => losses.huber({ delta: 0.7 }),
    reference: (o, t) =>
      mean(o.map((x, i) => (Math.abs(x - t[i]) <= 0.7 ? 0.5 * (x - t[i]) ** 2 : 0.7 * (Math.abs(x - t[i]) - 0.35)))),
    shape: [3, 2],
    target: [0.1, -2, 0.3, 1.4, 0, -0.2],
  },
  {
    name: 'hinge',
    make: () => losses.hinge(),
    reference: (o, t) => mean(o.map((x, i) => Math.max(0, 1 - t[i] * x))),
    shape: [4, 1],
    target: [1, -1, -1, 1],
    flat: true,
  },
];

test('every loss has a row', () => {
  expect([...new Set(ROWS.map(({ name }) => name))].sort()).toEqual(Object.keys(losses).sort());
});

describe.each(ROWS.map((row, i) => [row.name, i, row] as const))('%s %i', (name, _, row) => {
  const [n, width] = row.shape;
  const data = values(n * width, 3).map((x) => Math.fround((row.domain ?? ((v) => v))(x)));
  const target = tensor(row.target, row.flat ? [n] : [n, width]);
  test('has the value and the gradient of float64', () => {
    const output = tensor(data, [n, width]);
    const loss = row.make()(output, target);
    const [slope] = gradient(loss, [output]);
    expect(loss.shape).toEqual([]);
    expect(apart(loss, [row.reference(data, row.target, width)])).toBeLessThan(1e-6);
    const truth = slopes((moved) => row.reference(moved, row.target, width), data);
    expect(apart(slope, truth)).toBeLessThan(1e-6);
  });
  test('has its name and options', () => {
    expect(row.make().config.name).toBe(name);
  });
});

test('huge logits do not overflow', () => {
  expect(
    losses
      .crossEntropy()(tensor([[1e4, -1e4]]), tensor([1]))
      .item(),
  ).toBe(20000);
  expect(
    losses
      .binaryCrossEntropy()(tensor([[-1e4]]), tensor([1]))
      .item(),
  ).toBe(10000);
});

test.each<[() => unknown, new (m: string) => Error, string]>([
  [
    () => losses.crossEntropy({ labelSmoothing: 2 }),
    OptionError,
    'crossEntropy: labelSmoothing is 2; it must be a number from 0 to 1',
  ],
  [
    () => losses.crossEntropy({ smoothing: 'other' as never }),
    OptionError,
    "crossEntropy: smoothing is 'other'; it must be 'others' or 'uniform'; did you mean 'others'?",
  ],
  [
    () => losses.crossEntropy()(tensor([[1, 2]]), tensor([1, 0])),
    ShapeError,
    'crossEntropy: target [2] does not fit output [1, 2]; give labels [n], or rows [n, classes]',
  ],
  [
    () => losses.mse()(tensor([[1], [2]]), tensor([1, 2, 3])),
    ShapeError,
    'mse: output [2, 1] and target [3] must have equally many elements',
  ],
])('refuses with a reason: %#', (attempt, type, text) => {
  expect(attempt).toThrow(type);
  expect(attempt).toThrow(text);
});

describe('accuracy', () => {
  test.each([
    [
      [
        [0.1, 0.9],
        [0.8, 0.2],
        [0.3, 0.7],
      ],
      [1, 0, 0],
      2 / 3,
    ],
    [
      [
        [0.1, 0.9],
        [0.8, 0.2],
      ],
      [
        [0, 1],
        [0, 1],
      ],
      0.5,
    ],
    [[[-1], [2], [3]], [0, 1, 0], 2 / 3],
  ])('of %j for %j is %f', (output, target, share) => {
    expect(accuracy()(tensor(output), tensor(target)).item()).toBeCloseTo(share, 6);
  });
  test('of probabilities has its threshold at ½', () => {
    expect(accuracy({ threshold: 0.5 })(tensor([[0.4], [0.6]]), tensor([0, 1])).item()).toBe(1);
  });
});
