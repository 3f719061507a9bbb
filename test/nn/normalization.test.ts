import { describe, expect, test } from 'vitest';
import { criticalPoint } from '../../src/diagnose/index.js';
import { fromMemory as dataset } from '../../src/data/fromMemory.js';
import { gradient } from '../../src/differentiate/gradient.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { mse } from '../../src/losses/index.js';
import type { Context, Layer } from '../../src/nn/layer.js';
import { batchNorm, dense, groupNorm, layerNorm, rmsNorm, sequential, tanh } from '../../src/nn/index.js';
import { normalizedColumns } from '../../src/nn/normalized.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { apart, values } from '../support/numeric.js';
import '../../src/tensor/methods.js';

const EPS = 1e-5;
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const context: Context = {
  inputs: [],
  training: true,
  noisy: false,
  update: () => undefined,
  draw: () => expect.unreachable(),
  penalize: () => undefined,
};

interface Kind {
  name: string;
  layer: (groups: number) => Layer;
  centered: boolean;
  /** The shape in which the axes `over` are normalized together. */
  seen: (shape: readonly number[], groups: number) => { shape: number[]; over: number[] };
  shapes: { shape: number[]; groups?: number }[];
}
const all = (...shapes: number[][]) => shapes.map((shape) => ({ shape }));
const last = (shape: readonly number[]) => ({ shape: [...shape], over: [shape.length - 1] });
const KINDS: Kind[] = [
  {
    name: 'batchNorm',
    layer: () => batchNorm({ eps: EPS }),
    centered: true,
    seen: (shape) => ({ shape: [-1, shape[shape.length - 1]], over: [0] }),
    // A batch of two; odd features; one chunk of 128 rows, a row more, several; parts that end within a line.
    shapes: all(
      [2, 1],
      [2, 3],
      [3, 4],
      [3, 1],
      [5, 5],
      [4, 17],
      [128, 20],
      [129, 3],
      [300, 33],
      [3, 5, 7, 6],
      [9, 1037],
    ),
  },
  {
    name: 'groupNorm',
    layer: (groups) => groupNorm(groups, { eps: EPS }),
    centered: true,
    seen: ([n, ...rest], groups) => ({
      shape: [n, -1, groups, (rest.at(-1) as number) / groups],
      over: [1, 3],
    }),
    shapes: [
      { shape: [1, 6], groups: 2 },
      { shape: [3, 3], groups: 1 },
      { shape: [2, 3, 4], groups: 4 },
      { shape: [3, 3, 5], groups: 5 },
      { shape: [2, 5, 3, 6], groups: 2 },
      { shape: [2, 12, 13, 20], groups: 4 },
      { shape: [4, 9, 17], groups: 1 },
    ],
  },
  {
    name: 'layerNorm',
    layer: () => layerNorm({ eps: EPS }),
    centered: true,
    seen: last,
    shapes: all([1, 3], [3, 4], [2, 1], [5, 5], [4, 17], [130, 35], [3, 2, 300], [600, 4]),
  },
  {
    name: 'rmsNorm',
    layer: () => rmsNorm({ eps: EPS }),
    centered: false,
    seen: last,
    shapes: all([1, 1], [3, 4], [2, 3], [5, 5], [4, 17], [130, 35], [3, 2, 300], [600, 4]),
  },
];

/** The computation of the kernels, written with ops. */
function composed({ seen, centered, layer }: Kind, groups: number): (x: Tensor, w: Tensor, b: Tensor) => Tensor {
  return (x, w, b) => {
    const { shape, over } = seen(x.shape, groups);
    const t = ops.reshape(x, shape);
    const c = centered ? ops.sub(t, ops.mean(t, over, true)) : t;
    const normal = ops.div(c, ops.sqrt(ops.mean(ops.square(c), over, true).add(EPS)));
    const y = ops.mul(ops.reshape(normal, x.shape), w);
    return hasBias(layer(groups)) ? y.add(b) : y;
  };
}
const hasBias = (layer: Layer): boolean => layer.config.name !== 'rmsNorm';

