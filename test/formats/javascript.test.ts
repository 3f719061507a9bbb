import { describe, expect, test } from 'vitest';
import { toJavaScript } from '../../src/formats/index.js';
import { Tensor } from '../../src/graph/tensor.js';
import * as R from '../../src/index.js';
import { ARGUMENTS } from '../io/arguments.js';
import { addressOf } from '../support/module.js';
import { factories, IMAGE, inputs, MORE, ROW, ROWS, SHAPES, shaken } from './cases.js';

type Nested = number | readonly Nested[];
type Rows = readonly unknown[];
interface Exported {
  predict(rows: Rows): Nested[] | Record<string, Nested[]>;
  classify?(rows: Rows): { labels: (string | number)[]; probabilities: number[][] };
}
/** The module that is exported, as somebody imports it. */
const importOf = async (model: R.AnyModel | R.Pipeline): Promise<Exported> =>
  import(/* @vite-ignore */ addressOf(toJavaScript(model)));

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [x as number]);
/** Equal to rounding, by the largest number of all. */
function expectClose(found: unknown, expected: R.Tensor): void {
  const [a, b] = [flat(found), flat(expected.toArray())];
  expect(a.length).toBe(b.length);
  const size = Math.max(1e-3, ...b.map(Math.abs));
  const worst = Math.max(0, ...a.map((v, i) => Math.abs(v - b[i]) / size));
  expect(worst).toBeLessThan(1e-5);
  expect(JSON.stringify(found).replace(/[^[\]]/g, '')).toBe(JSON.stringify(expected.toArray()).replace(/[^[\]]/g, ''));
}

const { nn } = R;

test.each([
  ['one row', { a: 1 }],
  ['a number', 1],
  ['nothing', undefined],
])('%s is no list of rows', async (_, rows) => {
  const { predict, classify } = await importOf(shaken(nn.sequential([nn.dense(2)]), ROW, 1));
  for (const call of [predict, classify])
    expect(() => call?.(rows as never)).toThrow('rows must be a list of rows; for one row give [row]');
});

describe('every layer gives what predict gives', () => {
  for (const [name, factory] of factories) {
    const calls = [ARGUMENTS[name] ?? [], ...(MORE[name] ?? [])];
    const shapes = SHAPES[name] ?? (name === 'multiTask' ? [ROW] : [ROW, ROWS, IMAGE]);
    for (const [i, args] of calls.entries())
      for (const shape of shapes)
        test(`${name} ${i} of [${shape}]`, async () => {
          const made = factory(...args);
          const model = shaken((name === 'multiTask' ? made : nn.sequential([made])) as R.Model, shape, 3 + i);
          const x =
            name === 'embedding'
              ? R.randomGenerator(1)
                  .uniform([3, ...shape], { high: 10 })
                  .floor()
              : inputs(3, shape);
          const { predict } = await importOf(model);
          const found = predict(x.toArray() as Rows);
          const expected = model.predict(x) as R.Tensor | Record<string, R.Tensor>;
          if (name !== 'multiTask') expectClose(found, expected as R.Tensor);
          else
            for (const [head, t] of Object.entries(expected))
              expectClose((found as Record<string, Nested[]>)[head], t as R.Tensor);
        });
  }
});

