import { describe, expect, test } from 'vitest';
import { DataError, FormatError, OptionError, RegulusError } from '../../src/errors.js';
import { dataset, kFold, minMax, polynomialFeatures, split, standardize } from '../../src/data/index.js';
import { tensor } from '../../src/tensor/create.js';

const cyclic: unknown[] = [];
cyclic.push(cyclic);
const rows = [
  [1, 2],
  [3, 4],
];
const holes = <T>(n: number, i: number, value: T): T[] => Object.assign(new Array<T>(n), { [i]: value });

describe('x and y: what is no number is named, with its row and column', () => {
  test.each<[string, unknown, string]>([
    [
      'a string',
      [
        [1, 2],
        ['3', 4],
      ],
      "dataset: x is '3' (a string) in row 1, column 0, counted from 0; give a number",
    ],
    ['null', [[1, null]], 'dataset: x is null in row 0, column 1, counted from 0; give a number'],
    ['undefined', [[1, undefined]], 'dataset: x is undefined in row 0, column 1'],
    ['a hole', [holes(2, 0, 1)], 'dataset: x is undefined in row 0, column 1'],
    ['a boolean', [[true]], 'dataset: x is true in row 0, column 0'],
    ['a bigint', [[1n]], 'dataset: x is 1n in row 0, column 0'],
    [
      'an array of bigints',
      BigInt64Array.of(1n),
      'dataset: x is a BigInt64Array; give numbers: Float64Array.from(x, Number)',
    ],
    ['one in a list', [BigUint64Array.of(1n)], 'dataset: x is 1n in row 0, column 0'],
    ['a list of strings', ['1', '2'], "dataset: x is '1' (a string) in row 0, counted from 0; give a number"],
    [
      'a row that is none',
      [[1], 2],
      'dataset: x is 2 in row 1, counted from 0, where a list of 1 numbers was expected',
    ],
    ['a row that is missing', [[1], null], 'dataset: x is null in row 1, counted from 0, where a list of 1 numbers'],
    [
      'rows of unequal length',
      [[1, 2], [3]],
      'dataset: x has 1 values in row 1, counted from 0; the first of its kind has 2',
    ],
    [
      'an image',
      [[[[1]], [['x']]]],
      "dataset: x is 'x' (a string) in row 0, place 1, place 0, place 0, counted from 0",
    ],
    ['a list that holds itself', cyclic, 'dataset: x has lists in lists, more than 32 deep; does one hold itself?'],
    ['a row that holds itself', [[1], cyclic], 'dataset: x is a list of 1 in row 1, column 0'],
    [
      'a text',
      'a'.repeat(1e6),
      `dataset: x is '${'a'.repeat(60)}…'; give a tensor, a typed array or nested lists of numbers`,
    ],
    ['nothing', undefined, 'dataset: x is undefined; give a tensor'],
    [
      'a tensor that is none',
      { shape: [2], data: () => [1, 2] },
      'dataset: x looks like a tensor, but its data() are not the numbers of its shape',
    ],
    ['a tensor of another size', { shape: [3], data: () => Float32Array.of(1) }, 'dataset: x looks like a tensor'],
    ['a tensor without a shape', { shape: null, data: () => Float32Array.of(1) }, 'dataset: x looks like a tensor'],
    [
      'more numbers than an array holds',
      new Array(30_000).fill(new Float32Array(300_000)),
      'dataset: x has 9000000000 numbers, more than one array can hold',
    ],
    ['one long row first', [new Float32Array(1e6), ...new Array(1e5).fill([1])], 'dataset: x has 1 values in row 1'],
  ])('x: %s', (_, x, message) => {
    expect(() => dataset({ x: x as never })).toThrow(DataError);
    expect(() => dataset({ x: x as never })).toThrow(message);
  });
  test.each<[string, unknown, string]>([
    ['null', [1, null], 'dataset: y is null in row 1, counted from 0; give a number'],
    [
      'null among columns',
      [
        [1, 2],
        [1, null],
      ],
      'dataset: y is null in row 1, column 1, counted from 0; give a number',
    ],
    ['null among strings', ['a', null], 'dataset: y[1] is null among strings; give only strings or only numbers'],
    ['a hole among strings', holes(2, 0, 'a'), 'dataset: y[1] is undefined among strings'],
    ['bigints', BigInt64Array.of(1n, 0n), 'dataset: y is a BigInt64Array; give numbers: Float64Array.from(y, Number)'],
    ['a head', { a: [1, 'b'] }, 'dataset: y.a[0] is 1 among strings'],
    ['a head of null', { a: null }, 'dataset: y.a is null'],
  ])('y: %s', (_, y, message) => {
    expect(() => dataset({ x: rows, y: y as never })).toThrow(DataError);
    expect(() => dataset({ x: rows, y: y as never })).toThrow(message);
  });
});

