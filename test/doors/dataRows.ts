import * as R from '../../src/index.js';
import { type Door, type Doors, row } from './harness.js';
import * as k from './kinds.js';

type Call = (...args: unknown[]) => unknown;

/** Six rows of three features with labels of two classes, and the same rows with values as targets. */
const X = Array.from({ length: 6 }, (_, i) => [i, (i * i) % 5, -i / 2]);
export const classes = (): R.Dataset => R.dataset({ x: X, y: [0, 1, 0, 1, 0, 1], classes: 2 });
export const values = (): R.Dataset => R.dataset({ x: X, y: X.map(([a, b]) => [a + b, a - b]) });
export const labelled = k.dataset(classes);

const isObject = (x: unknown): boolean => typeof x === 'object' && x !== null;
const list = (right: unknown): ReturnType<typeof k.values> => k.or(k.values(right), isObject);
const share = (right: number): ReturnType<typeof k.between> => k.between(right);
const method = (
  name: string,
  args: Door['args'],
  more?: Partial<Door>,
  of: () => object = classes,
  prefix = 'dataset',
): Doors =>
  row(`${prefix}().${name}`, (...given: unknown[]) => (of() as Record<string, Call>)[name](...given), args, undefined, {
    says: name,
    ...more,
  });
const bytes = (shape: readonly number[], ...numbers: number[]): Uint8Array =>
  Uint8Array.of(0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...numbers);