describe('whole networks', () => {
  const convolutional = (): R.Model =>
    nn.sequential([
      nn.conv2d(8, 3, { padding: 'same', activation: 'relu' }),
      nn.rematerialize(nn.sequential([nn.batchNorm(), nn.sequential([nn.maxPool2d(2), nn.dropout()])])),
      nn.conv2d(8, 3, { groups: 8 }),
      nn.groupNorm(2),
      nn.silu(),
      nn.flatten(),
      nn.dense(5),
    ]);
  test('of images, nested', async () => {
    const model = shaken(convolutional(), [9, 8, 2], 5);
    const x = inputs(4, [9, 8, 2]);
    const { predict, classify } = await importOf(model);
    expectClose(predict(x.toArray() as Rows), model.predict(x));
    const { labels, probabilities } = model.classify(x);
    const found = classify?.(x.toArray() as Rows);
    expect(found?.labels).toEqual([...labels]);
    expectClose(found?.probabilities, probabilities);
    // Rows of typed arrays, and flat ones.
    const flatRows = Array.from({ length: 4 }, (_, i) => x.data().subarray(i * 144, (i + 1) * 144));
    expectClose(predict(flatRows), model.predict(x));
  });
  test('with heads, whose names may be anything', async () => {
    const heads = {
      "it's </script>": nn.dense(3),
      __proto_: nn.sequential([nn.dense(4), nn.relu(), nn.dense(1)]),
      '\u2028*/': nn.dense(2),
    };
    const model = shaken(nn.multiTask({ trunk: convolutional(), heads }), [9, 8, 2], 7);
    const x = inputs(3, [9, 8, 2]);
    const module = await importOf(model);
    const [found, expected] = [module.predict(x.toArray() as Rows) as Record<string, Nested[]>, model.predict(x)];
    for (const [name, t] of Object.entries(expected)) expectClose(found[name], t);
    const classes = model.classify(x);
    const named = module.classify?.(x.toArray() as Rows) as unknown as Record<string, { labels: number[] }>;
    for (const [name, { labels }] of Object.entries(classes)) expect(named[name].labels).toEqual([...labels]);
    expect(toJavaScript(model)).not.toContain('</script>');
  });
  test('a single logit is the second of two classes', async () => {
    const model = shaken(nn.sequential([nn.dense(1)]), [3], 1);
    const { classify } = await importOf(model);
    const x = inputs(5, [3]);
    const { labels, probabilities } = model.classify(x);
    const found = classify?.(x.toArray() as Rows);
    expect(found?.labels).toEqual([...labels]);
    expectClose(found?.probabilities, probabilities);
  });
  test('the module has what it needs and no more: a few KB, and no imports', () => {
    const text = toJavaScript(nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(2)]).build([4]));
    expect(text.length).toBeLessThan(4000);
    expect(text).not.toMatch(/^import|import\(|require\(|convolve|embedding/m);
  });
});