const VALUES: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40, 1n, '', 'x', Symbol('s')],
  ...[
    {},
    Object.create(null),
    { length: 2 },
    { length: -1 },
    { x: 1 },
    { a: [0, 1] },
    new Map(),
    new Date(0),
    /x/,
    () => 1,
  ],
  ...[
    [],
    [[]],
    [null, null],
    ['', ''],
    [[1], [2]],
    [1, [2]],
    cyclic,
    [cyclic, cyclic],
    holes(3, 2, 1),
    [Symbol('s'), 1],
  ],
  ...[
    new Float32Array(0),
    Float64Array.of(1e300, 1),
    BigInt64Array.of(1n, 2n),
    new DataView(new ArrayBuffer(8)),
    new ArrayBuffer(8),
  ],
  ...[Promise.resolve(1), tensor(1), tensor([1, 2]), { shape: 1, data: () => 1 }, dataset({ x: rows })],
];
const data = () => dataset({ x: rows, y: Int32Array.of(0, 1) });
const byHead = dataset({ x: rows, y: { a: [0.5, 1.5] } });
const DOORS: readonly [string, (value: never) => unknown][] = [
  ['dataset', (value) => dataset(value)],
  ...(['x', 'y', 'mask', 'weights', 'classes', 'shape', 'scale', 'sealed'] as const).map(
    (name): [string, (value: never) => unknown] => [
      `dataset: ${name}`,
      (value) => dataset({ x: rows, ...(name === 'y' ? {} : { y: [0.5, 1] }), [name]: value }),
    ],
  ),
  ...(['y', 'mask', 'classes'] as const).map((name): [string, (value: never) => unknown] => [
    `dataset: ${name} by head`,
    (value) => dataset({ x: rows, y: { a: [0.5, 1] }, [name]: { a: value } } as never),
  ]),
  ['fromRows', (value) => dataset.fromRows(value)],
  ['fromRows: a row', (value) => dataset.fromRows([[1, 2], value])],
  ['fromRows: the first row', (value) => dataset.fromRows([value, [1, 2]])],
  ['fromRows: a cell', (value) => dataset.fromRows([{ a: value, b: 1 }], { target: 'b' })],
  ['fromRows: a target', (value) => dataset.fromRows([{ a: 1, b: value }], { target: 'b' })],
  ['fromRows: options', (value) => dataset.fromRows([[1, 2]], value)],
  ['fromRows: target', (value) => dataset.fromRows([[1, 2]], { target: value })],
  ['fromRows: target of objects', (value) => dataset.fromRows([{ a: 1, b: 2 }], { target: value })],
  ['fromCsv', (value) => dataset.fromCsv(value)],
  ['fromCsv: options', (value) => dataset.fromCsv('a,b\n1,2', value)],
  ['fromCsv: target', (value) => dataset.fromCsv('a,b\n1,2', { target: value })],
  ['fromCsv: separator', (value) => dataset.fromCsv('a,b\n1,2', { separator: value })],
  ['fromCsv: classes', (value) => dataset.fromCsv('a,b\n1,2', { target: 'b', classes: value })],
  ['fromIdx', (value) => dataset.fromIdx(value)],
  ['fromNpy', (value) => dataset.fromNpy(value)],
  ['rows', (value) => data().rows(value)],
  ['slice', (value) => data().slice(value)],
  ['take', (value) => data().take(value)],
  ['shuffle', (value) => data().shuffle(value)],
  ['concat', (value) => data().concat(value)],
  ['map', (value) => data().map(value)],
  ['map: what f returns', (value) => data().map(() => value)],
  ['map: x', (value) => data().map(() => ({ x: value }))],
  ['map: y', (value) => data().map(() => ({ y: value }))],
  ['map: y by head', (value) => byHead.map(() => ({ y: value }))],
  ['map: y of a head', (value) => byHead.map(() => ({ y: { a: value } }))],
  ['map: y of none', (value) => dataset({ x: rows }).map(() => ({ y: value }))],
  ['target', (value) => data().target(value)],
  ['split', (value) => split(value)],
  ['split: options', (value) => split(data(), value)],
  ['kFold', (value) => kFold(value, 2)],
  ['kFold: k', (value) => kFold(data(), value)],
  ['standardize.fit', (value) => standardize.fit(value)],
  ['standardize.apply', (value) => standardize.fit(data()).apply(value)],
  ['minMax.fit', (value) => minMax.fit(value)],
  ['polynomialFeatures', (value) => polynomialFeatures(value)],
  ['polynomialFeatures: degree', (value) => polynomialFeatures({ degree: value })],
  ['polynomialFeatures.apply', (value) => polynomialFeatures({ degree: 1 }).apply(value)],
];

