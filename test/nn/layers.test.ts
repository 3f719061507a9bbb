import { describe, expect, test } from 'vitest';
import * as exported from '../../src/nn/index.js';
import type { Part } from '../../src/nn/layer.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { valueAndGrad } from '../../src/differentiate/grad.js';
import { mse } from '../../src/losses/index.js';
import { adam } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import { l1 } from '../../src/regularize/index.js';
import { fillFreeMemory } from '../support/heap.js';
import '../../src/tensor/methods.js';

const nn: Record<string, unknown> = { ...exported };
const { sequential, dense, relu, dropout, batchNorm, flatten } = exported;

interface Row {
  name: string;
  make: () => Part;
  input: number[];
  output: number[];
  parameters?: Record<string, number[]>;
  /** The output in evaluation for one row of x. */
  row?: (x: readonly number[]) => number[];
  config: Record<string, unknown>;
  /** What else the configuration says, of a function that is the user's own. */
  own?: Record<string, unknown>;
}
const map = (f: (x: number) => number) => (x: readonly number[]) => x.map(f);
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const erf = (x: number) => {
  // Riemann's sum is enough for a test.
  const n = 4000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(-((((i + 0.5) * x) / n) ** 2));
  return (sum * x * 2) / (n * Math.sqrt(Math.PI));
};
const activation = (name: string, f: (x: number) => number): Row => ({
  name,
  make: () => (nn[name] as () => Part)(),
  input: [3],
  output: [3],
  row: map(f),
  config: {},
});