/** Graphs, and rows that they take: one tensor, or several by name. */
const GRAPHS: Readonly<Record<string, () => readonly [R.AnyModel, R.Tensor | Readonly<Record<string, R.Tensor>>]>> = {
  'two inputs, a shared layer and two heads': () => {
    const model = nn.graph({ left: [6], right: [2, 3], id: [] }, ({ left, right, id }) => {
      const tower = nn.dense(4, { name: 'tower', activation: 'tanh' });
      const all = nn.concat()([tower(left), tower(nn.flatten()(right)), nn.embedding(5, 3)(id)]);
      return { "it's": nn.dense(3)(all), __proto_: nn.dense(1)(nn.layerNorm()(all)) };
    });
    const id = R.tensor([0, 4, 2]);
    return [model, { left: inputs(3, [6]), right: inputs(3, [2, 3], 2), id }];
  },
  'a layer that is called for several shapes': () => [
    nn.graph([5, 4], (x) => {
      const shared = nn.dense(3, { activation: 'relu' });
      return nn.add()([shared(x), shared(nn.reshape([1, 4])(nn.globalAvgPool1d()(x)))]);
    }),
    inputs(3, [5, 4]),
  ],
  'every join, with axes that broadcast': () => [
    nn.graph({ a: [2, 3, 4], b: [1, 4], c: [3, 1] }, ({ a, b, c }) => {
      const row = nn.reshape([1, 1, 4])(b);
      const column = nn.reshape([1, 3, 1])(c);
      const all = [nn.multiply()([a, row, column]), nn.maximum()([row, a]), nn.average()([a, column, row])];
      const [first] = all;
      return nn.concat({ axis: 2 })([
        nn.concat()(all),
        nn.concat()([
          nn.dot()([a, first]),
          nn.dot({ normalize: true })([first, a]),
          a,
          a,
          nn.dot()([a, a]),
          nn.dot()([first, first]),
        ]),
      ]);
    }),
    { a: inputs(3, [2, 3, 4]), b: inputs(3, [1, 4], 2), c: inputs(3, [3, 1], 3) },
  ],
  'branches of a chain, heads within, and a frozen part': () => {
    const body = nn.frozen(nn.graph([6], (x) => nn.add()([nn.dense(6)(x), x])).build());
    const heads = nn.multiTask({
      trunk: nn.dense(5),
      heads: { a: nn.dense(2), b: nn.sequential([nn.relu(), nn.dense(2)]) },
    });
    return [
      nn.sequential([
        nn.relu(),
        nn.graph([6], (x) => {
          const { a, b } = heads(body(x)) as unknown as Record<string, R.nn.GraphNode>;
          return nn.multiply()([a, b]);
        }),
        nn.graph({ u: [1], v: [1] }, ({ u, v }) => nn.add()([nn.tanh()(u), v])),
        nn.dense(3),
      ]),
      inputs(3, [6]),
    ];
  },
  'sequences in both directions, beside attention': () => [
    nn.graph([9, 4], (x) =>
      nn.concat()([
        nn.bidirectional(nn.gru(3, { returnSequences: true }))(x),
        nn.rematerialize(nn.attention({ heads: 2 }))(x),
      ]),
    ),
    inputs(3, [9, 4]),
  ],
  'a layer with the weight of another one': () => [
    nn.graph([5], (x) =>
      nn.dense(9, { tie: 'words', bias: false })(nn.dense(4)(nn.embedding(9, 4, { name: 'words' })(x))),
    ),
    R.tensor([
      [1, 2, 3, 8, 0],
      [0, 0, 1, 5, 7],
    ]),
  ],
};
describe('graphs', () => {
  test.each(Object.entries(GRAPHS))('of %s give what predict gives', async (_, make) => {
    const [model, x] = make();
    const shape = x instanceof Tensor ? x.shape.slice(1) : (undefined as never);
    shaken(model, shape, 5);
    const rows =
      x instanceof Tensor ? x.toArray() : Object.fromEntries(Object.entries(x).map(([name, t]) => [name, t.toArray()]));
    const module = await importOf(model);
    const expected = model.predict(x) as R.Tensor | Record<string, R.Tensor>;
    const found = module.predict(rows as Rows);
    if (expected instanceof Tensor) expectClose(found, expected);
    else {
      for (const [name, t] of Object.entries(expected)) expectClose((found as Record<string, Nested[]>)[name], t);
      const classes = model.classify(x) as unknown as Record<string, { labels: Int32Array }>;
      const labels = module.classify?.(rows as Rows) as unknown as Record<string, { labels: number[] }>;
      for (const [name, own] of Object.entries(classes)) expect(labels[name].labels).toEqual([...own.labels]);
    }
  });
  test('refuse rows that are not by name, or not equally long', async () => {
    const { predict } = await importOf(
      shaken(
        nn.graph({ a: [1], b: [1] }, ({ a, b }) => nn.add()([a, b])),
        undefined as never,
        1,
      ),
    );
    for (const rows of [[[1]], { a: [[1]] }, { a: [[1]], b: [[1], [2]] }, undefined])
      expect(() => predict(rows as never)).toThrow('rows must be lists by name, equally long: a, b');
    expect(() => predict({ a: [[1]], b: [[1, 2]] } as never)).toThrow('row 0 has 2 numbers where 1 were expected');
    expect(predict({ a: [[1], [2]], b: [[3], [4]] } as never)).toEqual([[4], [6]]);
  });
  test('behind the steps of a pipeline take what these make', async () => {
    const model = nn.graph([2], (x) => nn.dense(2)(nn.concat()([x, nn.relu()(nn.dense(3)(x))])));
    const rows = [
      [1, 5],
      [3, -2],
      [4, 0],
    ];
    const data = R.dataset({ x: rows, y: [0, 1, 1], classes: 2 });
    const whole = R.pipeline([R.standardize.fit(data), shaken(model, undefined as never, 3)]);
    expectClose((await importOf(whole)).predict(rows), whole.predict(rows) as R.Tensor);
  });
});

const people = (n = 60): R.Dataset =>
  R.dataset.fromCsv(
    `id;age;plan;vip;since;size;churned\n${Array.from({ length: n }, (_, i) => `x${i};${i % 7 ? 20 + (i % 30) : ''};${['free', 'pro', 'tëam', ''][i % 4]};${['yes', 'no', ''][i % 3]};${i % 5 ? `20${10 + (i % 9)}-0${1 + (i % 9)}-1${i % 9}` : '?'};${i},${i % 10};${['no', 'yes'][+(i % 4 === 0)]}`).join('\n')}\n`,
    { target: 'churned', drop: ['id'] },
  );
