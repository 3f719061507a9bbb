import { describe, expect, it } from 'vitest';
import * as r from '../../src/index.js';
import type { Tensor } from '../../src/index.js';

const { nn } = r;
const draw = r.randomGenerator(7);
/** Rows of 2 to 5 steps with 3 features. */
const rows = [3, 5, 2, 4, 5, 2].map((steps) => draw.normal([steps, 3]).toArray() as number[][]);
const perRow = [0, 1, 0, 1, 1, 0];
const perStep = rows.map((steps, i) => steps.map((_, t) => (i + t) % 2));

/** Models that look along the steps, and models that give an output for each. */
const LAYERS: [name: string, layers: () => r.nn.LayerLike[]][] = [
  ['rnn', () => [nn.rnn(4), nn.dense(2)]],
  ['gru', () => [nn.gru(4), nn.dense(2)]],
  ['lstm', () => [nn.lstm(4, { reverse: true }), nn.dense(2)]],
  ['bidirectional', () => [nn.bidirectional(nn.lstm(3)), nn.dense(2)]],
  ['the mean of all steps', () => [nn.dense(4), nn.tanh(), nn.globalAvgPool1d(), nn.dense(2)]],
  ['the largest of all steps', () => [nn.dense(4), nn.globalMaxPool1d(), nn.dense(2)]],
  ['stacked', () => [nn.gru(4, { returnSequences: true }), nn.lstm(3), nn.dense(2)]],
];
const STEPS: [name: string, layers: () => r.nn.LayerLike[]][] = [
  ['lstm', () => [nn.lstm(4, { returnSequences: true }), nn.dense(2)]],
  ['attention', () => [nn.dense(4), nn.attention({ heads: 2 }), nn.dense(2)]],
  ['transformer', () => [nn.dense(4), nn.transformer({ heads: 2, hidden: 8, causal: true }), nn.dense(2)]],
];
const close = (a: ArrayLike<number>, b: ArrayLike<number>, most = 2e-6) => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i] - b[i])).toBeLessThan(most * (1 + Math.abs(b[i])));
};
const options = { loss: r.crossEntropy(), optimizer: r.sgd({ learningRate: 0.3 }), batchSize: 3, epochs: 3 };

describe.each([...LAYERS, ...STEPS])('%s', (name, layers) => {
  const stepwise = STEPS.some(([own, of]) => own === name && of === layers);
  const y = stepwise ? perStep : perRow;
  const setOf = (length: number) => r.dataset.sequences(rows, { y, classes: 2, length });

  it('gives each row the output that it has alone', () => {
    const model = nn.sequential(layers()).build([6, 3], { seed: 3 });
    const all = model.predict(setOf(6)).toArray() as number[][][];
    rows.forEach((row, i) => {
      const alone = nn.sequential(layers()).build([row.length, 3]).load(model.state());
      const [expected] = alone.predict([row]).toArray() as number[][][];
      const found = stepwise ? all[i].slice(0, row.length) : all[i];
      close(found.flat(2) as number[], expected.flat(2) as number[]);
    });
  });

  it('learns the same, however long the padding is', async () => {
    const fitted = async (length: number) => {
      const model = nn.sequential(layers()).build([length, 3], { seed: 5 });
      const run = await r.fit(model, setOf(length), { ...options, metrics: [r.accuracy()] });
      return { state: model.state(), last: run.history.at(-1)?.training, loss: r.evaluate(model, setOf(length)).loss };
    };
    const [short, long] = [await fitted(5), await fitted(9)];
    for (const [path, values] of Object.entries(short.state)) close(long.state[path], values, 2e-5);
    expect(long.last?.accuracy).toBe(short.last?.accuracy);
    expect(long.loss).toBeCloseTo(short.loss as number, 5);
  });
});

it('labels of steps are classified, and predicted with their probabilities', () => {
  const model = nn.sequential([nn.gru(4, { returnSequences: true }), nn.dense(3)]).build([5, 3], { seed: 1 });
  const set = r.dataset.sequences(rows, { y: perStep, classes: 3 });
  const { labels, probabilities } = model.classify(set);
  const logits = model.predict(set);
  expect(probabilities.shape).toEqual([6, 5, 3]);
  expect([...labels]).toEqual([...logits.argmax(-1).data()]);
  const one = nn.sequential([nn.gru(4, { returnSequences: true }), nn.dense(1)]).build([5, 3], { seed: 1 });
  const single = one.classify(set);
  expect(single.probabilities.shape).toEqual([6, 5, 2]);
  expect([...single.labels]).toEqual(Array.from(one.predict(set).data(), (z) => Number(z > 0)));
});

