import { describe, expect, test } from 'vitest';
import {
  accuracy,
  adam,
  crossEntropy,
  DataError,
  dataset,
  earlyStopping,
  encode,
  evaluate,
  fit,
  FormatError,
  huber,
  loadSafetensors,
  type Loss,
  mae,
  mse,
  nn,
  OptionError,
  type Pipeline,
  pipeline,
  type PipelineOptions,
  r2,
  saveSafetensors,
  sgd,
  split,
  standardize,
  type Tensor,
  UnsupportedError,
} from '../../src/index.js';

/** Prices about 250,000 of houses. */
const houses = dataset.fromRows(
  Array.from({ length: 120 }, (_, i) => {
    const [size, kind] = [50 + ((i * 37) % 150), ['flat', 'house'][i % 2]];
    return { size, kind, price: 100_000 + 1500.5 * size + (kind === 'house' ? 40_000 : 0) + ((i * 7919) % 100) * 50 };
  }),
  { target: 'price' },
);
const { train, validation } = split(houses, { seed: 1 });
const options = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), epochs: 30 };
const of = (target: PipelineOptions['target']): Pipeline =>
  pipeline([encode, nn.sequential([nn.dense(1)])], { target });
const rows = [
  { kind: 'house', size: 100 },
  { kind: 'flat', size: 60 },
];
const rootMeanSquare = (output: Tensor, target: Tensor): Tensor => output.sub(target).square().mean().sqrt();