const RAW = [
  { age: 41, plan: 'pro', vip: 'no', since: '2014-02-28', size: 3.25 },
  { size: -7, vip: true, plan: 'unheard of', age: null, since: new Date(Date.UTC(2020, 1, 29)) },
  { size: '1e1', vip: 'Y', plan: ' free ', age: ' 28.5', since: '2014-12-31T23:30:15.5+02:30', other: 1 },
  [29, '', 0, 'NA', 12],
  [undefined, 'tëam', 'F', '0099-03-01', '.5'],
];
const fitted = (
  steps: Parameters<typeof R.pipeline>[0] extends readonly [...infer S, unknown] ? S : never,
  data: R.Dataset,
  outputs = 2,
): R.Pipeline => {
  const whole = R.pipeline([
    ...steps,
    nn.sequential([nn.dense(6, { activation: 'tanh' }), nn.dense(outputs)]),
  ] as never) as R.Pipeline;
  whole.fit(data);
  shaken(whole.model, whole.apply(data).shape, 11);
  return whole;
};

describe('pipelines', () => {
  test.each([
    {},
    { numbers: 'minMax', categories: 'index', indicator: true },
    { numbers: 'asis', missing: 'median', indicator: true },
  ] as const)('encode %j: raw rows in, names out', async (options) => {
    const whole = fitted([R.encode.with(options)], people());
    const { predict, classify } = await importOf(whole);
    expectClose(predict(RAW), whole.predict(RAW as never));
    const [found, expected] = [classify?.(RAW), whole.classify(RAW as never)];
    expect(found?.labels).toEqual(expected.labels);
    expectClose(found?.probabilities, expected.probabilities);
  });
  const plain = (y: (i: number) => unknown): R.Dataset =>
    R.dataset.fromRows(
      Array.from({ length: 40 }, (_, i) => ({ a: i / 7, b: (i * i) % 11, c: 5, y: y(i) })) as R.Row[],
      { target: 'y' },
    );
  const NUMBERS = [{ b: 3, a: 0.25, c: 5 }, [1, 2, 3], { a: -4, c: 5, b: 1e4, y: 0 }];
  test.each<[string, () => unknown[]]>([
    ['standardize', () => [R.standardize]],
    ['minMax', () => [R.minMax]],
    ['polynomialFeatures', () => [R.polynomialFeatures({ degree: 2 })]],
    ['all of them', () => [R.polynomialFeatures({ degree: 3, powers: 'total', bias: false }), R.standardize]],
    ['scaling before powers', () => [R.standardize, R.polynomialFeatures({ degree: 2 })]],
    ['no steps', () => []],
  ])('%s: values have no classes', async (_, steps) => {
    const whole = fitted(
      steps() as never,
      plain((i) => i / 3),
      1,
    );
    const { predict, classify } = await importOf(whole);
    for (const row of NUMBERS) expectClose(predict([row]), whole.predict([row] as never));
    expect(classify).toBeUndefined();
  });
  test('encode, then scaling', async () => {
    const whole = fitted([R.encode.with({ numbers: 'asis' }), R.standardize], people());
    expectClose((await importOf(whole)).predict(RAW), whole.predict(RAW as never));
  });
  test('dates, to the second and with their zones', async () => {
    const days = [
      '1970-01-02',
      '1970-02-28',
      '1970-01-01T23:30+05:30',
      '1970-01-03 01:00:30.5-02:00',
      '1969-12-31T24:00Z',
    ];
    const data = R.dataset.fromCsv(`day,y\n${days.map((day, i) => `${day},${i / 2}`).join('\n')}\n`, { target: 'y' });
    const whole = R.pipeline([R.encode.with({ numbers: 'asis' }), nn.sequential([nn.dense(1)]).build([1])]).fit(data);
    whole.model.load({ '0.weight': Float32Array.of(1), '0.bias': Float32Array.of(0) });
    const { predict } = await importOf(whole);
    const rows = days.map((day) => ({ day }));
    expectClose(predict(rows), whole.predict(rows));
    for (const day of ['1970-02-30', '1970-13-01', '1970-01-01T25:00', '1970-1-1', '1970-01-00'])
      expect(() => predict([{ day }])).toThrow(`row 0, column "day": "${day}" is no date`);
  });
  test('a target that the pipeline changes is answered in its own units', async () => {
    const whole = fitted(
      [R.standardize],
      plain((i) => i / 3),
      1,
    );
    const expected = whole
      .predict(NUMBERS as never)
      .mul(250)
      .add(-40);
    Object.defineProperty(whole, 'units', { value: { shift: [-40], spread: [250] } });
    expectClose((await importOf(whole)).predict(NUMBERS), expected);
  });
  test('what is refused there is refused here', async () => {
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ];
    const strict = fitted([R.encode.with({ unknown: 'error', missing: 'error' })], R.dataset.fromRows(rows));
    const { predict } = await importOf(strict);
    for (const [row, text] of [
      [{ a: 1 }, 'row 0 has no "b"; give null where it is not known'],
      [{ a: null, b: 'x' }, 'row 0, column "a": the cell is missing; fill it in'],
      [{ a: 'one', b: 'x' }, 'row 0, column "a": "one" is no number'],
      [{ a: 1, b: 'z' }, 'row 0, column "b": "z" was not among the categories: x, y'],
      [[1], 'row 0 has 1 cells, and "b" is at place 1'],
      [3, 'row 0 has no "a"; give null where it is not known'],
    ] as const)
      expect(() => predict([row])).toThrow(text);
  });
  test('rows of another length are named', async () => {
    const { predict } = await importOf(nn.sequential([nn.dense(1)]).build([2]));
    expect(() =>
      predict([
        [1, 2],
        [1, 2, 3],
      ]),
    ).toThrow('row 1 has 3 numbers where 2 were expected');
    expect(() => predict([[1, '2']])).toThrow('row 0 has "2" where a number was expected');
    const table = await importOf(nn.sequential([nn.embedding(3, 2)]).build([1]));
    expect(() => table.predict([[3]])).toThrow('3 is no id; the ids are the whole numbers from 0 to 2');
  });
});