/** A NumPy file of bytes. */
function npy(shape: string, ...numbers: number[]): Uint8Array {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }\n`;
  const text = Array.from(header, (c) => c.charCodeAt(0));
  return Uint8Array.of(0x93, ...Array.from('NUMPY', (c) => c.charCodeAt(0)), 1, 0, text.length, 0, ...text, ...numbers);
}
const pixels = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 255) };
const seed = k.finite(1);
const made = { n: k.whole(6, 2), noise: k.fromZero(0.1), seed };
/** Labels, or the name of a column: those of `classes` have numbers as names. */
export const groups = k.or(
  k.only(() => ['a', 'a', 'b', 'b', 'c', 'c']),
  (x) => x === undefined || x === '2',
);
export const time = { order: k.optional(k.word('time')), gap: k.optional(k.whole(0, 0)) };
const encoding = {
  numbers: k.word('minMax'),
  categories: k.word('index'),
  missing: k.word('median'),
  indicator: k.flag(true),
  unknown: k.word('error'),
  only: k.or(
    k.only(() => ['0', '1']),
    (x) => Array.isArray(x) && x.every((text) => typeof text === 'string'),
  ),
};
const table = {
  target: k.text('y'),
  classes: list(['a', 'b']),
  types: k.or(
    k.only(() => ({ x: 'number' })),
    (x) => isObject(x) && !Object.keys(x as object).length,
  ),
  missing: k.or(
    k.only(() => ['NA']),
    (x) => Array.isArray(x) && x.every((text) => typeof text === 'string'),
  ),
  drop: k.or(
    k.only(() => []),
    (x) => Array.isArray(x) && !x.length,
  ),
  sealed: k.flag(false),
};
const scaled = (name: 'standardize' | 'minMax'): Doors => ({
  ...row(`${name}.fit`, R[name].fit, { data: labelled }, undefined, { says: `${name}.fit` }),
  ...row(`${name}.apply`, R[name].fit(classes()).apply, { data: k.or(labelled, (x) => isTensor(x)) }, undefined, {
    says: name,
  }),
});
function isTensor(x: unknown): boolean {
  return isObject(x) && 'shape' in (x as object) && 'data' in (x as object);
}

export const dataRows: Doors = {
  ...row(
    'dataset',
    R.dataset,
    {},
    {
      x: k.or(
        k.tensor(() => X),
        isObject,
      ),
      y: k.or(
        k.tensor(() => [0, 1, 0, 1, 0, 1]),
        isObject,
      ),
      mask: list([1, 1, 1, 1, 1, 1]),
      weights: list([1, 1, 1, 1, 1, 1]),
      classes: k.or(k.whole(2, 0), (x) => x === false || isObject(x)),
      shape: k.shape([3]),
      scale: k.finite(2),
      sealed: k.flag(false),
    },
    { needed: true },
  ),
  ...row(
    'Dataset',
    (columns: never) => new R.Dataset(columns),
    {},
    {
      x: k.or(
        k.only(() => Float32Array.of(1, 2)),
        (v) => v instanceof Uint8Array,
      ),
      shape: k.shape([1]),
      scale: k.finite(1),
      size: k.whole(2),
      targets: k.or(
        k.only(() => []),
        (x) => Array.isArray(x) && x.length === 0,
      ),
      weights: k.only(() => Float32Array.of(1, 2)),
      lengths: k.only(() => Int32Array.of(1, 1)),
      sealed: k.flag(false),
    },
    { needed: true, says: 'dataset' },
  ),
  ...row(
    'dataset.fromRows',
    R.dataset.fromRows,
    {
      rows: k.or(
        k.only(() => Array.from({ length: 6 }, (_, i) => ({ x: i, y: i % 2 ? 'a' : 'b' }))),
        Array.isArray,
      ),
    },
    table,
  ),
  ...row(
    'dataset.fromCsv',
    R.dataset.fromCsv,
    {
      text: k.or(
        k.only(() => 'x,y\n1,a\n2,b\n3,a'),
        (v) => typeof v === 'string',
      ),
    },
    {
      ...table,
      delimiter: k.or(
        k.only(() => ','),
        (x) => typeof x === 'string' && x.length === 1,
      ),
      separator: k.or(
        k.only(() => ','),
        (x) => typeof x === 'string' && x.length === 1,
      ),
    },
  ),
  ...row(
    'dataset.fromColumns',
    R.dataset.fromColumns,
    { table: k.only(() => ({ x: [0, 1, 2, 3, 4, 5], y: ['a', 'b', 'a', 'b', 'a', 'b'] })) },
    table,
  ),
  ...row(
    'dataset.windows',
    R.dataset.windows,
    { series: k.or(k.values([1, 2, 3, 4, 5, 6]), isObject) },
    {
      length: k.whole(2),
      horizon: k.whole(1),
      step: k.whole(1),
      target: k.only(() => 0),
      classes: k.or(k.whole(7, 0), (x) => x === false || isObject(x)),
    },
    { needed: true, says: 'windows' },
  ),
  ...row(
    'dataset.sequences',
    R.dataset.sequences,
    {
      rows: k.or(
        k.only(() => [[1, 2], [3]]),
        (x) => Array.isArray(x) && x.length > 0 && x.every((one) => Array.isArray(one) && one.length > 0),
      ),
    },
    {
      y: list([0, 1]),
      length: k.whole(3),
      mask: list([1, 0]),
      weights: list([1, 2]),
      classes: k.or(k.whole(2, 0), (x) => x === false || isObject(x)),
      sealed: k.flag(false),
    },
    { says: 'sequences' },
  ),
  ...row('encode.fit', R.encode.fit, { data: labelled }, encoding, { says: 'encode.fit' }),
  ...row('encode.with', R.encode.with, {}, encoding, { says: 'encode.with' }),
  ...row(
    'encode.apply',
    R.encode.fit(R.dataset.fromColumns({ x: [0, 1, 2], y: ['a', 'b', 'a'] })).apply,
    {
      rows: k.or(
        k.only(() => [{ x: 1, y: 'a' }]),
        (x) => Array.isArray(x) && Array.isArray(x[0]),
      ),
    },
    undefined,
    { says: 'encode.apply' },
  ),
  ...row(
    'pipeline',
    (parts: never, options: never) => R.pipeline(parts, options).dispose(),
    { parts: k.only(() => [R.encode, R.nn.sequential([R.nn.dense(2)])]) },
    { target: k.word('standardize') },
  ),
  ...row('dataset.fromIdx', R.dataset.fromIdx, {
    images: k.only(() => bytes([2, 1, 2], 1, 2, 3, 4)),
    labels: k.optional(k.only(() => bytes([2], 0, 1))),
  }),
  ...row(
    'dataset.fromImageData',
    R.dataset.fromImageData,
    { images: k.only(() => [pixels, pixels]) },
    {
      labels: list([0, 1]),
      classes: k.or(k.whole(2, 0), (x) => x === false || isObject(x)),
      size: k.or(k.whole(3), (x) => Array.isArray(x)),
      channels: k.word(1 as never),
      sealed: k.flag(false),
    },
    { says: 'fromImageData' },
  ),
  ...row(
    'dataset.stream',
    R.dataset.stream,
    { source: k.called(() => () => []) },
    {
      shape: k.shape([2]),
      classes: k.or(k.whole(2, 0), (x) => x === false || isObject(x)),
      buffer: k.whole(5),
      size: k.whole(5),
    },
    { needed: true, says: 'dataset.stream' },
  ),
  ...row(
    'DataStream',
    (source: never, options: never) => new R.DataStream(source, options),
    { source: k.called(() => () => []) },
    {
      shape: k.shape([2]),
      classes: k.or(k.whole(2, 0), (x) => x === false || isObject(x)),
      buffer: k.whole(5),
      size: k.whole(5),
    },
    { needed: true, says: 'dataset.stream' },
  ),
  ...row('dataset.fromNpy', R.dataset.fromNpy, {
    x: k.only(() => npy('2, 2', 1, 2, 3, 4)),
    y: k.optional(k.only(() => npy('2,', 0, 1))),
  }),
  ...method('take', { n: k.whole(2) }),
  ...method('slice', { begin: k.optional(k.whole(1, -9)), end: k.optional(k.whole(3, -9)) }),
  ...method('rows', {
    indices: k.or(
      k.only(() => [0, 2]),
      (x) => Array.isArray(x) || ArrayBuffer.isView(x),
    ),
  }),
  ...method('shuffle', { seed: k.optional(seed) }),
  ...method('map', {
    f: k.called(() => ({ x }: { x: Float32Array }) => ({ x: x.map(Math.abs) })),
  }),
  ...method('concat', { data: labelled }),
  ...method(
    'with',
    {
      options: k.or(
        k.only(() => ({ size: 6 })),
        isObject,
      ),
    },
    { says: 'with' },
  ),
  ...method(
    'target',
    {
      target: k.or(
        k.only(() => ''),
        (v) => v === undefined || v === '',
      ),
    },
    { says: 'dataset' },
  ),
  ...row('kFold', R.kFold, { data: labelled, k: k.whole(2, 2) }, { seed, stratify: k.flag(true), groups }),
  ...row('kFold in time', R.kFold, { data: labelled, k: k.whole(2, 2) }, time, { says: 'kFold' }),
  ...row(
    'split',
    R.split,
    { data: labelled },
    { train: share(0.4), validation: share(0.3), test: share(0.3), seed, stratify: k.flag(false), groups },
  ),
  ...row('split in time', R.split, { data: labelled }, time, { says: 'split' }),
  ...scaled('standardize'),
  ...scaled('minMax'),
  ...row(
    'polynomialFeatures',
    R.polynomialFeatures,
    {},
    { degree: k.whole(2, 0), powers: k.word('total'), bias: k.flag(true) },
    { needed: true, use: ((p: R.PolynomialFeatures) => p.apply(classes())) as Door['use'] },
  ),
  ...row(
    'polynomialFeatures.apply',
    R.polynomialFeatures({ degree: 2 }).apply,
    { data: k.or(labelled, isTensor) },
    undefined,
    {
      says: 'polynomialFeatures',
    },
  ),
  ...row(
    'polynomialFeatures.exponents',
    R.polynomialFeatures({ degree: 2 }).exponents,
    { features: k.whole(2) },
    undefined,
    {
      says: 'polynomialFeatures',
    },
  ),
  ...Object.assign(
    {},
    ...(['moons', 'circles', 'xor'] as const).map((name) => row(`datasets.${name}`, R.datasets[name], {}, made)),
    ...(['spirals', 'gaussians'] as const).map((name) =>
      row(`datasets.${name}`, R.datasets[name], {}, { ...made, classes: k.whole(2, 2) }),
    ),
  ),
  ...row(
    'datasets.polynomial',
    R.datasets.polynomial,
    {},
    {
      ...made,
      coefficients: k.or(
        k.only(() => [1, 2]),
        (x) => ArrayBuffer.isView(x) || Array.isArray(x),
      ),
      low: k.finite(-1),
      high: k.finite(1),
    },
  ),
};
