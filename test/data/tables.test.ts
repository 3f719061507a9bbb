import { describe, expect, test } from 'vitest';
import { DataError, LeakageError, OptionError } from '../../src/errors.js';
import { dataset, encode, kFold, split } from '../../src/index.js';
import { CsvReader, separatorOf } from '../../src/data/records.js';

const typesOf = (text: string, options = {}): string =>
  dataset
    .fromCsv(text, options)
    .columns.map(({ type }) => type)
    .join();
/** A table with a column of these fields and one of numbers. */
const column = (fields: readonly string[]): string => `c,n\n${fields.map((field, i) => `${field},${i}`).join('\n')}\n`;
const many = (n: number, f: (i: number) => string): string[] => Array.from({ length: n }, (_, i) => f(i));

describe('what a column is, is seen in all of its cells', () => {
  test.each<[string, string[], string]>([
    ['numbers', ['1', '-2.5', '1e3', ' 4 '], 'number'],
    ['hexadecimal', ['0x10', '0x11'], 'category'],
    ['numbers and gaps', ['1', '', 'NA', '?'], 'number'],
    ['nothing', ['', ''], 'number'],
    ['leading zeros: ids', ['007', '12'], 'text'],
    ['one 0 before the point', ['0.5', '0'], 'number'],
    ['more digits than a number holds', ['12345678901234567890', '1'], 'text'],
    ['numbers in quotes', ['"1"', '"2"'], 'text'],
    ['one number in quotes', ['1', '"2"'], 'text'],
    ['true and false', ['true', 'FALSE', ''], 'boolean'],
    ['yes and no', ['yes', 'no'], 'boolean'],
    ['0 and 1', ['0', '1'], 'number'],
    ['yes and 1', ['yes', '1'], 'category'],
    ['dates', ['2024-02-29', '2023-12-31T23:59:59Z'], 'date'],
    ['no date', ['2023-02-29', '2023-01-01'], 'category'],
    ['few words', ['red', 'green', 'red'], 'category'],
    ['numbers and one word', ['1', '2', '3', 'x12'], 'category'],
    ['as many words as rows', many(40, (i) => `name ${i}`), 'text'],
    ['more than fifty words', many(500, (i) => `word ${i % 60}`), 'text'],
    ['fifty words, often', many(500, (i) => `word ${i % 50}`), 'category'],
  ])('%s', (_, fields, type) => expect(typesOf(column(fields))).toBe(`${type},number`));

  test('categories are sorted, and gaps are counted', () => {
    const data = dataset.fromCsv('plan,age\npro,1\n,2\nfree,\npro,\n');
    expect(data.columns).toEqual([
      { name: 'plan', type: 'category', categories: ['free', 'pro'], missing: 1 },
      { name: 'age', type: 'number', missing: 2 },
    ]);
    expect([...data.x]).toEqual([1, 1, NaN, 2, 0, NaN, 1, NaN]);
    expect(dataset.fromCsv('a,b\n1,2\n').columns).toEqual([
      { name: 'a', type: 'number', missing: 0 },
      { name: 'b', type: 'number', missing: 0 },
    ]);
  });
  test('types decides otherwise, and missing what is missing', () => {
    expect(typesOf('zip,n\n01234,1\n0123,2\n', { types: { zip: 'category' } })).toBe('category,number');
    expect([...dataset.fromCsv('a,b\n"1",-9\n"2",3\n', { types: { a: 'number' }, missing: ['-9'] }).x]).toEqual([
      1,
      NaN,
      2,
      3,
    ]);
    expect(() => dataset.fromCsv('a,b\n1,1\nx,2\n', { types: { a: 'number' } })).toThrow(
      "fromCsv: line 3, column 'a': 'x' is not a finite number",
    );
    expect(() => dataset.fromCsv('a,b\n1,1\n', { types: { c: 'number' } })).toThrow(OptionError);
    expect(() => dataset.fromCsv('a,b\n1,1\n', { types: { a: 'float' } as never })).toThrow("types.a is 'float'");
    expect(dataset.fromCsv('a,b,c\n1,2,3\n', { drop: ['b'] }).featureNames).toEqual(['a', 'c']);
    expect(() => dataset.fromCsv('a,b\n1,2\n', { drop: ['x'] })).toThrow("drop 'x' is not a column");
  });
  test('rows and columns in memory keep the types of their values', () => {
    const day = new Date('2024-01-02T00:00:00Z');
    const rows = [
      { n: 1, s: '5', b: true, d: day, u: null },
      { n: null, s: 'x', b: false, d: day, u: 3 },
    ];
    const data = dataset.fromRows(rows);
    expect(data.columns.map(({ type }) => type).join()).toBe('number,category,boolean,date,number');
    const columns = { n: [1, null], s: ['5', 'x'], b: [true, false], d: [day, day], u: [null, 3] };
    expect(dataset.fromColumns(columns).x).toEqual(data.x);
    expect(() => dataset.fromRows([{ a: 1 }, { a: 'x' }])).toThrow(
      "fromRows: row 1, column 'a': 'x' stands where row 0 has 1",
    );
    expect(() => dataset.fromRows([{ a: {} as never }])).toThrow(
      "fromRows: row 0, column 'a': an Object is neither a number",
    );
    expect(() => dataset.fromColumns({ a: [1], b: [1, 2] })).toThrow("column 'b' has 2 cells, and 'a' has 1");
    expect(() => dataset.fromColumns({ a: 3 } as never)).toThrow(DataError);
    expect(dataset.fromColumns({ a: Float32Array.of(1, 2), y: ['p', 'q'] }, { target: 'y' }).classNames).toEqual([
      'p',
      'q',
    ]);
  });
});