describe('what cannot be exported is named', () => {
  const own = (x: R.Tensor): R.Tensor => x.relu();
  test.each<[string, () => R.Model, string]>([
    ['a function', () => nn.sequential([nn.dense(2), own]), "layer '1' (own) is a function of your own"],
    [
      'an activation',
      () => nn.sequential([nn.sequential([nn.dense(2, { activation: own })])]),
      "layer '0.0' (dense) has an activation of your own",
    ],
    [
      'a forward function',
      () => nn.defineModel({ a: nn.dense(1) }, ({ a }, x) => a(x)),
      'the model (defineModel) calls a function of your own',
    ],
    [
      'one inside',
      () => nn.sequential([nn.defineModel({ a: nn.dense(1) }, ({ a }, x) => a(x))]),
      "layer '0' (defineModel) calls a function of your own",
    ],
    [
      'an op',
      () => nn.graph([2], (x) => nn.op('sin')(nn.dense(2)(x))) as R.Model,
      "layer 'op' (op) has no form in JavaScript yet",
    ],
    [
      'a copy of a layer',
      () => nn.sequential([{ ...nn.relu(), call: (x: R.Tensor) => x }]),
      "layer '0' (relu) is a function of your own",
    ],
  ])('%s', (_, model, text) => {
    expect(() => toJavaScript(model().build([2]))).toThrow(R.UnsupportedError);
    expect(() => toJavaScript(model().build([2]))).toThrow(text);
  });
  test('steps', () => {
    const step = { apply: (x: never) => x };
    const whole = R.pipeline([step as never, nn.sequential([nn.dense(1)]).build([2])]);
    expect(() => toJavaScript(whole as R.Pipeline)).toThrow('toJavaScript: step 0 of the pipeline is of your own');
    const unfitted = R.pipeline([R.standardize, nn.sequential([nn.dense(1)]).build([2])]);
    expect(() => toJavaScript(unfitted)).toThrow(R.OptionError);
    expect(() => toJavaScript(nn.sequential([nn.dense(1)]))).toThrow(R.ShapeError);
    expect(() => toJavaScript({ steps: [] } as never)).toThrow(R.OptionError);
  });
});