test.each(DOORS)('whatever JavaScript hands in is taken, or refused with a reason: %s', (_, door) => {
  for (const value of VALUES)
    try {
      door(value as never);
    } catch (error) {
      expect(error).toBeInstanceOf(RegulusError);
      expect((error as Error).message.length).toBeGreaterThan(10);
      expect((error as Error).message).not.toMatch(/\[object|is not a function|\n/);
    }
});

describe('methods', () => {
  test.each<[string, () => unknown, new (m: string) => Error, string]>([
    ['rows of none', () => data().rows([]), DataError, 'rows: there are no indices; a set has at least one row'],
    [
      'map that is async',
      () => data().map((async () => ({})) as never),
      DataError,
      'map: the function returned a promise for row 0; it must not be async',
    ],
    [
      'map of none',
      () => data().map(null as never),
      OptionError,
      'map: f is null; it must be a function of an example',
    ],
    ['concat with what is no set', () => data().concat([] as never), OptionError, 'concat: the data is not a data set'],
    [
      'split of what is no set',
      () => split([] as never),
      OptionError,
      'split: the data is not a data set; make one with dataset({ x, y })',
    ],
    [
      'a degree beyond all tables',
      () => polynomialFeatures({ degree: 1e7 }),
      OptionError,
      'polynomialFeatures: degree is 10000000; it must be a whole number from 0 to 10000',
    ],
    [
      'columns beyond the limit',
      () => polynomialFeatures({ degree: 9999 }).exponents(2),
      OptionError,
      'gives more than 10000 columns',
    ],
  ])('%s', (_, attempt, type, message) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(message);
  });
  test('map gives targets to a set that has none', () => {
    expect([...dataset({ x: rows }).map(({ x }) => ({ y: x[0] / 2 })).y]).toEqual([0.5, 1.5]);
  });
});

describe('fromRows', () => {
  test('a column may be named length', () => {
    const made = dataset.fromRows(
      [
        { length: 1.5, y: 0.5 },
        { length: 2, y: 1 },
      ],
      { target: 'y' },
    );
    expect([[...made.x], [...made.y], made.featureNames]).toEqual([[1.5, 2], [0.5, 1], ['length']]);
  });
  test('typed arrays are rows', () => {
    expect([...dataset.fromRows([Float32Array.of(1, 2), Float32Array.of(3, 4.5)], { target: -1 }).y]).toEqual([2, 4.5]);
  });
  test.each<[string, readonly unknown[], string]>([
    [
      'a hole',
      holes(4, 0, { a: 1, b: 2 }),
      'fromRows: row 1 is undefined, where an object as row 0 was expected; correct it or leave it out',
    ],
    ['null', [{ a: 1, b: 2 }, null], 'fromRows: row 1 is null, where an object as row 0 was expected'],
    ['a list among objects', [{ a: 1 }, [1]], 'fromRows: row 1 is a list of 1, where an object as row 0 was expected'],
    ['an object among lists', [[1], { a: 1 }], 'fromRows: row 1 is an Object, where a list as row 0 was expected'],
    ['null first', [null], 'fromRows: row 0 is null, where an object or a list was expected'],
    ['no rows', [], 'fromRows: there are no rows; give at least one'],
    ['no columns', [{}], 'fromRows: row 0 has no columns; give at least one feature'],
    ['a key that is new', [{ a: 1 }, { a: 1, b: 1 }], "fromRows: row 1 has 'b', which row 0 has not: a"],
  ])('%s', (_, given, message) => {
    expect(() => dataset.fromRows(given as never)).toThrow(DataError);
    expect(() => dataset.fromRows(given as never)).toThrow(message);
  });
  test('many columns take no longer for each', () => {
    const row = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`c${i}`, i]));
    expect(dataset.fromRows([row, row, row], { target: 'c7', classes: false }).shape).toEqual([99_999]);
  });
});