describe('what stands between fields', () => {
  test.each<[string, string]>([
    ['a,b\n1,2\n', ','],
    ['a;b\n1,5;2,5\n', ';'],
    ['a\tb\n1,5\t2\n', '\t'],
    ['a|b\n1|2\n', '|'],
    ['"a;b;c",d\n1,2\n', ','],
    ['a\n1\n', ','],
    ['', ','],
    ['name,note\nx,a;b;c\ny,d\n', ','],
    ['a;b', ';'],
  ])('%j: %j', (text, separator) => expect(separatorOf(text)).toBe(separator));
  test('with semicolons 1,5 is a number, and 1.5 is one too', () => {
    expect([...dataset.fromCsv('a;b\n1,5;2.5\n-3;4e1\n').x]).toEqual([1.5, 2.5, -3, 40]);
    expect(dataset.fromCsv('\ufeffa;y\r\n1,5;x\r\n2;z\r\n', { target: 'y' }).classNames).toEqual(['x', 'z']);
  });
});

test('text that comes in pieces of any length gives the same records', () => {
  const text = '\ufeffa,"b ""x"""\r\n\r\n"1\n2",3\r4,"5"\n"",\n6,7';
  const read = (size: number): unknown[] => {
    const records: unknown[] = [];
    const reader = new CsvReader('test', undefined, (record) => records.push(record));
    for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
    reader.end();
    return records;
  };
  const whole = read(1000);
  expect(whole).toEqual([
    { fields: ['a', 'b "x"'], quoted: [undefined, true], line: 1 },
    { fields: ['1\n2', '3'], quoted: [true], line: 3 },
    { fields: ['4', '5'], quoted: [undefined, true], line: 5 },
    { fields: ['', ''], quoted: [true], line: 6 },
    { fields: ['6', '7'], quoted: undefined, line: 7 },
  ]);
  for (let size = 1; size < 12; size++) expect(read(size), `pieces of ${size}`).toEqual(whole);
});

const table = 'id,plan,age,vip,since,flat,y\n'.concat(
  many(
    30,
    (i) =>
      `n${i},${['free', 'pro', ''][i % 3]},${i % 4 ? i : ''},${i % 2 ? 'yes' : 'no'},2024-01-${10 + (i % 9)},7,${i % 2}`,
  ).join('\n'),
);
const data = dataset.fromCsv(table, { target: 'y', drop: ['id'] });

test('sets with such columns are split, dealt, cut, shuffled and joined', () => {
  const { train } = split(data, { seed: 2 });
  expect(train.columns.map(({ type }) => type)).toEqual(data.columns.map(({ type }) => type));
  expect(kFold(data, 3)[0].train.size).toBe(20);
  expect(data.take(3).columns[0].missing).toBe(1);
  expect(data.shuffle(1).columns).toEqual(data.columns);
  const [a, b] = [dataset.fromCsv('c,n\nx,1\nz,2\n'), dataset.fromCsv('c,n\ny,3\nx,4\n')];
  expect(a.concat(b).columns[0].categories).toEqual(['x', 'y', 'z']);
  expect([...a.concat(b).x]).toEqual([0, 1, 2, 2, 1, 3, 0, 4]);
  expect(() => a.concat(dataset.fromCsv('c,n\n1,3\n'))).toThrow('columns are c (category), n (number) and numbers');
});

