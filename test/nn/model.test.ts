import { describe, expect, test } from 'vitest';
import { DataError, DisposedError, OptionError, ShapeError } from '../../src/errors.js';
import * as nn from '../../src/nn/index.js';
import { mse } from '../../src/losses/index.js';
import { sgd } from '../../src/optim/index.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';

const network = () => nn.sequential([nn.dense(3), nn.relu(), nn.dense(2)]);
const x = [
  [1, 2],
  [3, -1],
];

test('parameters come in the order of the layers, by path, with values that can be read and set', () => {
  const model = network().build([2]);
  expect(model.parameters().map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
    ['0.weight', [2, 3], true],
    ['0.bias', [3], true],
    ['2.weight', [3, 2], true],
    ['2.bias', [2], true],
  ]);
  const bias = model.parameters()[3];
  bias.set([5, 6]);
  expect([...bias.get()]).toEqual([5, 6]);
  bias.get()[0] = 9;
  expect([...bias.get()]).toEqual([5, 6]);
});

test('the seed decides the first weights', () => {
  const weights = (seed: number) => network().build([2], { seed }).state();
  expect(weights(1)).toEqual(weights(1));
  expect(weights(1)).not.toEqual(weights(2));
});

test('a model is a function, and predict is its evaluation, batch by batch', () => {
  const model = network().build([2]);
  const outputs = model(tensor(x), { training: false }).toArray();
  expect(model.predict(x).toArray()).toEqual(outputs);
  expect(model.predict(x, { batchSize: 1 }).toArray()).toEqual(outputs);
});

test('predict refuses a model that makes more or fewer rows', () => {
  const rows = (n: number) => Array.from({ length: n }, () => [1, 2]);
  const twice = nn.defineModel({ out: nn.dense(2) }, ({ out }, t) => out(t).reshape([-1, 1])).build([2]);
  expect(() => twice.predict(rows(3))).toThrow(
    new ShapeError(
      'predict: the model makes [6, 1] of inputs [3, 2]; its outputs must have one row for each row of inputs',
    ),
  );
  const mean = nn.defineModel({ out: nn.dense(2) }, ({ out }, t) => out(t).mean()).build([2]);
  expect(() => mean.predict(rows(1))).toThrow('predict: the model makes [] of inputs [1, 2]');
});

test('classify gives labels and probabilities', () => {
  const model = nn.sequential([nn.dense(2)]).build([2]);
  model.parameters()[0].set([1, 0, 0, 1]);
  const { labels, probabilities } = model.classify(x);
  expect(labels).toEqual(Int32Array.of(1, 0));
  const rows = probabilities.toArray() as number[][];
  rows.forEach(([a, b]) => expect(a + b).toBeCloseTo(1, 6));
  const one = nn.sequential([nn.dense(1)]).build([2]);
  one.parameters()[0].set([1, 0]);
  one.parameters()[1].set([-2]);
  expect([...one.classify(x).labels]).toEqual([0, 1]);
});
test('classify refuses outputs that give no probabilities', () => {
  const model = nn.sequential([nn.dense(2)]).build([2]);
  model.parameters()[0].set([1, 0, 0, 1]);
  const rows = (bad: number) => [...x, [0, bad], [bad, 1]];
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => model.classify(rows(bad))).toThrow(DataError);
    expect(() => model.classify(rows(bad))).toThrow('classify: the outputs of row 2 are [');
  }
  const one = nn.sequential([nn.dense(1)]).build([2]);
  expect(() =>
    one.classify([
      [1, 2],
      [Number.NaN, 1],
    ]),
  ).toThrow(
    'classify: the outputs of row 1 are [NaN], which give no probabilities; look for NaN or huge values in that row, or in the parameters',
  );
});

test('a clone is independent, a state comes back', () => {
  const model = network().build([2]);
  const copy = model.clone();
  expect(copy.state()).toEqual(model.state());
  copy.parameters()[0].set([1, 1, 1, 1, 1, 1]);
  expect(copy.state()).not.toEqual(model.state());
  const state = model.state();
  copy.load(state);
  expect(copy.state()).toEqual(state);
});

describe('build with a state', () => {
  const state = { '0.weight': Float32Array.of(1, 2, 3, 4, 5, 6), '2.bias': Float32Array.of(7, 8) };
  test('what it has begins so, the rest is drawn as ever', () => {
    const drawn = network().build([2], { seed: 3 }).state();
    expect(network().build([2], { seed: 3, state }).state()).toEqual({ ...drawn, ...state });
  });
  test.each<[string, object, string]>([
    ['an unknown name', { '0.wait': Float32Array.of(1) }, "no parameter '0.wait'; did you mean '0.weight'?"],
    ['too few numbers', { '0.weight': Float32Array.of(1) }, '0.weight: 1 numbers do not fill [2, 3], which has 6'],
  ])('%s leaves it unbuilt', (_, wrong, text) => {
    const model = network();
    const { used } = memoryInfo();
    expect(() => model.build([2], { state: wrong as typeof state })).toThrow(text);
    expect(memoryInfo().used).toBe(used);
    expect(model.build([2]).parameters().length).toBe(4);
  });
});

