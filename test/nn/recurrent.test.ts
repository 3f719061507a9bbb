import { describe, expect, test } from 'vitest';
import { gradient } from '../../src/differentiate/gradient.js';
import { constant } from '../../src/graph/leaves.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { mse } from '../../src/losses/index.js';
import type { Context } from '../../src/nn/layer.js';
import * as nn from '../../src/nn/index.js';
import { callPart } from '../../src/nn/walk.js';
import { adam } from '../../src/optim/index.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import { type Numbers, recurrentLayers, tolerance } from '../fixtures/index.js';
import { apart, filled as fill } from '../support/numeric.js';
import '../../src/tensor/methods.js';

const { cases, trainings } = recurrentLayers();
const of = ({ data, shape }: Numbers): Tensor => constant(Float32Array.from(data), [...shape]);
const difference = (a: ArrayLike<number>, b: readonly number[]): number =>
  b.reduce((most, x, i) => Math.max(most, Math.abs(x - a[i])), 0);
const contextOf = (training: boolean, lengths?: Tensor): Context => ({
  training,
  noisy: training,
  lengths,
  inputs: [],
  update: () => undefined,
  draw: () => ({ draw: { key: [1, 2], stream: 3 }, step: tensor([0]) }),
  penalize: () => undefined,
});

// In training the kernels keep what the gradient needs; else it is computed again.
describe.each([true, false])('training: %s', (training) => {
  test.each(cases.map((c) => [`${c.layer} ${c.name}`, c] as const))('%s is as in PyTorch', (_, c) => {
    const layer = nn[c.layer](c.units, c.options);
    const given = { x: of(c.x), ...Object.fromEntries(Object.entries(c.params).map(([name, p]) => [name, of(p)])) };
    const { x, ...parameters } = given as Record<string, Tensor>;
    const y = layer.call(x, parameters, contextOf(training, c.lengths && tensor([...c.lengths])));
    const grads = gradient(y, Object.values(given), of(c.dout));
    expect(y.shape).toEqual(c.out.shape);
    expect(difference(y.data(), c.out.data)).toBeLessThan(tolerance(c.out.data, c.f32err.out));
    Object.keys(given).forEach((name, i) => {
      const { data, shape } = c.grads[name];
      expect(grads[i].shape).toEqual(shape);
      expect(difference(grads[i].data(), data), name).toBeLessThan(tolerance(data, c.f32err[name]));
    });
  });
});

type CellName = (typeof cases)[number]['layer'];
const CELLS: CellName[] = ['rnn', 'gru', 'lstm'];

/** A layer with its parameters, and the loss of numbers in its inputs and outputs. */
function problem(
  cell: CellName,
  [n, t, d, units]: readonly number[],
  options: nn.RecurrentOptions,
  lengths?: number[],
) {
  const layer = nn[cell](units, options);
  const x = fill([n, t, d], 1);
  const shapes = Object.entries(layer.parameters?.(x.shape) ?? {}).map(([name, { shape }]) => [name, shape] as const);
  const names = ['x', ...shapes.map(([name]) => name)];
  const inputs = [x, ...shapes.map(([, shape], i) => fill(shape, i + 2, 0.6 / Math.sqrt(units)))];
  const call = (training: boolean, ...given: Tensor[]): Tensor =>
    layer.call(
      given[0],
      Object.fromEntries(given.slice(1).map((p, i) => [names[i + 1], p])),
      contextOf(training, lengths && tensor(lengths)),
    );
  return { inputs, names, call };
}

/** Everything that a layer computes: outputs, gradients, and gradients of those. */
function all({ inputs, call }: ReturnType<typeof problem>, training: boolean): Tensor[] {
  const y = call(training, ...inputs);
  const grads = gradient(y, inputs, fill(y.shape, 7));
  const slope = grads.map((g, i) => ops.sum(ops.mul(g, fill(g.shape, i + 11)))).reduce((a, b) => ops.add(a, b));
  return [y, ...grads, ...gradient(slope, inputs)];
}