describe('encode', () => {
  test('names, and what is left out', () => {
    const encoding = encode.fit(data, { indicator: true });
    expect(encoding.names).toEqual([
      'plan=free',
      'plan=pro',
      'plan is missing',
      'age',
      'age is missing',
      'vip',
      'since',
    ]);
    expect(encoding.notes).toEqual(["column 'flat' is 7 wherever it is known, and was left out"]);
    const made = encoding.apply(data);
    expect(made.shape).toEqual([7]);
    expect(made.featureNames).toEqual(encoding.names);
    expect(made.columns.every(({ type, missing }) => type === 'number' && missing === 0)).toBe(true);
  });
  test('numbers are standardized by those that are there, and gaps are their mean', () => {
    const some = dataset.fromCsv('a,b\n1,x\n2,y\n6,x\n,y\n');
    const { x } = encode.fit(some).apply(some);
    const deviation = Math.sqrt((4 + 1 + 9) / 3);
    [1, 2, 6, 3].forEach((v, row) => expect(x[row * 3]).toBeCloseTo((v - 3) / deviation, 6));
    const raw = encode.fit(some, { numbers: 'asis', missing: 'median', categories: 'index' }).apply(some);
    expect([...raw.x]).toEqual([1, 1, 2, 2, 6, 1, 2, 2]);
    expect([...encode.fit(some, { numbers: 'minMax', only: ['a'] }).apply(some).x].map((v) => +v.toFixed(3))).toEqual([
      0, 0.2, 1, 0.4,
    ]);
  });
  test('rows as sets, to the bit; unknown categories are none of them, or an error', () => {
    const rows = [
      { plan: 'team', age: 0.1, vip: 'yes', since: '2024-01-11', flat: 1 },
      { plan: null, age: null, vip: null, since: null, flat: null },
    ];
    const encoding = encode.fit(data);
    const set = dataset.fromCsv('since,vip,age,plan\n2024-01-11,yes,0.1,team\n,,,\n');
    expect([...encoding.apply(rows).data()]).toEqual([...encoding.apply(set).x]);
    expect([...encoding.apply(rows).data().slice(0, 2)]).toEqual([0, 0]);
    const strict = encode.fit(data, { unknown: 'error' });
    const message = "encode.apply: row 0, column 'plan': 'team' was not among the categories: free, pro";
    expect(() => strict.apply(rows)).toThrow(message);
    expect(() => strict.apply(set)).toThrow(message);
  });
  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    [
      'text',
      () => encode.fit(dataset.fromCsv(table, { target: 'y' })),
      DataError,
      "column 'id' is text with 30 distinct values in 30 rows",
    ],
    ['a sealed set', () => encode.fit(data.with({ sealed: true })), LeakageError, 'encode.fit: this set is sealed'],
    [
      'gaps, where they are errors',
      () => encode.fit(data, { missing: 'error' }),
      DataError,
      "column 'plan' has 10 missing cells",
    ],
    [
      'only of nothing',
      () => encode.fit(data, { only: ['ag'] }),
      OptionError,
      "only names 'ag', which is not a column",
    ],
    ['an option', () => encode.fit(data, { numbers: 'none' } as never), OptionError, "numbers is 'none'"],
    ['an option, before', () => encode.with({ number: 'asis' } as never), OptionError, "did you mean 'numbers'?"],
    ['nothing', () => encode.fit(undefined as never), OptionError, 'encode.fit: the data is not a data set'],
    ['nothing that differs', () => encode.fit(data, { only: ['flat'] }), DataError, 'no column is left'],
  ])('refuses %s', (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
  test('a number among text, and a word among numbers, are named', () => {
    const odd = dataset.fromCsv(column(['1', '2', '3', 'x12']));
    expect(() => encode.fit(dataset.fromCsv(column([...many(60, (i) => `${i}.5`), 'x12'])))).toThrow(
      "since line 62 has 'x12'",
    );
    expect(() => encode.fit(dataset.fromCsv(column(['1', '2', '3', '4']))).apply(odd)).toThrow(
      "column 'c' is category here and was number in the training set, since line 5 has 'x12'",
    );
  });
});
