import { afterEach, expect, test } from 'vitest';
import {
  accuracy,
  adam,
  crossEntropy,
  type Dataset,
  dataset,
  datasets,
  fit,
  mse,
  nn,
  pipeline,
  randomGenerator,
  split,
  standardize,
} from '../../src/index.js';
import { crossValidate, generalization, learningCurve } from '../../src/generalization/index.js';

const made: { dispose(): void }[] = [];
afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});
const build = () => {
  const model = pipeline([standardize, nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(2)])]);
  made.push(model);
  return model;
};
const options = { loss: crossEntropy(), metrics: [accuracy()], optimizer: adam({ learningRate: 0.02 }), epochs: 10 };
const moons = () => datasets.moons({ n: 200, noise: 0.2, seed: 1 });

async function all(data: Dataset = moons()) {
  const { train, validation, test: sealed } = split(data, { seed: 1 });
  const model = build();
  const run = await fit(model, train, { ...options, validation });
  return { run, model, train, validation, test: sealed };
}

test('a report of everything has a section for each instrument, and each sentence says what to do next', async () => {
  const { run, ...parts } = await all();
  const crossValidation = await crossValidate(build, parts.train, { ...options, folds: 3 });
  const curve = await learningCurve(build, parts, { ...options, sizes: [35, 70, 140], repeats: 2 });
  const report = generalization(run, { ...parts, crossValidation, curve });
  expect(report.sections.map(({ title }) => title)).toEqual([
    'The verdict',
    'New rows',
    'More rows',
    'The data',
    'The source',
    'The labels',
    'The probabilities',
    'The guarantee',
    'What it relies on',
    'Where it errs',
    'The test',
  ]);
  for (const { lines } of report.sections)
    for (const { text, next } of lines) {
      expect(text).not.toMatch(/undefined|NaN|\[object/);
      expect(next.length).toBeGreaterThan(8);
    }
  expect(parts.test.opened).toBe(1);
  expect(report.text).toContain('the set was opened once');
  expect(String(report)).toBe(report.text);
  const again = generalization(run, { ...parts, test: undefined, crossValidation, curve });
  expect(again.text).toBe(generalization(run, { ...parts, test: undefined, crossValidation, curve }).text);
  expect(parts.test.opened).toBe(1);
}, 60_000);

test('what is missing is listed, with what to give', async () => {
  const { run } = await all();
  const { sections } = generalization(run);
  expect(sections.map(({ title }) => title)).toEqual(['The verdict', 'Not looked at']);
  expect(sections[1].lines.map(({ next }) => next)).toEqual([
    'give model and validation',
    'give train, validation and test, or data',
    'give the result of crossValidate',
    'give the result of learningCurve',
    'give it once, at the end, when the model is chosen',
  ]);
});

test('faults are marked: copies, a flipped label, an overfitted network', async () => {
  const rng = randomGenerator(4);
  const x = rng.normal([120, 2]).data();
  const y = Array.from({ length: 120 }, (_, i) => Number(x[2 * i] + x[2 * i + 1] > 0));
  const far = y.findIndex((_, i) => x[2 * i] + x[2 * i + 1] > 2.5);
  y[far] = 0;
  const rows = Array.from({ length: 120 }, (_, i) => [x[2 * i], x[2 * i + 1]]);
  const data = dataset({ x: [...rows, rows[0], rows[1]], y: [...y, y[0], y[1]], classes: 2 });
  const crossValidation = await crossValidate(build, data, { ...options, epochs: 40 });
  const { sections } = generalization(build(), { data, crossValidation });
  const lines = (title: string) => sections.find((section) => section.title === title)?.lines ?? [];
  expect(lines('The data')[0]).toMatchObject({ ok: false, next: 'remove the copies before the split' });
  expect(lines('The data')[0].text).toMatch(/^duplicates: rows 120, 121 are equal to earlier ones/);
  expect(lines('The labels')[0].text).toMatch(new RegExp(`the clearest are in rows ${far}\\b`));
});

test('values have a report too', async () => {
  const rng = randomGenerator(5);
  const x = rng.normal([120, 3]).data();
  const rows = Array.from({ length: 120 }, (_, i) => [x[3 * i], x[3 * i + 1], x[3 * i + 2]]);
  const {
    train,
    validation,
    test: sealed,
  } = split(dataset({ x: rows, y: rows.map(([a, b]) => [a - b]) }), { seed: 1 });
  const model = nn.sequential([nn.dense(1)]);
  made.push(model);
  const run = await fit(model, train, {
    loss: mse(),
    optimizer: adam({ learningRate: 0.1 }),
    epochs: 30,
    validation,
  });
  const { text } = generalization(model, { run, train, validation, test: sealed });
  expect(text).toMatch(/90 % of values lie within [\d.]+ of the prediction/);
  expect(text).toMatch(/the mean absolute error on 18 test rows is/);
  expect(text).toContain("Next: try without '2': fewer columns generalize better.");
});

test('the page needs no other file, escapes what it shows, and holds pictures', async () => {
  const { run } = await all();
  const drawn: unknown[] = [];
  const draw = (result: unknown) => {
    drawn.push(result);
    return { svg: () => '<svg id="drawn"></svg>' };
  };
  const { html } = generalization(run, {}, { title: 'A & <b>', draw });
  expect(drawn).toEqual([run]);
  expect(html).toContain('<figure><svg id="drawn"></svg></figure>');
  expect(html).toContain('<h1>A &amp; &lt;b&gt;</h1>');
  expect(html).not.toMatch(/(src|href)=|https?:|@import|url\(/);
  expect(html).toContain('prefers-color-scheme:dark');
  expect(html.startsWith('<!doctype html>')).toBe(true);
});

test.each([
  ['a model', false],
  ['a pipeline', true],
])('%s of several outputs is looked at by head, and the test is opened once', async (_, isRaw) => {
  const rng = randomGenerator(5);
  const x = rng.normal([200, 3]).data();
  const rows = Array.from({ length: 200 }, (_, i) => [x[3 * i], x[3 * i + 1], x[3 * i + 2]]);
  const y = {
    side: Int32Array.from(rows, ([a]) => Number(a > 0)),
    sum: rows.map(([, b, c]) => [b + c]),
    both: rows.map(([a, b]) => [a, b]),
  };
  const { train, validation, test: sealed } = split(dataset({ x: rows, y }), { seed: 1 });
  const net = nn.multiTask({
    trunk: nn.dense(16, { activation: 'tanh' }),
    heads: { side: nn.dense(2), sum: nn.dense(1), both: nn.dense(2) },
  });
  const model = isRaw ? pipeline([standardize, net as never]) : net;
  made.push(model);
  const loss = { side: crossEntropy(), sum: mse(), both: mse() };
  const run = await fit(model as never, train, {
    loss,
    optimizer: adam({ learningRate: 0.02 }),
    epochs: 30,
    validation,
  } as never);
  const { sections, text } = generalization(run as never, { model: model as never, train, validation, test: sealed });
  const titles = sections.map(({ title }) => title);
  for (const title of ['The probabilities: side', 'The guarantee: side', 'Where it errs: side', 'The guarantee: sum'])
    expect(titles).toContain(title);
  expect(titles).toContain('What it relies on: both');
  expect(titles).not.toContain('The guarantee: both');
  const relied = sections.find(({ title }) => title === 'What it relies on: side')?.lines[0].text;
  expect(relied).toMatch(/^the loss rises by [\d.]+ without '0'/);
  expect(text).toMatch(/side: [\d.]+ % of 30 test rows are right/);
  expect(text).toMatch(/sum: the mean absolute error on 30 test rows is [\d.]+; both: the mean/);
  expect(sealed.opened).toBe(1);
  // The views of the heads are gone, and the model is what it was.
  expect(Object.keys(model.predict(validation as never))).toEqual(['side', 'sum', 'both']);
});

test('sealed sets are refused in the place of others', async () => {
  const { run, test: sealed, train } = await all();
  expect(() => generalization(run, { train, validation: sealed })).toThrow('generalization: validation');
  expect(() => generalization(run, { run })).toThrow('run is given twice');
});
