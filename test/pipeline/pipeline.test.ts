import { describe, expect, test } from 'vitest';
import {
  accuracy,
  adam,
  crossEntropy,
  DataError,
  dataset,
  encode,
  evaluate,
  fit,
  FormatError,
  LeakageError,
  loadSafetensors,
  minMax,
  mse,
  nn,
  OptionError,
  type Pipeline,
  pipeline,
  polynomialFeatures,
  saveSafetensors,
  split,
  standardize,
} from '../../src/index.js';

/** 60 customers, where plan and age determine who leaves. */
const people = (): string => {
  const plans = ['free', 'pro', 'team'];
  const lines = Array.from({ length: 60 }, (_, i) => {
    const plan = i % 11 === 5 ? '' : plans[i % 3];
    const age = i % 13 === 7 ? 'NA' : String(20 + ((i * 7) % 40));
    const churned = plans[i % 3] === 'free' && (i * 7) % 40 < 25 ? 'yes' : 'no';
    return `${age};${plan};${i % 2 ? 'true' : 'false'};1,${i % 10};${churned}`;
  });
  return `\ufeffage;plan;vip;score;churned\r\n${lines.join('\r\n')}\r\n`;
};
const data = dataset.fromCsv(people(), { target: 'churned' });
const options = { loss: crossEntropy(), metrics: [accuracy()], optimizer: adam({ learningRate: 0.02 }), epochs: 40 };

async function trained(): Promise<Pipeline> {
  const churn = pipeline([encode, nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(2)])]);
  await fit(churn, data, options);
  return churn;
}

test('a raw table is refused by a model, with the column and the way out', async () => {
  const model = nn.sequential([nn.dense(2)]);
  await expect(fit(model, data, options)).rejects.toThrow(
    "fit: column 'age' has 5 missing cells; models take numbers: put encode before the model, pipeline([encode, model])",
  );
  const whole = data.rows([0, 1, 2]);
  expect(() => standardize.fit(whole)).toThrow("standardize.fit: column 'plan' is categories; models take numbers");
  expect(() => model.build([4]).predict(whole)).toThrow(DataError);
});

describe('rows in, named classes out', () => {
  test('as objects in any order, lists and data sets alike', async () => {
    const churn = await trained();
    const rows = [
      { vip: true, plan: 'free', score: 1.5, age: 22, more: 'not looked at' },
      { vip: false, plan: 'pro', score: 1.1, age: 50, more: '' },
      { vip: null, plan: 'unheard of', score: 1.2, age: null, more: '' },
    ];
    const lists = rows.map(({ age, plan, vip, score }) => [age, plan, vip, score]);
    const { labels, probabilities } = churn.classify(rows);
    expect(labels.slice(0, 2)).toEqual(['yes', 'no']);
    expect(churn.classify(lists).probabilities.toArray()).toEqual(probabilities.toArray());
    const set = dataset.fromRows(rows.slice(0, 2).map(({ more, ...row }) => row));
    expect(churn.predict(set).toArray()).toEqual(churn.predict(rows.slice(0, 2)).toArray());
    expect(evaluate(churn, data).accuracy).toBeGreaterThan(0.9);
  });
  test('the same numbers from a set of its own, whose categories stand in another order', async () => {
    const churn = await trained();
    const part = dataset.fromCsv('plan,score,age,vip\nteam,1.3,31,no\npro,1.3,31,no\n');
    expect(churn.predict(part).toArray()).toEqual(
      churn
        .predict([
          { age: 31, plan: 'team', vip: false, score: 1.3 },
          { age: 31, plan: 'pro', vip: false, score: 1.3 },
        ])
        .toArray(),
    );
  });
  test('what is asked wrongly is refused with its place', async () => {
    const churn = await trained();
    const ask = (rows: unknown) => () => churn.predict(rows as never);
    expect(ask([{ age: 41, plan: 'pro', vip: true }])).toThrow("row 0 has no 'score'; give null where it is not known");
    expect(ask([{ age: 'old', plan: 'pro', vip: true, score: 1 }])).toThrow(
      "row 0, column 'age': 'old' is not a finite number",
    );
    expect(ask([[1, 2]])).toThrow("row 0 has 2 cells, and column 'vip' is at place 2");
    expect(ask({ age: 41 })).toThrow('a single row is a list of one');
    expect(ask([null])).toThrow(DataError);
    expect(ask(dataset.fromCsv('age,plan,vip\n1,a,yes\n2,b,no\n'))).toThrow("column 'score' is not there");
  });
});