const rows = KINDS.flatMap((kind) =>
  kind.shapes.map(({ shape, groups = 1 }) => ({
    title: `${kind.name} of [${shape}], ${groups} groups`,
    kind,
    shape,
    groups,
  })),
);
describe.each(rows)('$title', ({ kind, shape, groups }) => {
  const features = shape[shape.length - 1];
  const layer = kind.layer(groups);
  const made = () => {
    const x = tensor(values(sizeOf(shape), 3), shape);
    const w = tensor(values(features, 4), [features]);
    const b = tensor(values(features, 5), [features]);
    const y = (fused: boolean): Tensor =>
      fused ? layer.call(x, { weight: w, bias: b }, context) : composed(kind, groups)(x, w, b);
    return { xs: hasBias(layer) ? [x, w, b] : [x, w], y };
  };
  const parameters = {
    running_mean: tensor(values(features), [features]),
    running_var: tensor(values(features), [features]),
  };
  const call = layer.call.bind(layer);
  layer.call = (x, p, c) => call(x, { ...parameters, ...p }, c);

  test('gives what the composition of ops gives, and so do its gradients', () => {
    const { xs, y } = made();
    const seed = tensor(values(sizeOf(shape), 9), shape);
    const [mine, truth] = [gradient(y(true), xs, seed), gradient(y(false), xs, seed)];
    const scale = Math.max(1, ...truth[0].data().map(Math.abs));
    expect(apart(y(true), [...y(false).data()])).toBeLessThan(1e-5);
    mine.forEach((dx, i) => {
      expect(dx.shape).toEqual(xs[i].shape);
      expect(apart(dx, [...truth[i].data()]), `gradient ${i}`).toBeLessThan(2e-5 * scale);
    });
  });

  test('has the second gradients of the composition', () => {
    const second = (fused: boolean): Tensor[] => {
      const { xs, y } = made();
      const seed = tensor(values(sizeOf(shape), 9), shape);
      const first = gradient(ops.mul(y(fused), y(fused)), xs, seed);
      const along = first.map((dx, k) => ops.sum(ops.mul(dx, tensor(values(dx.size, 20 + k), dx.shape))));
      return gradient(
        along.reduce((a, b) => ops.add(a, b)),
        xs,
      );
    };
    const truth = second(false);
    second(true).forEach((d, i) => {
      const whole = [...truth[i].data()];
      const scale = Math.max(1, ...whole.map(Math.abs));
      expect(apart(d, whole), `second gradient ${i}`).toBeLessThan(1e-4 * scale);
    });
  });
});

test('inputs that are reshapes have second gradients, too', () => {
  const flat = tensor(values(12, 3));
  const columns = { blocks: 1, length: 4, features: 3, width: 1, eps: 0.05 };
  const [one, none] = [tensor([1, 1, 1]), tensor([0, 0, 0])];
  const composed = (x: Tensor): Tensor => {
    const centered = ops.sub(x, ops.mean(x, 0, true));
    return ops.div(centered, ops.sqrt(ops.add(ops.mean(ops.square(centered), 0, true), 0.05)));
  };
  const second = (normalize: (x: Tensor) => Tensor): Tensor => {
    const x = ops.reshape(flat, [4, 3]);
    const weights = tensor(values(12, 5), [4, 3]);
    const [dx] = gradient(ops.sum(ops.mul(normalize(x), weights)), [x]);
    return gradient(ops.sum(ops.mul(dx, tensor(values(12, 8), [4, 3]))), [x])[0];
  };
  const mine = second((x) => normalizedColumns(x, one, none, columns).y);
  expect(apart(mine, [...second(composed).data()])).toBeLessThan(1e-5);
});