test('defineModel names its parameters after its children', () => {
  const model = nn.defineModel({ hidden: nn.dense(4), out: nn.dense(1) }, ({ hidden, out }, t) =>
    out(hidden(t).relu()).add(t.sum(1, true)),
  );
  model.build([2]);
  expect(model.parameters().map(({ name }) => name)).toEqual([
    'hidden.weight',
    'hidden.bias',
    'out.weight',
    'out.bias',
  ]);
  expect(model.predict(x).shape).toEqual([2, 1]);
});

test('models nest, and names follow', () => {
  const model = nn.sequential([nn.sequential([nn.dense(4), nn.relu()]), nn.dense(2)]).build([2]);
  expect(model.parameters().map(({ name }) => name)).toEqual(['0.0.weight', '0.0.bias', '1.weight', '1.bias']);
});

test('dispose returns the memory and refuses further use', () => {
  const before = memoryInfo().models;
  const model = network().build([2]);
  model.predict(x);
  expect(memoryInfo().models).toBeGreaterThan(before);
  model.dispose();
  expect(memoryInfo().models).toBe(before);
  expect(() => model.predict(x)).toThrow(DisposedError);
  model.dispose();
});

describe('what is refused', () => {
  test.each<[string, () => unknown, new (m: string) => Error, string]>([
    [
      'a layer that was not called',
      () => nn.sequential([nn.relu as never]),
      OptionError,
      'sequential: item 0 is not a layer but the factory relu itself; give what nn.relu(…) makes, or a function',
    ],
    [
      'no layers',
      () => nn.sequential([]),
      OptionError,
      'sequential: the list is []; it must be a list of at least one layer, such as [nn.dense(10)]',
    ],
    [
      'no parameters yet',
      () => network().parameters(),
      ShapeError,
      'the model has no parameters yet; call build(shape)',
    ],
    [
      'a second build',
      () => network().build([2]).build([2]),
      OptionError,
      'build: this model has its parameters already',
    ],
    [
      'other examples',
      () =>
        network()
          .build([2])
          .predict([[1, 2, 3]]),
      ShapeError,
      'the model was built for examples of [2], but these are [3]',
    ],
    [
      'one example',
      () => network().predict([1, 2] as never),
      Error,
      'give rows [n, …]: a single example is one row, [[…]]',
    ],
    ['no units', () => nn.dense(0), OptionError, 'dense: units is 0; it must be a whole number from 1'],
    [
      'a misspelt activation',
      () => nn.dense(1, { activation: 'rleu' as never }),
      OptionError,
      "dense: activation 'rleu' is unknown; did you mean 'relu'?",
    ],
    [
      'a misspelt option',
      () => nn.dropout({ kep: 0.5 } as never),
      OptionError,
      "dropout: unknown option 'kep'; did you mean 'keep'?",
    ],
    ['keep 0', () => nn.dropout({ keep: 0 }), OptionError, 'dropout: keep is 0, which retains no unit'],
    [
      'a state with a gap',
      () => network().build([2]).load({}),
      OptionError,
      'load: the state lacks 0.weight, 0.bias, 2.weight, 2.bias',
    ],
  ])('%s', (_, attempt, type, text) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(text);
  });
});

test('the summary tells the memory of a step, which grows with the batch as the step’s own', () => {
  const model = nn.sequential([nn.dense(64), nn.tanh(), nn.dense(32), nn.tanh(), nn.dense(1)]).build([16]);
  const told = (batchSize: number): number =>
    Number(/([\d.]+) KB for what layers pass/.exec(model.summary({ batchSize }))?.[1]) * 1024;
  const made = (batchSize: number): number => {
    const before = memoryInfo().used;
    const step = trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) });
    step(zeros([batchSize, 16]), zeros([batchSize, 1]));
    const bytes = memoryInfo().used - before;
    step.dispose();
    return bytes;
  };
  for (const batchSize of [32, 256, 1024]) {
    const gradient = 4 * (16 * 64 + 64 + 64 * 32 + 32 + 32 + 16);
    const own = made(batchSize) - gradient;
    expect(Math.abs(told(batchSize) / own - 1)).toBeLessThan(0.1);
  }
  expect(told(1024) / told(256)).toBeGreaterThan(3.5);
  expect(() => model.summary({ batchSize: 0 })).toThrow('summary: batchSize is 0');
});
