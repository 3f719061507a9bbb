import { describe, expect, it, test } from 'vitest';
import * as r from '../../src/index.js';
import { streams, tolerance } from '../fixtures/index.js';

const { nn } = r;
const cut = (rows: readonly number[][][], from: number, to: number): number[][][] =>
  rows.map((row) => row.slice(from, to));
const close = (found: ArrayLike<number>, expected: ArrayLike<number>, most: number): void => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(most);
};

describe.each(streams().carried)(
  'windows of a stream, read by $cell',
  ({ cell, window, x, y, start, numbers, err }) => {
    const steps = x[0].length;
    const windows = Array.from({ length: steps / window }, (_, i) => [i * window, (i + 1) * window] as const);
    const built = (): r.Model =>
      nn
        .sequential([nn[cell](4, { returnSequences: true }), nn.dense(2)])
        .build([window, 2])
        .load(Object.fromEntries(Object.entries(start).map(([name, { data }]) => [name, Float32Array.from(data)])));
    const tolerated = (name: string): number => tolerance(numbers[name].data, err[name]);

    it('have the outputs of the whole stream, whatever their lengths', () => {
      const read = r.carried(built());
      for (const bounds of [windows, [[0, 1] as const, [1, 8] as const, [8, 12] as const]]) {
        read.reset();
        const outputs = bounds.map(([from, to]) => read(cut(x, from, to)));
        close(r.concat(outputs, 1).data(), numbers.outputs.data, tolerated('outputs'));
      }
      read.dispose();
    });
    it('train as in PyTorch with states that are detached', () => {
      const model = built();
      const step = r.trainStep(model, { loss: r.mse(), optimizer: r.sgd({ learningRate: 0.3 }), carry: true });
      const losses = [0, 1].flatMap(() => {
        step.reset();
        return windows.map(([from, to]) => step(cut(x, from, to), cut(y, from, to)));
      });
      close(losses, numbers.losses.data, tolerated('losses'));
      for (const [name, values] of Object.entries(model.state()))
        close(values, numbers[`final ${name}`].data, tolerated(`final ${name}`));
    });
  },
);

const draw = r.randomGenerator(3);
const twice = (x: r.nn.GraphNode): r.nn.GraphNode => {
  const layer = nn.gru(3, { returnSequences: true });
  return layer(layer(x));
};
const LAYERS: Readonly<Record<string, () => r.nn.LayerLike[]>> = {
  'a layer that is called twice': () => [nn.graph([9, 3], twice), nn.dense(2)],
  'layers that are stacked': () => [
    nn.lstm(3, { returnSequences: true }),
    nn.gru(4, { returnSequences: true }),
    nn.dense(2),
  ],
  'a layer that is computed twice': () => [nn.rematerialize(nn.gru(4, { returnSequences: true })), nn.dense(2)],
  'the last state alone': () => [nn.lstm(4), nn.dense(2)],
};
describe.each(Object.entries(LAYERS))('%s', (name, layers) => {
  const x = draw.normal([2, 9, 3]);
  const piece = (from: number, to: number): r.Tensor => x.slice([0, from], [2, to]);
  it('go on where they ended', () => {
    const model = nn.sequential(layers()).build([9, 3], { seed: 1 });
    const read = r.carried(model);
    const [first, second] = [read(piece(0, 4)), read(piece(4, 9))];
    const whole = model.predict(x);
    const found = name === 'the last state alone' ? second : r.concat([first, second], 1);
    close(found.data(), whole.data(), 1e-6);
  });
  it('go on behind padding, from the end of each row', () => {
    const model = nn.sequential(layers()).build([9, 3], { seed: 1 });
    const read = r.carried(model);
    read(piece(0, 4), { lengths: [4, 2] });
    const found = read(piece(4, 9));
    const rows = x.toArray() as number[][][];
    const alone = r.carried(model);
    alone([rows[1].slice(0, 2)]);
    const expected = alone([rows[1].slice(4)]);
    close(found.slice([1], [2]).data(), expected.data(), 1e-6);
  });
  it('learn with rules that look twice, and several batches in each update, from states of their own', () => {
    const trained = (options: Partial<r.RecipeOptions>, carry: boolean): r.State => {
      const model = nn.sequential(layers()).build([3, 3], { seed: 1 });
      const step = r.trainStep(model, { loss: r.mse(), optimizer: r.adam(), ...options, carry });
      for (let at = 0; at < 9; at += 3) {
        const y = name === 'the last state alone' ? r.ones([2, 2]) : r.ones([2, 3, 2]);
        step(piece(at, at + 3), y);
      }
      return model.state();
    };
    for (const options of [{ optimizer: r.sam(r.sgd({ learningRate: 0.1 })) }, { accumulate: 3 }, {}]) {
      const state = trained(options, true);
      expect(
        Object.values(state)
          .flatMap((own) => [...own])
          .every(Number.isFinite),
      ).toBe(true);
      expect(state).toEqual(trained(options, true));
      expect(state).not.toEqual(trained(options, false));
    }
  });
});