describe.each(CELLS)('%s', (cell) => {
  test.each<[string, readonly number[], nn.RecurrentOptions, number[]?]>([
    ['of one unit', [1, 3, 1, 1], {}],
    ['with masks', [5, 4, 3, 5], { recurrentKeep: 0.6, keep: 0.7 }],
    [
      'backwards, with masks, lengths and sequences',
      [6, 4, 2, 3],
      { recurrentKeep: 0.6, reverse: true, returnSequences: true },
      [4, 1, 2, 3, 4, 2],
    ],
    ['without biases', [2, 3, 2, 9], { bias: false, reverse: true }],
  ])('%s: the derivatives are those of its steps, the second too', (_, sizes, options, lengths) => {
    const one = problem(cell, sizes, options, lengths);
    const results = all(one, true);
    const again = all(one, false);
    // Masks are drawn in training alone.
    if (!options.recurrentKeep) again.forEach((t, i) => expect(t.toArray()).toEqual(results[i].toArray()));
    const weights = fill(results[0].shape, 7);
    const loss = (...given: Tensor[]): number => ops.sum(ops.mul(one.call(true, ...given), weights)).item();
    void loss;
    one.inputs.forEach((input, i) => {
      const moved = (by: number) => one.inputs.map((x, k) => (k === i ? ops.add(x, ops.mul(fill(x.shape, 5), by)) : x));
      const first = (loss(...moved(0.01)) - loss(...moved(-0.01))) / 0.02;
      const along = ops.sum(ops.mul(results[1 + i], fill(input.shape, 5))).item();
      expect(Math.abs(along - first), one.names[i]).toBeLessThan(3e-3 * (1 + Math.abs(first)));
      const slope = (by: number): number => {
        const inputs = moved(by);
        const y = one.call(true, ...inputs);
        return gradient(y, inputs, weights).reduce(
          (sum, g, k) => sum + ops.sum(ops.mul(g, fill(g.shape, k + 11))).item(),
          0,
        );
      };
      const second = (slope(0.01) - slope(-0.01)) / 0.02;
      const curved = ops.sum(ops.mul(results[1 + one.inputs.length + i], fill(input.shape, 5))).item();
      expect(Math.abs(curved - second), `${one.names[i]} twice`).toBeLessThan(1e-2 * (1 + Math.abs(second)));
    });
  });

  test('a padded row gives what it gives alone, to the bit', () => {
    for (const reverse of [false, true]) {
      const lengths = [3, 5, 1];
      const { inputs, call } = problem(cell, [3, 5, 2, 6], { returnSequences: true, reverse }, lengths);
      const whole = call(true, ...inputs).toArray() as number[][][];
      lengths.forEach((length, i) => {
        const alone = problem(cell, [1, length, 2, 6], { returnSequences: true, reverse });
        const row = ops.slice(inputs[0], [i, 0, 0], [i + 1, length, 2]);
        expect(whole[i].slice(0, length)).toEqual(
          (alone.call(true, row, ...inputs.slice(1)).toArray() as number[][][])[0],
        );
        expect(
          whole[i]
            .slice(length)
            .flat()
            .every((v) => v === 0),
        ).toBe(true);
      });
    }
  });

  test('many rows in blocks, and many units, are those of a few', () => {
    // More rows than a block has, with a last tile of two rows; and rows too wide for a full block.
    for (const [n, t, d, units] of [[70, 2, 3, 5], ...(cell === 'lstm' ? [[34, 2, 2, 600]] : [])]) {
      const { inputs, call } = problem(cell, [n, t, d, units], {});
      const last = ops.slice(inputs[0], [n - 1, 0, 0], [n, t, d]);
      const [y, one] = [call(true, ...inputs), call(false, last, ...inputs.slice(1))];
      const [dx] = gradient(y, inputs.slice(0, 1));
      const [alone] = gradient(one, [last]);
      expect([...y.data().subarray((n - 1) * units)]).toEqual([...one.data()]);
      expect([...dx.data().subarray((n - 1) * t * d)]).toEqual([...alone.data()]);
    }
  });
});

test('masks stay for all steps of a row, and scale what they retain', () => {
  const layer = nn.rnn(4, { keep: 0.5, returnSequences: true });
  const identity = tensor([
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ]);
  const x = ops.mul(ops.add(fill([20, 3, 4], 1), 3), 0.01);
  const y = layer.call(
    x,
    { weight: identity, recurrent: ops.mul(identity, 0), bias: tensor([0, 0, 0, 0]) },
    contextOf(true),
  );
  const kept = (y.toArray() as number[][][]).map((steps) => steps.map((step) => step.map((v) => v !== 0)));
  for (const [first, ...others] of kept) for (const step of others) expect(step).toEqual(first);
  const share = kept.flat(2).filter(Boolean).length / y.size;
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.7);
  const [ones] = x.data();
  expect([0, Math.tanh(2 * ones)].some((v) => Math.abs(v - y.data()[0]) < 1e-6)).toBe(true);
});