describe('fromCsv', () => {
  const named = (fields: string) => dataset.fromCsv(`a,y\n1,${fields}\n2,b\n`, { target: 'y' }).classNames;
  test.each<[string, string]>([
    ['"""x"" y"', '"x" y'],
    ['"x ""y"""', 'x "y"'],
    ['""""', '"'],
    ['"""""c"', '""c'],
    ['"c"""', 'c"'],
    ['"a,""\n"', 'a,"'],
    ['a"b', 'a"b'],
  ])('quotes: %j is %j', (field, value) => {
    expect(named(field)).toContain(value);
  });
  test.each<[string, boolean]>([
    ['1', true],
    ['-1.', true],
    ['+.5e-3', true],
    [' 2.50 ', true],
    ['1e', false],
    ['.', false],
    ['1.2.3', false],
    ['0x10', false],
    ['1_000', false],
    ['Infinity', false],
  ])('%j is a number: %s', (field, expected) => {
    const read = () => dataset.fromCsv(`a,b\n${field},1\n`);
    if (expected) expect([...read().x][0]).toBeCloseTo(Number(field), 6);
    else expect(read().columns[0].type).toBe('category');
  });
  test('a long field that is no number is seen to be none at once, and is shortened in the message', () => {
    for (const field of [`${'1'.repeat(2e6)}x`, `${' '.repeat(2e6)}x`, `1${' '.repeat(2e6)}x`, `1.${'1'.repeat(2e6)}e`])
      expect(() => dataset.fromCsv(`a,y\n${field},0\n`, { target: 'y', types: { a: 'number' } })).toThrow(
        /^fromCsv: line 2, column 'a': '( {60}…|1[1. ]{59}…)' is not a finite number/,
      );
  });
  test('many columns take no longer for each; one that is not there is refused', () => {
    const names = Array.from({ length: 300_000 }, (_, i) => `column ${i}`);
    const text = `${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`;
    expect(dataset.fromCsv(text).shape).toEqual([300_000]);
    const refused = () => dataset.fromCsv(text, { target: 'colum 7' });
    expect(refused).toThrow(OptionError);
    expect(refused).toThrow(
      /^fromCsv: target 'colum 7' is not a column; did you mean 'column 7'\? Columns: column 0, .*, column 19 and 299980 more$/,
    );
    expect(() => dataset.fromCsv(`${text.replace('column 9,', 'column 8,')}`)).toThrow(
      "fromCsv: line 1: two columns are named 'column 8'; rename one",
    );
  });
  test('a target that is not there: no suggestion where none resembles', () => {
    expect(() => dataset.fromCsv('a;b;y\n1;2;3\n', { target: 'y', delimiter: ',' })).toThrow(
      "fromCsv: target 'y' is not a column. Columns: a;b;y",
    );
  });
});

test('npy headers of any length', () => {
  const npy = (padding: number) => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }${' '.repeat(padding)}\n`;
    const bytes = new Uint8Array(12 + header.length + 8);
    bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 2, 0]);
    new DataView(bytes.buffer).setUint32(8, header.length, true);
    bytes.set(new TextEncoder().encode(header), 12);
    bytes.set(new Uint8Array(Float32Array.of(1, 2).buffer), 12 + header.length);
    return bytes;
  };
  expect([...dataset.fromNpy(npy(500_000)).x]).toEqual([1, 2]);
  const broken = npy(500_000);
  broken[20] = 0;
  expect(() => dataset.fromNpy(broken)).toThrow(FormatError);
});
