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
  /** Where it is neither the output's nor [rows]. */
  targetShape?: number[];
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
/** Rows of probabilities that sum to 1; one is 0. */
const SHARES = [0.5, 0.25, 0.25, 0.1, 0, 0.9, 0.2, 0.3, 0.5];
const total = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const pinball = (q: number, e: number): number => Math.max(q * e, (q - 1) * e);
const focal =
  (gamma: number): Row['reference'] =>
  (o, labels, width) =>
    mean(
      rowsOf(o, width).map(
        (row, r) => -((1 - Math.exp(logProbabilities(row)[labels[r]])) ** gamma) * logProbabilities(row)[labels[r]],
      ),
    );
/** Over all rows, the hinge of the farthest of the class and the nearest of the others. */
const triplets =
  (margin: number): Row['reference'] =>
  (o, labels, width) => {
    const rows = rowsOf(o, width);
    const each = rows.flatMap((a, i) => {
      const to = (same: boolean): number[] =>
        rows.flatMap((b, k) =>
          (labels[i] === labels[k]) === same && i !== k ? [Math.hypot(...a.map((x, j) => x - b[j]))] : [],
        );
      const [near, far] = [to(true), to(false)];
      return near.length && far.length ? [Math.max(0, margin + Math.max(...near) - Math.min(...far))] : [];
    });
    return mean(each);
  };
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
  {
    name: 'kl',
    make: () => losses.kl(),
    reference: (o, t, width) =>
      total(o.map((_, i) => (t[i] ? t[i] * (Math.log(t[i]) - rowsOf(o, width).flatMap(logProbabilities)[i]) : 0))) / 3,
    shape: [3, 3],
    target: SHARES,
  },
  {
    name: 'cosineSimilarity',
    make: () => losses.cosineSimilarity(),
    reference: (o, t, width) => {
      const dot = (a: number[], b: number[]): number => total(a.map((x, i) => x * b[i]));
      const [rows, targets] = [rowsOf(o, width), rowsOf(t, width)];
      return mean(rows.map((a, r) => 1 - dot(a, targets[r]) / Math.hypot(...a) / Math.hypot(...targets[r])));
    },
    shape: [4, 3],
    target: values(12, 6),
  },
  {
    name: 'gaussianNll',
    make: () => losses.gaussianNll(),
    reference: (o, t) => mean(t.map((y, r) => 0.5 * (o[2 * r + 1] + (y - o[2 * r]) ** 2 / Math.exp(o[2 * r + 1])))),
    shape: [5, 2],
    target: values(5, 4),
    flat: true,
  },
  {
    name: 'gaussianNll',
    make: () => losses.gaussianNll(),
    reference: (o, t, width) =>
      mean(
        rowsOf(o, width).flatMap(([m0, m1, s0, s1], r) => [
          0.5 * (s0 + (t[2 * r] - m0) ** 2 / Math.exp(s0)),
          0.5 * (s1 + (t[2 * r + 1] - m1) ** 2 / Math.exp(s1)),
        ]),
      ),
    shape: [3, 4],
    target: values(6, 4),
    targetShape: [3, 2],
  },
  {
    name: 'poisson',
    make: () => losses.poisson(),
    reference: (o, t) => mean(o.map((x, i) => Math.exp(x) - t[i] * x)),
    shape: [5, 1],
    target: [0, 3, 1, 7, 2],
    flat: true,
  },
  {
    name: 'quantile',
    make: () => losses.quantile(0.3),
    reference: (o, t) => mean(o.map((x, i) => pinball(0.3, t[i] - x))),
    shape: [4, 3],
    target: values(12, 5),
  },
  {
    name: 'quantile',
    make: () => losses.quantile([0.1, 0.5, 0.9]),
    reference: (o, t, width) =>
      mean(rowsOf(o, width).flatMap((row, r) => row.map((x, k) => pinball([0.1, 0.5, 0.9][k], t[r] - x)))),
    shape: [5, 3],
    target: values(5, 6),
    flat: true,
  },
  { name: 'focal', make: () => losses.focal(), reference: focal(2), shape: [5, 4], target: LABELS, flat: true },
  {
    name: 'focal',
    make: () => losses.focal({ gamma: 0.5 }),
    reference: focal(0.5),
    shape: [5, 4],
    target: LABELS,
    flat: true,
  },
  {
    name: 'focal',
    make: () => losses.focal({ gamma: 3 }),
    reference: (o, t, width) =>
      total(
        o.map((_, i) => {
          const log = rowsOf(o, width).flatMap(logProbabilities)[i];
          return -t[i] * (1 - Math.exp(log)) ** 3 * log;
        }),
      ) / 3,
    shape: [3, 3],
    target: SHARES,
  },
  {
    name: 'triplet',
    make: () => losses.triplet(),
    reference: triplets(1),
    shape: [6, 3],
    target: [0, 1, 0, 5, 1, 0],
    flat: true,
  },
  {
    name: 'triplet',
    make: () => losses.triplet({ margin: 0.2 }),
    reference: triplets(0.2),
    shape: [7, 2],
    target: [0, 1, 0, 1, 1, 0, 0],
    flat: true,
  },
];