/** One row gives a layer all its tests. */
const LAYERS: Row[] = [
  {
    name: 'dense',
    make: () => dense(4, { activation: 'relu' }),
    input: [3],
    output: [4],
    parameters: { '0.weight': [3, 4], '0.bias': [4] },
    config: { units: 4, activation: 'relu' },
  },
  {
    name: 'batchNorm',
    make: () => batchNorm(),
    input: [3],
    output: [3],
    parameters: { '0.weight': [3], '0.bias': [3], '0.running_mean': [3], '0.running_var': [3] },
    row: map((x) => x / Math.sqrt(1 + 1e-5)),
    config: { momentum: 0.1, eps: 1e-5 },
  },
  {
    name: 'dropout',
    make: () => dropout({ keep: 0.5, scaling: 'test' }),
    input: [3],
    output: [3],
    row: map((x) => x / 2),
    config: { keep: 0.5, scaling: 'test' },
  },
  {
    name: 'layerNorm',
    make: () => exported.layerNorm(),
    input: [3],
    output: [3],
    parameters: { '0.weight': [3], '0.bias': [3] },
    row: (x) => {
      const mean = x.reduce((a, b) => a + b, 0) / x.length;
      const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
      return x.map((v) => (v - mean) / Math.sqrt(variance + 1e-5));
    },
    config: { eps: 1e-5 },
  },
  {
    name: 'conv2d',
    make: () => exported.conv2d(3, [3, 2], { padding: 'same', activation: 'tanh' }),
    input: [4, 3, 2],
    output: [4, 3, 3],
    parameters: { '0.weight': [3, 2, 2, 3], '0.bias': [3] },
    config: { filters: 3, kernel: [3, 2], padding: 'same', activation: 'tanh' },
  },
  {
    name: 'maxPool2d',
    make: () => exported.maxPool2d(2),
    input: [2, 2, 2],
    output: [1, 1, 2],
    row: (x) => [0, 1].map((c) => Math.max(...x.filter((_, i) => i % 2 === c))),
    config: { size: 2 },
  },
  {
    name: 'avgPool2d',
    make: () => exported.avgPool2d(2, { stride: 1 }),
    input: [2, 2, 2],
    output: [1, 1, 2],
    row: (x) => [0, 1].map((c) => x.filter((_, i) => i % 2 === c).reduce((a, b) => a + b, 0) / 4),
    config: { size: 2, stride: 1 },
  },
  {
    name: 'globalAvgPool2d',
    make: () => exported.globalAvgPool2d(),
    input: [2, 2, 2],
    output: [2],
    row: (x) => [0, 1].map((c) => x.filter((_, i) => i % 2 === c).reduce((a, b) => a + b, 0) / 4),
    config: {},
  },
  {
    name: 'conv1d',
    make: () => exported.conv1d(3, 2, { padding: 'same' }),
    input: [5, 2],
    output: [5, 3],
    parameters: { '0.weight': [2, 2, 3], '0.bias': [3] },
    config: { filters: 3, kernel: 2, padding: 'same' },
  },
  {
    name: 'convTranspose2d',
    make: () => exported.convTranspose2d(3, [2, 3], { stride: 2, padding: 'same', activation: 'tanh' }),
    input: [2, 3, 2],
    output: [4, 6, 3],
    parameters: { '0.weight': [2, 3, 3, 2], '0.bias': [3] },
    config: { filters: 3, kernel: [2, 3], stride: 2, padding: 'same', activation: 'tanh' },
  },
  {
    name: 'upsample2d',
    make: () => exported.upsample2d(2),
    input: [1, 2, 2],
    output: [2, 4, 2],
    row: (x) => [0, 1].flatMap(() => [0, 0, 1, 1].flatMap((i) => [x[2 * i], x[2 * i + 1]])),
    config: { factor: 2 },
  },
  {
    name: 'maxPool1d',
    make: () => exported.maxPool1d(2),
    input: [4, 1],
    output: [2, 1],
    row: (x) => [Math.max(x[0], x[1]), Math.max(x[2], x[3])],
    config: { size: 2 },
  },
  {
    name: 'avgPool1d',
    make: () => exported.avgPool1d(2),
    input: [4, 1],
    output: [2, 1],
    row: (x) => [(x[0] + x[1]) / 2, (x[2] + x[3]) / 2],
    config: { size: 2 },
  },
  {
    name: 'groupNorm',
    make: () => exported.groupNorm(2),
    input: [2, 4],
    output: [2, 4],
    parameters: { '0.weight': [4], '0.bias': [4] },
    row: (x) => {
      const members = (i: number) => x.filter((_, k) => Math.floor((k % 4) / 2) === Math.floor((i % 4) / 2));
      const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
      return x.map((v, i) => {
        const center = mean(members(i));
        return (v - center) / Math.sqrt(mean(members(i).map((m) => (m - center) ** 2)) + 1e-5);
      });
    },
    config: { groups: 2, eps: 1e-5 },
  },
  {
    name: 'rmsNorm',
    make: () => exported.rmsNorm(),
    input: [3],
    output: [3],
    parameters: { '0.weight': [3] },
    row: (x) => x.map((v) => v / Math.sqrt(x.reduce((a, b) => a + b * b, 0) / 3)),
    config: { eps: 2 ** -23 },
  },
  { name: 'flatten', make: () => flatten(), input: [2, 3], output: [6], row: map((x) => x), config: {} },
  { name: 'identity', make: () => exported.identity(), input: [2, 3], output: [2, 3], row: map((x) => x), config: {} },
  {
    name: 'globalAvgPool1d',
    make: () => exported.globalAvgPool1d(),
    input: [4, 2],
    output: [2],
    row: (x) => [0, 1].map((c) => x.filter((_, i) => i % 2 === c).reduce((a, b) => a + b, 0) / 4),
    config: {},
  },
  {
    name: 'globalMaxPool1d',
    make: () => exported.globalMaxPool1d(),
    input: [4, 2],
    output: [2],
    row: (x) => [0, 1].map((c) => Math.max(...x.filter((_, i) => i % 2 === c))),
    config: {},
  },
  {
    name: 'globalMaxPool2d',
    make: () => exported.globalMaxPool2d(),
    input: [2, 2, 2],
    output: [2],
    row: (x) => [0, 1].map((c) => Math.max(...x.filter((_, i) => i % 2 === c))),
    config: {},
  },
  {
    name: 'reshape',
    make: () => exported.reshape([3, -1]),
    input: [2, 3],
    output: [3, 2],
    row: map((x) => x),
    config: { shape: [3, -1] },
  },
  {
    name: 'permute',
    make: () => exported.permute([1, 0]),
    input: [2, 3],
    output: [3, 2],
    row: (x) => [0, 3, 1, 4, 2, 5].map((i) => x[i]),
    config: { axes: [1, 0] },
  },
  {
    name: 'repeat',
    make: () => exported.repeat(3),
    input: [2],
    output: [3, 2],
    row: (x) => [...x, ...x, ...x],
    config: { times: 3 },
  },
  {
    name: 'zeroPad2d',
    make: () =>
      exported.zeroPad2d([
        [0, 1],
        [2, 0],
      ]),
    input: [1, 2, 1],
    output: [2, 4, 1],
    row: (x) => [0, 0, ...x, 0, 0, 0, 0],
    config: {
      padding: [
        [0, 1],
        [2, 0],
      ],
    },
  },
  {
    name: 'crop2d',
    make: () => exported.crop2d([1, 0]),
    input: [4, 2, 1],
    output: [2, 2, 1],
    row: (x) => x.slice(2, 6),
    config: { cropping: [1, 0] },
  },
  {
    name: 'prelu',
    make: () => exported.prelu(),
    input: [2, 3],
    output: [2, 3],
    parameters: { '0.weight': [3] },
    row: map((x) => (x > 0 ? x : 0.25 * x)),
    config: {},
  },
  {
    name: 'lambda',
    make: () => exported.lambda((x) => x.mul(2)),
    input: [3],
    output: [3],
    row: map((x) => 2 * x),
    config: {},
    own: { own: 'function' },
  },
  {
    name: 'op',
    make: () => exported.op('sub', { operand: [3], first: true }),
    input: [3],
    output: [3],
    parameters: { '0.value': [3] },
    row: map((x) => -x),
    config: { operation: 'sub', operand: [3], first: true },
  },
  activation('hardSigmoid', (x) => Math.min(1, Math.max(0, x / 6 + 0.5))),
  activation('hardSwish', (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5))),
  activation('relu', (x) => Math.max(x, 0)),
  activation('tanh', Math.tanh),
  activation('sigmoid', logistic),
  activation('softplus', (x) => Math.log1p(Math.exp(x))),
  activation('silu', (x) => x * logistic(x)),
  activation('leakyRelu', (x) => (x > 0 ? x : 0.01 * x)),
  activation('elu', (x) => (x > 0 ? x : Math.expm1(x))),
  activation('selu', (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  activation('gelu', (x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  {
    name: 'softmax',
    make: () => exported.softmax(),
    input: [3],
    output: [3],
    row: (x) => x.map((v) => Math.exp(v) / x.reduce((sum, w) => sum + Math.exp(w), 0)),
    config: {},
  },
  {
    name: 'spatialDropout',
    make: () => exported.spatialDropout({ keep: 0.8 }),
    input: [2, 2, 3],
    output: [2, 2, 3],
    row: map((x) => x),
    config: { keep: 0.8, scaling: 'train' },
  },
  {
    name: 'gaussianDropout',
    make: () => exported.gaussianDropout({ keep: 0.8 }),
    input: [3],
    output: [3],
    row: map((x) => x),
    config: { keep: 0.8 },
  },
  {
    name: 'gaussianNoise',
    make: () => exported.gaussianNoise({ std: 0.3 }),
    input: [3],
    output: [3],
    row: map((x) => x),
    config: { std: 0.3 },
  },
  {
    name: 'activityPenalty',
    make: () => exported.activityPenalty(l1(0.1)),
    input: [3],
    output: [3],
    row: map((x) => x),
    config: { penalty: { name: 'l1', options: { lambda: 0.1 } } },
  },
  {
    name: 'rnn',
    make: () => exported.rnn(3),
    input: [4, 2],
    output: [3],
    parameters: { '0.weight': [2, 3], '0.recurrent': [3, 3], '0.bias': [3] },
    config: { units: 3 },
  },
  {
    name: 'gru',
    make: () => exported.gru(2, { returnSequences: true, reverse: true }),
    input: [3, 2],
    output: [3, 2],
    parameters: { '0.weight': [2, 6], '0.recurrent': [2, 6], '0.bias': [6], '0.recurrent_bias': [6] },
    config: { units: 2, returnSequences: true, reverse: true },
  },
  {
    name: 'lstm',
    make: () => exported.lstm(2, { bias: false }),
    input: [3, 3],
    output: [2],
    parameters: { '0.weight': [3, 8], '0.recurrent': [2, 8] },
    config: { units: 2, bias: false },
  },
  {
    name: 'bidirectional',
    make: () => exported.bidirectional(exported.rnn(2)),
    input: [3, 2],
    output: [4],
    parameters: {
      '0.forward.weight': [2, 2],
      '0.forward.recurrent': [2, 2],
      '0.forward.bias': [2],
      '0.backward.weight': [2, 2],
      '0.backward.recurrent': [2, 2],
      '0.backward.bias': [2],
    },
    config: { layer: { name: 'rnn', options: { units: 2 } } },
  },
  {
    name: 'attention',
    make: () => exported.attention({ heads: 2 }),
    input: [3, 4],
    output: [3, 4],
    parameters: Object.fromEntries(
      ['query', 'key', 'value', 'output'].flatMap((part) => [
        [`0.${part}.weight`, [4, 4]],
        [`0.${part}.bias`, [4]],
      ]),
    ),
    config: { heads: 2, causal: false, keep: 1 },
  },
  {
    name: 'positions',
    make: () => exported.positions({ length: 3, kind: 'sinusoidal' }),
    input: [3, 4],
    output: [3, 4],
    row: (x) => x.map((v, i) => v + [Math.sin, Math.cos][i % 2]((i >> 2) / 100 ** ((i % 4) >> 1))),
    config: { length: 3, kind: 'sinusoidal' },
  },
  {
    name: 'transformer',
    make: () => exported.transformer({ heads: 2, hidden: 5, causal: true }),
    input: [3, 2],
    output: [3, 2],
    parameters: {
      '0.ln1.weight': [2],
      '0.ln1.bias': [2],
      ...Object.fromEntries(
        ['query', 'key', 'value', 'output'].flatMap((part) => [
          [`0.attention.${part}.weight`, [2, 2]],
          [`0.attention.${part}.bias`, [2]],
        ]),
      ),
      '0.ln2.weight': [2],
      '0.ln2.bias': [2],
      '0.up.weight': [2, 5],
      '0.up.bias': [5],
      '0.down.weight': [5, 2],
      '0.down.bias': [2],
    },
    config: { heads: 2, hidden: 5, causal: true, keep: 1 },
  },
  {
    name: 'rematerialize',
    make: () => exported.rematerialize(dense(2, { activation: 'tanh' })),
    input: [3],
    output: [2],
    parameters: { '0.layer.weight': [3, 2], '0.layer.bias': [2] },
    config: { layer: { name: 'dense', options: { units: 2, activation: 'tanh' } } },
  },
];
/** Exports that are not layers. */
const MODELS = ['sequential', 'defineModel', 'multiTask', 'graph', 'upTo', 'frozen', 'parameters'];
/** Tested in graph.test.ts, because they take several inputs. */
const JOINS = ['add', 'average', 'concat', 'dot', 'maximum', 'multiply'];
/** Tested below, because its inputs are whole numbers. */
const INTEGERS = ['embedding'];

test('every layer has a row', () => {
  expect(Object.keys(nn).sort()).toEqual([...LAYERS.map(({ name }) => name), ...MODELS, ...JOINS, ...INTEGERS].sort());
});

const examples = (n: number, shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: n * size }, (_, i) => (((i + 1) * 37) % 23) / 6 - 1.9);
  return tensor(values, [n, ...shape]);
};

describe.each(LAYERS.map((row) => [row.name, row] as const))('%s', (name, row) => {
  const built = () => sequential([row.make()]).build(row.input, { seed: 1 });

  test('has the shapes, parameters and configuration that it says', () => {
    const model = built();
    expect(row.make().config).toEqual({ name, options: row.config, ...row.own });
    expect(model.predict(examples(5, row.input)).shape).toEqual([5, ...row.output]);
    const parameters = Object.fromEntries(model.parameters().map(({ name: path, shape }) => [path, shape]));
    expect(parameters).toEqual(row.parameters ?? {});
    expect(model.summary()).toContain({ rematerialize: 'dense', bidirectional: 'forward' }[name] ?? name);
  });
  if (row.row)
    test('computes what it says in evaluation', () => {
      const x = examples(4, row.input);
      const size = x.size / 4;
      const [given, y] = [x.data(), built().predict(x).data()];
      for (let i = 0; i < 4; i++) {
        const expected = row.row?.([...given.subarray(i * size, (i + 1) * size)]) as number[];
        expected.forEach((v, k) => expect(y[i * expected.length + k]).toBeCloseTo(v, 5));
      }
    });
  test('its gradients are those of finite differences', () => {
    const model = built();
    const x = examples(6, row.input);
    const loss = (t: Tensor) =>
      model(t, { training: name !== 'dropout' })
        .square()
        .sum();
    const { grads } = valueAndGrad(loss, { wrt: model })(x);
    for (const { name: path, get, set, trainable } of model.parameters().filter((p) => p.trainable)) {
      const values = get();
      const slope = grads[path].data();
      expect(trainable).toBe(true);
      values.forEach((v, i) => {
        const at = (delta: number) => {
          const moved = values.slice();
          moved[i] = v + delta;
          set(moved);
          return loss(x).item();
        };
        const numeric = (at(1e-2) - at(-1e-2)) / 2e-2;
        set(values);
        expect(Math.abs(slope[i] - numeric)).toBeLessThan(2e-2 * (1 + Math.abs(numeric)));
      });
    }
    const input = valueAndGrad(loss)(x);
    expect(input.grads.shape).toEqual(x.shape);
    expect(input.grads.data().every(Number.isFinite)).toBe(true);
  });
  test('learns behind a dense layer, whatever stood in its memory before', () => {
    const losses = [Number.NaN, 7].map((left) => {
      fillFreeMemory(left);
      const model = sequential([row.make(), flatten(), dense(1)]).build(row.input);
      const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: 0.05 }) });
      const [x, y] = [examples(8, row.input), examples(8, [1])];
      const found = Array.from({ length: 61 }, () => step(x, y));
      step.dispose();
      model.dispose();
      return found;
    });
    expect(losses[0][60]).toBeLessThan(losses[0][0]);
    expect(losses[1]).toEqual(losses[0]);
  });
});