test.each(trainings.map((t) => [t.name, t] as const))('%s: 40 steps are those of PyTorch', (_, c) => {
  const [, t, d] = c.x.shape;
  const model = nn.sequential([nn[c.layers[0]](c.units), nn.dense(1)]).build([t, d]);
  for (const { name, set } of model.parameters()) set(c.initial[name].data);
  const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: c.lr }) });
  const rows = ({ data, shape: [, ...rest] }: Numbers, batch: readonly number[]): Tensor => {
    const size = rest.reduce((a, b) => a * b, 1);
    return tensor(
      batch.flatMap((i) => data.slice(i * size, (i + 1) * size)),
      [batch.length, ...rest],
    );
  };
  const losses = c.batches.map((batch) => step(rows(c.x, batch), rows(c.y, batch)));
  expect(difference(losses, c.loss)).toBeLessThan(tolerance(c.loss, c.loss_f32err));
  for (const { name, get } of model.parameters())
    expect(difference(get(), c.final[name].data), name).toBeLessThan(tolerance(c.final[name].data, c.final_f32err));
});

test('an LSTM begins with open forget gates and orthogonal state', () => {
  const [weight, recurrent, bias] = nn
    .sequential([nn.lstm(3)])
    .build([4, 2], { seed: 1 })
    .parameters();
  expect([...bias.get()]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  const rows = tensor(recurrent.get(), [3, 12]);
  expect(apart(ops.matmul(rows, rows, { transposeB: true }), [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-6);
  expect(Math.max(...weight.get())).toBeLessThan(Math.sqrt(6 / 14));
});

test('a call that knows lengths tells every layer', () => {
  const part = nn.sequential([nn.bidirectional(nn.gru(2, { returnSequences: true })), nn.lstm(2)]).build([5, 2]);
  const x = fill([2, 5, 2], 4);
  const called = (rows: Tensor, lengths?: number[]): number[][] =>
    callPart(part, rows, part.tensors(), {
      training: false,
      key: [0, 0],
      counter: () => tensor([0]),
      updates: new Map(),
      penalties: [],
      lengths: lengths && tensor(lengths),
    }).toArray() as number[][];
  expect(called(x, [3, 5])[0]).toEqual(called(ops.slice(x, [0, 0], [1, 3]))[0]);
  expect(called(x, [3, 5])[1]).toEqual(called(x)[1]);
});

test('two directions are two layers', () => {
  for (const returnSequences of [false, true]) {
    const make = { forward: nn.gru(2, { returnSequences }), backward: nn.gru(2, { returnSequences, reverse: true }) };
    const x = fill([3, 4, 2], 3);
    const whole = nn.sequential([nn.bidirectional(make.forward)]).build([4, 2], { seed: 2 });
    const alone = Object.entries(make).map(([name, layer]) => {
      const model = nn.sequential([layer]).build([4, 2]);
      for (const { name: path, set } of model.parameters()) set(whole.state()[path.replace('0.', `0.${name}.`)]);
      return model.predict(x);
    });
    expect(whole.predict(x).toArray()).toEqual(ops.concat(alone, -1).toArray());
    const merges = {
      sum: ops.add(alone[0], alone[1]),
      mul: ops.mul(alone[0], alone[1]),
      average: ops.mul(ops.add(alone[0], alone[1]), 0.5),
    };
    for (const [merge, expected] of Object.entries(merges)) {
      const model = nn
        .sequential([nn.bidirectional(make.forward, { merge: merge as 'sum' })])
        .build([4, 2], { state: whole.state() });
      expect(model.predict(x).toArray()).toEqual(expected.toArray());
    }
  }
});

test.each<[string, () => unknown, string]>([
  [
    'rows',
    () => nn.sequential([nn.lstm(2)]).build([3]),
    'lstm: x is [2, 3]; it must be sequences [n, t, features], such as one feature per step, [n, t, 1]',
  ],
  ['too many units', () => nn.rnn(8193), 'rnn: units is 8193; it must be a whole number from 1 to 8192'],
  [
    'a keep of 0',
    () => nn.gru(2, { recurrentKeep: 0 }),
    'gru: recurrentKeep is 0, which retains nothing; it is the probability of being retained, above 0',
  ],
  ['a dense layer', () => nn.bidirectional(nn.dense(2) as never), 'bidirectional: layer is'],
])('%s are refused', (_, call, message) => {
  expect(call).toThrow(message);
});