test('every loss has a row', () => {
  expect([...new Set(ROWS.map(({ name }) => name))].sort()).toEqual(Object.keys(losses).sort());
});

describe.each(ROWS.map((row, i) => [row.name, i, row] as const))('%s %i', (name, _, row) => {
  const [n, width] = row.shape;
  const data = values(n * width, 3).map((x) => Math.fround((row.domain ?? ((v) => v))(x)));
  const target = tensor(row.target, row.targetShape ?? (row.flat ? [n] : [n, width]));
  test('has the value and the gradient of float64', () => {
    const output = tensor(data, [n, width]);
    const loss = row.make()(output, target);
    const [slope] = gradient(loss, [output]);
    expect(loss.shape).toEqual([]);
    expect(apart(loss, [row.reference(data, row.target, width)])).toBeLessThan(1e-6);
    const truth = slopes((moved) => row.reference(moved, row.target, width), data);
    expect(apart(slope, truth)).toBeLessThan(1e-6);
  });
  test('has the weighted mean of its rows', () => {
    if (name === 'triplet') return; // Its rows are compared with one another.
    const weights = Array.from({ length: n }, (_, r) => (r % 3) * 0.5);
    const part = row.target.length / n;
    const each = weights.map((_, r) =>
      row.reference(data.slice(r * width, (r + 1) * width), row.target.slice(r * part, (r + 1) * part), width),
    );
    // References that divide by the number of all rows are means of theirs.
    const all = row.reference(data, row.target, width) / mean(each);
    if (row.make().config.options.classWeights) return;
    const truth = (all * total(each.map((x, r) => x * weights[r]))) / total(weights);
    expect(apart(row.make()(tensor(data, [n, width]), target, weights), [truth])).toBeLessThan(1e-6);
  });
  test('has its name and options', () => {
    expect(row.make().config.name).toBe(name);
  });
});

/** Steps [n, t] of rows with labels, or with values, are as many rows. */
test.each([
  ['crossEntropy', losses.crossEntropy({ classWeights: [1, 2, 3] }), [2, 0, 1, 1, 0, 2]],
  ['focal', losses.focal(), [2, 0, 1, 1, 0, 2]],
  ['kl', losses.kl(), undefined],
  ['cosineSimilarity', losses.cosineSimilarity(), undefined],
] as const)('steps of sequences are rows: %s', (_, loss, labels) => {
  const output = tensor(values(18), [2, 3, 3]);
  const target = labels ? tensor([...labels], [2, 3]) : output.softmax();
  const steps = loss(output.reshape([6, 3]), labels ? target.reshape([6]) : target.reshape([6, 3]));
  expect(loss(output, target).item()).toBeCloseTo(steps.item(), 6);
  const weights = [1, 2, 0, 3, 1, 1];
  const weighted = loss(output.reshape([6, 3]), labels ? target.reshape([6]) : target.reshape([6, 3]), weights);
  expect(loss(output, target, tensor(weights, [2, 3])).item()).toBeCloseTo(weighted.item(), 6);
  const [first, second] = [0, 1].map((i) => loss(output.slice(i, i + 1), target.slice(i, i + 1)).item());
  if (!loss.config.options.classWeights)
    expect(loss(output, target, [1, 3]).item()).toBeCloseTo((first + 3 * second) / 4, 6);
});