test('a tanh network is what its layers say', () => {
  const model = sequential([dense(2, { bias: false }), relu()]).build([2]);
  model.parameters()[0].set([1, -1, 2, 1]);
  expect(model.predict([[1, 2]]).toArray()).toEqual([[5, 1]]);
});

test('an embedding gives rows of its table, and learns those that were used', () => {
  const model = sequential([exported.embedding(5, 3), flatten(), dense(1)]).build([2], { seed: 1 });
  const table = () => model.parameters()[0].get();
  const before = table();
  const x = tensor([
    [1, 3],
    [3, 4],
  ]);
  expect(
    exported
      .sequential([exported.embedding(4, 2)])
      .build([1])
      .parameters()[0].shape,
  ).toEqual([4, 2]);
  const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: 0.1 }) });
  const [first] = [step(x, tensor([[1], [2]]))];
  for (let i = 0; i < 30; i++) step(x, tensor([[1], [2]]));
  expect(step(x, tensor([[1], [2]]))).toBeLessThan(0.1 * first);
  const after = table();
  const moved = [0, 1, 2, 3, 4].filter((row) => [0, 1, 2].some((c) => after[3 * row + c] !== before[3 * row + c]));
  expect(moved).toEqual([1, 3, 4]);
});
test('padding mirrors the image where it is asked to', () => {
  const layer = exported.conv2d(1, 3, { padding: 'same', paddingMode: 'reflect', bias: false });
  const model = sequential([layer]).build([2, 2, 1]);
  model.parameters()[0].set(new Float32Array(9).fill(1));
  // 1 2 / 3 4 mirrored all around: each sum sees every pixel as often as its mirror images.
  expect(model.predict(tensor([1, 2, 3, 4], [1, 2, 2, 1])).data()).toEqual(Float32Array.of(27, 24, 21, 18));
});