describe.each(['standardize', 'minMax'] as const)('%s', (how) => {
  test('what is asked, told and scored is in the units of the target', async () => {
    const prices = of(how);
    const metrics = [r2(), rootMeanSquare, (o: Tensor, t: Tensor) => o.sub(t).abs().mean().item()];
    const run = await fit(prices, train, { ...options, metrics, validation, stop: earlyStopping() });
    const answers = prices.predict(rows);
    expect(answers.shape).toEqual([2, 1]);
    expect(answers.data()[0] / 290_000).toBeCloseTo(1, 1);
    expect(answers.data()[1] / 190_000).toBeCloseTo(1, 1);
    const asked = prices.predict(validation).data();
    const apart = Array.from(asked, (y, i) => y - validation.y[i]);
    const mean = (xs: number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
    const scores = evaluate(prices, validation);
    const square = mean(apart.map((d) => d * d));
    expect(scores.loss / square).toBeCloseTo(1, 3);
    expect(scores.rootMeanSquare / Math.sqrt(square)).toBeCloseTo(1, 3);
    expect(scores.metric / mean(apart.map(Math.abs))).toBeCloseTo(1, 3);
    expect(scores.r2).toBeGreaterThan(0.9);
    expect(scores.rootMeanSquare).toBeGreaterThan(50);
    expect(run.kept?.validation).toEqual(scores);
    expect(evaluate(prices, validation, { loss: mae(), metrics: rootMeanSquare })).toEqual({
      loss: expect.closeTo(scores.metric, 0),
      rootMeanSquare: scores.rootMeanSquare,
    });
    // The constant answer is told in the same units; what is made small is not.
    const middle = mean([...train.y]);
    expect((run.baseline?.loss as number) / mean(Array.from(train.y, (y) => (y - middle) ** 2))).toBeCloseTo(1, 3);
    expect(run.history[0].loss).toBeLessThan(2);
    expect(run.report()).toContain('verdict: good');
  });

  test('files and copies answer with the same bits', async () => {
    const prices = of(how);
    await fit(prices, train, { ...options, metrics: [r2()] });
    const bytes = saveSafetensors(prices);
    const again = loadSafetensors<Pipeline>(bytes);
    expect(again.predict(rows).data()).toEqual(prices.predict(rows).data());
    expect(again.units).toEqual(prices.units);
    expect(saveSafetensors(again)).toEqual(bytes);
    expect(prices.clone().predict(rows).data()).toEqual(prices.predict(rows).data());
    const asked = { loss: huber({ delta: 1000 }), metrics: r2() };
    expect(evaluate(again, validation, asked)).toEqual(evaluate(prices, validation, asked));
  });
});

test('the model learns the same as from a set that was standardized by hand', async () => {
  const model = nn.sequential([nn.dense(1)]);
  const prices = pipeline([encode, model], { target: 'standardize' });
  await fit(prices, train, { ...options, metrics: [], optimizer: adam({ learningRate: 0.1 }) });
  const y = [...train.y];
  const middle = Math.fround(y.reduce((a, b) => a + b, 0) / y.length);
  expect(prices.units?.shift[0]).toBe(middle);
  const spread = prices.units?.spread[0] as number;
  expect(spread).toBeCloseTo(Math.sqrt(y.reduce((sum, v) => sum + (v - middle) ** 2, 0) / y.length), 0);
  const seen = encode.fit(train).apply(train);
  const other = nn.sequential([nn.dense(1)]);
  const byHand = dataset({
    x: [...seen.x]
      .map((_, i) => i)
      .filter((i) => i % 3 === 0)
      .map((i) => [...seen.x.subarray(i, i + 3)]),
    y: y.map((v) => (v - middle) / spread),
  });
  await fit(other, byHand, { ...options, metrics: [], optimizer: adam({ learningRate: 0.1 }) });
  expect(other.state()).toEqual(model.state());
});

test('several numbers of a row each have their own', async () => {
  const x = Array.from({ length: 40 }, (_, i) => [i / 40]);
  const data = dataset({ x, y: x.map(([v]) => [1000 * v, 5 - v, 7]), mask: x.map((_, i) => (i === 3 ? 0 : 1)) });
  const model = pipeline([standardize, nn.sequential([nn.dense(3)])], { target: 'standardize' });
  await fit(model, data, { loss: mse(), optimizer: adam({ learningRate: 0.1 }), epochs: 200 });
  const [a, b, c] = model.predict([[0.5]]).data();
  expect([a / 500, b / 4.5, c / 7]).toEqual([expect.closeTo(1, 1), expect.closeTo(1, 1), expect.closeTo(1, 1)]);
  expect(model.units?.spread[2]).toBe(1);
});

test('whole numbers that an evaluated set takes for classes are values all the same', async () => {
  const model = pipeline([standardize, nn.sequential([nn.dense(1)])], { target: 'minMax' });
  await fit(model, dataset({ x: [[1], [2], [3], [4]], y: [10, 20.5, 30, 40] }), {
    loss: mse(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 5,
  });
  const labels = dataset({ x: [[1], [2]], y: Int32Array.of(0, 1) });
  expect(labels.kind).toBe('classes');
  expect(evaluate(model, labels).loss).toBeGreaterThan(10);
});

test('what is not fitted yet, or unfit, is refused before anything changes', async () => {
  const own: Loss = (output, target) => output.sub(target).abs().mean();
  const prices = pipeline([nn.sequential([nn.dense(1)])], { target: 'standardize' });
  const plain = dataset({ x: [[1], [2], [3]], y: [1.5, 2.5, 9.5] });
  expect(prices.fitted).toBe(false);
  expect(() => prices.predict([[1]])).toThrow('predict: the target of the pipeline is not fitted yet; fit(pipeline');
  expect(() => saveSafetensors(pipeline([nn.sequential([nn.dense(1)]).build([1])], { target: 'minMax' }))).toThrow(
    'the pipeline is not fitted yet',
  );
  const again = { optimizer: sgd({ learningRate: 0.1 }), epochs: 1 };
  const labels = dataset({ x: [[1], [2], [3]], y: ['a', 'b', 'a'] });
  for (const [data, loss, kind, text] of [
    [labels, crossEntropy(), DataError, "fit: target: 'standardize' of the pipeline is for values, and y is classes"],
    [
      plain,
      crossEntropy(),
      OptionError,
      'fit: the pipeline changes its target, which the loss crossEntropy is not for',
    ],
    [plain, {}, OptionError, 'fit: loss names heads'],
    [plain, undefined, OptionError, 'fit: loss is missing'],
    [
      dataset({ x: [[1], [2]], y: { a: [1.5, 2], b: [2.5, 1] } }),
      mse(),
      UnsupportedError,
      'is for one target, and this set has 2',
    ],
  ] as const) {
    const fitted = fit(prices, data, { ...again, loss: loss as never });
    await expect(fitted).rejects.toThrow(kind);
    await expect(fitted).rejects.toThrow(text);
    expect(prices.fitted).toBe(false);
  }
  await fit(prices, plain, { ...again, loss: own });
  expect(prices.fitted).toBe(true);
  expect(() => evaluate(prices, plain, { loss: mse(), metrics: [accuracy] as never })).toThrow(
    'metrics is the factory accuracy',
  );
  expect(() => pipeline([nn.sequential([nn.dense(1)])], { target: 'standardise' } as never)).toThrow(
    "did you mean 'standardize'?",
  );
});

test('a file whose target is none is a FormatError', async () => {
  const prices = pipeline([standardize, nn.sequential([nn.dense(1)])], { target: 'standardize' });
  await fit(prices, dataset({ x: [[1], [2], [3]], y: [1.5, 2.5, 9.5] }), { ...options, metrics: [], epochs: 1 });
  const file = saveSafetensors(prices);
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(file.subarray(8, 8 + length));
  for (const wrong of [
    '{"shift":[0],"spread":[0]}',
    '{"shift":[0,1],"spread":[1]}',
    '{"shift":"x"}',
    '7',
    '[]',
    'null',
  ]) {
    const at = header.indexOf('\\"target\\":{\\"shift');
    expect(at).toBeGreaterThan(0);
    const end = header.indexOf('}', at) + 1;
    const text = new TextEncoder().encode(
      `${header.slice(0, at)}\\"target\\":${JSON.stringify(wrong).slice(1, -1)}${header.slice(end)}`,
    );
    const whole = new Uint8Array(8 + text.length + file.length - 8 - length);
    new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
    whole.set(text, 8);
    whole.set(file.subarray(8 + length), 8 + text.length);
    expect(() => loadSafetensors(whole), wrong).toThrow(FormatError);
  }
});