describe('padding', () => {
  it('has the gradient of the rows alone', () => {
    const model = nn.sequential([nn.gru(4), nn.dense(2)]).build([6, 3], { seed: 3 });
    const data = r.dataset.sequences(rows, { y: perRow, classes: 2, length: 6 });
    const loss = (t: Tensor, lengths: number[]) => model(t, { lengths }).square().sum();
    const x = r.tensor(Float32Array.from(data.x), [6, 6, 3]);
    const { grads } = r.valueAndGrad(
      (t: Tensor) =>
        loss(
          t,
          rows.map(({ length }) => length),
        ),
      { wrt: model },
    )(x);
    const sums: Record<string, number[]> = {};
    for (const row of rows) {
      const alone = nn
        .sequential([nn.gru(4), nn.dense(2)])
        .build([row.length, 3])
        .load(model.state());
      const own = r.valueAndGrad((t: Tensor) => alone(t).square().sum(), { wrt: alone })(r.tensor([row]));
      for (const [path, g] of Object.entries(own.grads)) {
        sums[path] ??= new Array<number>(g.size).fill(0);
        g.data().forEach((v, i) => {
          sums[path][i] += v;
        });
      }
    }
    for (const [path, g] of Object.entries(grads)) close(g.data(), sums[path], 1e-5);
  });

  it('reaches objectives', async () => {
    const data = r.dataset.sequences(rows, { y: perRow, classes: 2, length: 6 });
    const fitted = async (how: object) => {
      const model = nn.sequential([nn.gru(4), nn.dense(2)]).build([6, 3], { seed: 3 });
      await r.fit(model, data, { ...options, ...how } as r.FitOptions);
      return model.state();
    };
    const loss = r.crossEntropy();
    const byObjective = await fitted({
      loss: undefined,
      objective: (model: r.Model, { x, y, lengths }: { x: Tensor; y: Tensor; lengths: Tensor }) =>
        loss(model(x, { lengths }), y),
    });
    expect(byObjective).toEqual(await fitted({}));
  });

  it('is refused for a loss of one’s own that has a target for each step', async () => {
    const data = r.dataset.sequences(rows, { y: perStep, classes: 2 });
    const model = nn.sequential([nn.gru(4, { returnSequences: true }), nn.dense(2)]);
    const own = (a: Tensor) => a.square().mean();
    await expect(r.fit(model, data, { ...options, loss: own })).rejects.toThrow(r.UnsupportedError);
  });
});

describe('trainStep with lengths', () => {
  const setOf = (length: number) =>
    r.dataset.sequences(rows, { y: { tag: perStep, kind: perRow }, length, classes: { tag: 2, kind: 2 } });
  const stepwise = () =>
    nn.multiTask({
      trunk: nn.gru(4, { returnSequences: true }),
      heads: { tag: nn.dense(2), kind: nn.sequential([nn.globalAvgPool1d(), nn.dense(2)]) },
    });
  const recipe = { loss: { tag: r.crossEntropy(), kind: r.crossEntropy() }, optimizer: r.sgd({ learningRate: 0.3 }) };

  it('makes the update that fit makes with such a set', async () => {
    const data = setOf(5);
    const [here, there] = [stepwise(), stepwise()];
    await r.fit(here, data, { ...recipe, epochs: 1, batchSize: 'full', shuffle: false });
    const step = r.trainStep(there, recipe as unknown as r.RecipeOptions);
    const [tag, kind] = data.targets.map(({ values, shape }) => r.tensor(Float32Array.from(values), [6, ...shape]));
    step(r.tensor(Float32Array.from(data.x), [6, 5, 3]), { tag, kind }, { lengths: data.lengths });
    expect(there.state()).toEqual(here.state());
  });
  it('takes batches of any number of steps, checks ids in all of them, and changes nothing by padding', () => {
    const losses = [4, 9].map((length) => {
      const model = nn.sequential([nn.embedding(5, 3), nn.lstm(4), nn.dense(2)]).build([4], { seed: 2 });
      const step = r.trainStep(model, { loss: r.crossEntropy(), optimizer: r.adam() });
      const ids = [[1, 2], [3, 4, 1, 2], [2]];
      const padded = (to: number, filler: number) =>
        ids.map((row) => [...row, ...Array<number>(to - row.length).fill(filler)]);
      const lengths = ids.map((row) => row.length);
      const made = [step(padded(4, 0), [0, 1, 1], { lengths }), step(padded(length, 3), [0, 1, 1], { lengths })];
      expect(() => step(padded(length, 7), [0, 1, 1], { lengths })).toThrow(r.DataError);
      return made;
    });
    losses[0].forEach((loss, i) => {
      expect(Math.abs(loss - losses[1][i])).toBeLessThan(1e-6);
    });
  });
  it.each<[string, () => unknown, string]>([
    ['too many', () => [1, 2, 3], 'trainStep: lengths is [1, 2, 3]; it must be 2 numbers, one for each row'],
    ['too long', () => [1, 4], 'trainStep: lengths[1] is 4; it must be a whole number from 1 to 3'],
    ['empty rows', () => [0, 1], 'trainStep: lengths[0] is 0'],
    ['no numbers', () => ['a', 1], "trainStep: lengths[0] is 'a'"],
    ['text', () => '12', "trainStep: lengths[0] is '1'"],
  ])('refuses %s', (_, lengths, message) => {
    const step = r.trainStep(nn.sequential([nn.rnn(1)]), { loss: r.mse(), optimizer: r.adam() });
    expect(() => step(r.ones([2, 3, 1]), r.ones([2, 1]), { lengths: lengths() as number[] })).toThrow(message);
  });
  it('refuses losses of one’s own with a target for each step', () => {
    const own = (a: Tensor) => a.square().mean();
    const step = r.trainStep(nn.sequential([nn.rnn(1, { returnSequences: true })]), { loss: own, optimizer: r.adam() });
    expect(() => step(r.ones([2, 3, 1]), r.ones([2, 3, 1]), { lengths: [2, 3] })).toThrow(r.UnsupportedError);
  });
});