describe('numbers that tempt rounding', () => {
  const [n, features] = [600, 5];
  /** Noise with a standard deviation around a level, as float32. */
  const noisy = (level: number, deviation: number, size: number): number[] =>
    values(size, 7).map((v, i) => Math.fround(level + deviation * (v + 0.3 * Math.sin(i))));
  const ones = (size: number): Tensor => tensor(new Array<number>(size).fill(1));
  const zeros = (size: number): Tensor => tensor(new Array<number>(size).fill(0));
  const moments = (x: readonly number[]) => {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    return { mean, variance: x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length };
  };

  test('batchNorm keeps statistics of large levels to float32’s precision', () => {
    const x = noisy(1e3, 1e-2, n * features);
    const updates: Record<string, Tensor> = {};
    const p = {
      weight: ones(features),
      bias: zeros(features),
      running_mean: zeros(features),
      running_var: zeros(features),
    };
    const y = batchNorm({ momentum: 1, eps: 1e-12 }).call(tensor(x, [n, features]), p, {
      ...context,
      update: (name, value) => {
        updates[name] = value;
      },
    });
    const columns = Array.from({ length: features }, (_, c) => moments(x.filter((_, i) => i % features === c)));
    const [means, variances] = [updates.running_mean.data(), updates.running_var.data()];
    columns.forEach(({ mean, variance }, c) => {
      expect(Math.abs(means[c] - mean)).toBeLessThan(6.2e-5);
      expect(Math.abs(variances[c] / ((variance * n) / (n - 1)) - 1)).toBeLessThan(1e-4);
    });
    // The mean itself is rounded to 6e-5, which is a hundredth of the deviation.
    const truth = x.map((v, i) => (v - columns[i % features].mean) / Math.sqrt(columns[i % features].variance));
    expect(apart(y, truth)).toBeLessThan(1e-2);
  });

  test('a first line far from all others costs no precision', () => {
    const x = noisy(0, 1, n * features).map((v, i) => (i < features ? 1e3 : v));
    const p = {
      weight: ones(features),
      bias: zeros(features),
      running_mean: zeros(features),
      running_var: zeros(features),
    };
    const y = batchNorm().call(tensor(x, [n, features]), p, context);
    const columns = Array.from({ length: features }, (_, c) => moments(x.filter((_, i) => i % features === c)));
    const truth = x.map((v, i) => (v - columns[i % features].mean) / Math.sqrt(columns[i % features].variance + 1e-5));
    expect(apart(y, truth)).toBeLessThan(1e-5);
  });

  test('layerNorm of a large level', () => {
    const x = noisy(1e3, 1e-2, 300);
    const { mean, variance } = moments(x);
    const y = layerNorm({ eps: 1e-12 }).call(tensor(x, [1, 300]), { weight: ones(300), bias: zeros(300) }, context);
    expect(
      apart(
        y,
        x.map((v) => (v - mean) / Math.sqrt(variance)),
      ),
    ).toBeLessThan(1e-2);
  });

  test.each([
    ['batchNorm', batchNorm()],
    ['groupNorm', groupNorm(1)],
    ['layerNorm', layerNorm()],
  ])('%s of equal numbers is its bias, exactly, with gradients that are finite', (_, layer) => {
    const x = tensor(new Array<number>(20).fill(0.1), [4, 5]);
    const bias = tensor(values(5));
    const y = layer.call(x, { weight: ones(5), bias, running_mean: zeros(5), running_var: ones(5) }, context);
    const [dx] = gradient(y, [x], tensor(values(20), [4, 5]));
    expect([...y.data()]).toEqual([...Array.from({ length: 4 }, () => [...bias.data()]).flat()]);
    expect(dx.data().every(Number.isFinite)).toBe(true);
  });
});

test('a model with normalizations has Hessian-vector products', () => {
  const model = sequential([dense(4), batchNorm(), tanh(), dense(4), layerNorm(), dense(1)]).build([3]);
  const data = dataset({ x: tensor(values(60), [20, 3]), y: tensor(values(20, 2), [20, 1]), classes: false });
  const { eigenvalues } = criticalPoint(model, data, { loss: mse() });
  expect(eigenvalues.every(Number.isFinite)).toBe(true);
});