test('a step that finds no finite number leaves the states as they were', () => {
  const model = nn.sequential([nn.gru(3, { returnSequences: true }), nn.dense(1)]).build([2, 1], { seed: 1 });
  const step = r.trainStep(model, { loss: r.mse(), optimizer: r.sgd({ learningRate: 0 }), carry: true });
  const x = [[[1], [2]]];
  const before = [step(x, x), step(x, x)];
  step.reset();
  step(x, x);
  expect(() => step(x, [[[Number.NaN], [0]]])).toThrow(r.DivergenceError);
  expect(step(x, x)).toBe(before[1]);
  step.profile(x, x);
  step.reset();
  expect(step(x, x)).toBe(before[0]);
});
test('ids are checked, and heads come by name', () => {
  const model = nn.graph([4], (ids) => {
    const states = nn.gru(3, { returnSequences: true })(nn.embedding(5, 2)(ids));
    return { a: nn.dense(1)(states), b: nn.dense(2)(states) };
  });
  const read = r.carried(model.build());
  const { a, b } = read([[1, 2, 3]]);
  expect([a.shape, b.shape]).toEqual([
    [1, 3, 1],
    [1, 3, 2],
  ]);
  expect(() => read([[1, 7, 3]])).toThrow(r.DataError);
  // What was refused is as if it had not been read.
  const next = read([[4]]);
  const whole = model.predict([[1, 2, 3, 4]]) as { a: r.Tensor };
  close(next.a.data(), whole.a.slice([0, 3], [1, 4]).data(), 1e-6);
});

const x = r.ones([2, 3, 4]);
const sgd = { loss: r.mse(), optimizer: r.sgd({ learningRate: 0.1 }), carry: true };
test.each<[string, () => unknown, string]>([
  [
    'no layer that carries a state',
    () => r.carried(nn.sequential([nn.dense(2)]).build([3, 4]))(x),
    'carry: no layer of the model carries a state on, as nn.rnn, nn.gru and nn.lstm do',
  ],
  [
    'no such layer in training',
    () => r.trainStep(nn.sequential([nn.dense(4)]), sgd)(x, x),
    'carry: no layer of the model carries a state on',
  ],
  [
    'layers that read from the end',
    () => r.carried(nn.sequential([nn.bidirectional(nn.gru(2))]).build([3, 4]))(x),
    'gru: reverse is true; it must be left out: a stream has no last step',
  ],
  [
    'another number of rows',
    () => {
      const read = r.carried(nn.sequential([nn.rnn(2)]).build([3, 4]));
      read(x);
      read(r.ones([1, 3, 4]));
    },
    'carry: a window of 1 rows follows one of 2; call reset() for new streams',
  ],
  [
    'lengths for other rows',
    () => r.carried(nn.sequential([nn.rnn(2)]).build([3, 4]))(x, { lengths: [1] }),
    'carried: lengths is [1]; it must be 2 numbers, one for each row',
  ],
  [
    'an objective',
    () => r.trainStep(nn.sequential([nn.rnn(2)]), { ...sgd, loss: undefined, objective: () => x.sum() } as never),
    "trainStep: unknown option 'carry'",
  ],
])('%s is refused', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(r.RegulusError);
});