test('files: the same bits for raw rows, whatever the order of the columns', async () => {
  const churn = await trained();
  const rows = [
    { plan: 'pro', age: 41, score: 1.2, vip: true },
    { plan: null, age: null, score: null, vip: null },
  ];
  const bytes = saveSafetensors(churn);
  const again = loadSafetensors(bytes) as Pipeline;
  expect(again.predict(rows).toArray()).toEqual(churn.predict(rows).toArray());
  expect(again.classify(rows).labels).toEqual(churn.classify(rows).labels);
  expect(saveSafetensors(again)).toEqual(bytes);
  expect(again.source).toEqual({
    features: ['age', 'plan', 'vip', 'score'],
    target: 'churned',
    kind: 'classes',
    classNames: ['no', 'yes'],
  });
});

test('steps of a file that are none are a FormatError', async () => {
  const churn = await trained();
  const file = saveSafetensors(churn);
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(file.subarray(8, 8 + length));
  const changed = (from: string, to: string): Uint8Array => {
    expect(header).toContain(from);
    const text = new TextEncoder().encode(header.replace(from, to));
    const whole = new Uint8Array(8 + text.length + file.length - 8 - length);
    new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
    whole.set(text, 8);
    whole.set(file.subarray(8 + length), 8 + text.length);
    return whole;
  };
  const q = '\\"';
  for (const [from, to] of [
    [`${q}name${q}:${q}encode${q}`, `${q}name${q}:${q}fetch${q}`],
    [`${q}type${q}:${q}boolean${q}`, `${q}type${q}:${q}__proto__${q}`],
    [`${q}enum${q}:[`, `${q}enum${q}:[1,`],
    [`${q}spread${q}:1`, `${q}spread${q}:0`],
    [`${q}source${q}:{`, `${q}source${q}:{${q}classNames${q}:7,${q}was${q}:{`],
  ])
    expect(() => loadSafetensors(changed(from, to)), from).toThrow(FormatError);
});

describe('steps', () => {
  test('are fitted to the training rows alone, and only once all else is right', async () => {
    const { train, validation, test: sealed } = split(data, { seed: 3 });
    const churn = pipeline([encode.with({ missing: 'median', indicator: true }), nn.sequential([nn.dense(2)])]);
    expect(() => churn.predict(data)).toThrow('predict: step 0 of the pipeline is not fitted yet');
    await expect(fit(churn, train, { ...options, epochs: 0 })).rejects.toThrow(OptionError);
    await expect(fit(churn, train, { ...options, loss: (o) => o })).rejects.toThrow("the loss 'loss' returns");
    expect(churn.fitted).toBe(false);
    expect(churn.source).toEqual({});
    expect(() => churn.fit(sealed)).toThrow(LeakageError);
    await fit(churn, train, { ...options, epochs: 2, validation });
    expect(churn.fitted).toBe(true);
    const own = encode.fit(train, { missing: 'median', indicator: true });
    expect(churn.apply(validation).x).toEqual(own.apply(validation).x);
    expect(() => evaluate(churn, sealed)).not.toThrow();
    expect(sealed.opened).toBe(1);
  });
  test('one after another, of numbers too', async () => {
    const line = dataset.fromColumns({ a: [1, 2, 3, 4], y: [2.5, 4.5, 6.5, 8.5] }, { target: 'y' });
    const model = pipeline([
      standardize,
      polynomialFeatures({ degree: 2, bias: false }),
      minMax,
      nn.sequential([nn.dense(1)]),
    ]);
    await fit(model, line, { loss: mse(), optimizer: adam({ learningRate: 0.05 }), epochs: 300 });
    const again = loadSafetensors(saveSafetensors(model)) as Pipeline;
    expect(again.predict([[2.5]]).toArray()).toEqual(model.predict([{ a: 2.5 }]).toArray());
    expect(again.predict([[2.5]]).item()).toBeCloseTo(5.5, 0);
  });
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'pipeline: parts is undefined; give [encode, model]'],
    ['no model', [encode], 'pipeline: the last of parts is a'],
    [
      'a model among the steps',
      [nn.sequential([nn.dense(1)]), nn.sequential([nn.dense(1)])],
      'pipeline: parts[0] is a model',
    ],
    ['a function', [() => 1, nn.sequential([nn.dense(1)])], 'pipeline: parts[0] is a function'],
  ])('%s', (_, parts, message) => expect(() => pipeline(parts as never)).toThrow(message));
});