test('losses are finite where outputs are extreme', () => {
  const read = (loss: ConfiguredLoss, output: number[][], target: number[] | number[][]): number[] => {
    const x = tensor(output);
    const value = loss(x, tensor(target));
    return [value.item(), ...gradient(loss(x, tensor(target)), [x])[0].data()];
  };
  expect(read(losses.focal(), [[300, -300]], [1])).toEqual([600, 1, -1]);
  expect(read(losses.focal({ gamma: 0.5 }), [[300, -300]], [0]).every(Number.isFinite)).toBe(true);
  expect(read(losses.kl(), [[300, -300]], [[0, 1]])).toEqual([600, 1, -1]);
  expect(read(losses.cosineSimilarity(), [[0, 0]], [[1, 2]])[0]).toBe(1);
  expect(read(losses.gaussianNll(), [[1e20, 100]], [0])[0]).toBeCloseTo(1.86e-4 * 1 + 50 - 1.86e-4, 3);
  expect(
    read(
      losses.triplet(),
      [
        [0, 0],
        [0, 0],
        [3, 4],
      ],
      [1, 1, 2],
    ),
  ).toEqual([0, 0, 0, 0, 0, 0, 0]);
  // Without triplets there is no loss.
  expect(
    losses
      .triplet()(
        [
          [0, 0],
          [3, 4],
        ],
        [1, 2],
      )
      .item(),
  ).toBe(0);
});

test('triplets of many rows are those of their blocks', () => {
  const x = tensor(values(2 * 1300, 5), [1300, 2]);
  const labels = tensor(Array.from({ length: 1300 }, (_, i) => i % 3));
  const parts = [
    [0, 1024],
    [1024, 1300],
  ].map(([a, b]) => losses.triplet()(x.slice(a, b), labels.slice(a, b)).item());
  expect(losses.triplet()(x, labels).item()).toBeCloseTo((1024 * parts[0] + 276 * parts[1]) / 1300, 5);
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
    () => losses.quantile([0.5, 1]),
    OptionError,
    'quantile: q is [0.5, 1]; it must be a number between 0 and 1, or a list of them',
  ],
  [
    () => losses.quantile([0.1, 0.9])(tensor([[1], [2]]), tensor([1, 2])),
    ShapeError,
    'quantile: target [2] does not fit output [2, 1]; give outputs [n, 2] for targets [n]',
  ],
  [
    () => losses.gaussianNll()(tensor([[1], [2]]), tensor([1, 2])),
    ShapeError,
    'gaussianNll: target [2] does not fit output [2, 1]; give outputs [n, 2k], k means and then k log variances, and targets [n, k]',
  ],
  [
    () => losses.triplet()(tensor([[1, 2]]), tensor([1, 2])),
    ShapeError,
    'triplet: target [2] does not fit output [1, 2]; give embeddings [n, d] and labels [n]',
  ],
  [() => losses.kl()(tensor([1, 2]), tensor([1, 2])), ShapeError, 'kl: output is [2]; it must be logits [n, classes]'],
  [
    () => losses.cosineSimilarity()(tensor([1, 2]), tensor([1, 2])),
    ShapeError,
    'cosineSimilarity: output is [2]; it must be rows [n, d]',
  ],
  [
    () => losses.focal()(tensor([[1, 2]]), tensor([2])),
    ShapeError,
    'focal: label 2 in row 0 is not a whole number from 0 to 1',
  ],
  [
    () => losses.mse()(tensor([[1], [2]]), tensor([1, 2]), [1, 2, 3]),
    ShapeError,
    'mse: 3 weights for 2 rows; give one for each row',
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
