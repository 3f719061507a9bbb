import { beforeAll, describe, expect, test } from 'vitest';
// As it is built, with the engine that the builders use too.
import * as regulus from '../../dist/index.js';
import { crossValidate, learningCurve, nestedCrossValidate } from '../../dist/generalization.js';
import { threads } from '../../dist/sweep.js';
import * as builds from './builds.mjs';

const { adam, capacityCurve, crossEntropy, dataset, datasets, earlyStopping, split } = regulus;
const module = new URL('./builds.mjs', import.meta.url);
const moons = datasets.moons({ n: 60, noise: 0.2, seed: 1 });
const { train, validation } = split(moons, { seed: 1 });
const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), epochs: 3, seed: 4 };
/** A table with text, numbers and missing cells. */
const table = dataset.fromRows(
  Array.from({ length: 48 }, (_, i) => ({
    plan: ['free', 'pro', 'team'][i % 3],
    months: i % 7 ? i % 12 : null,
    left: (i * 7) % 5 < 2 ? 'yes' : 'no',
  })) as never,
  { target: 'left' },
);
const values = dataset({
  x: Array.from({ length: 40 }, (_, i) => [i % 7, i % 5]),
  y: Array.from({ length: 40 }, (_, i) => [i % 3]),
});

/** What there is to see of a result: numbers with all their bits. */
const seen = (found: object): unknown =>
  JSON.parse(
    JSON.stringify({ ...found, text: String(found) }, (key, x) => {
      if (key === 'outOfFold') return [...(x as regulus.Tensor).data()].map(String);
      return typeof x === 'function' ? undefined : typeof x === 'number' ? String(x) : x;
    }),
  );

type Call = (build: unknown, more: object) => Promise<object>;
const cross =
  (data: regulus.Dataset, own: object): Call =>
  (build, more) =>
    crossValidate(build as never, data, { ...options, ...own, ...more } as never);
const CALLS: [string, keyof typeof builds, Call][] = [
  ['crossValidate', 'network', cross(moons, { folds: 3, repeats: 2, seeds: 2 })],
  ['crossValidate with early stopping', 'network', cross(moons, { folds: 3, stop: earlyStopping({ patience: 1 }) })],
  ['crossValidate in time', 'network', cross(moons, { folds: 3, order: 'time' })],
  ['crossValidate of a table', 'ofRows', cross(table, { folds: 2 })],
  [
    'crossValidate of a ready model',
    'line',
    (build, more) => crossValidate(build as never, values, { folds: 4, ...more }),
  ],
  [
    'crossValidate with options of its own',
    'choosy',
    (build, more) => crossValidate(build as never, moons, { folds: 2, ...more }),
  ],
  [
    'learningCurve',
    'network',
    (build, more) =>
      learningCurve(build as never, { train, validation }, { ...options, sizes: [9, 18, 36], repeats: 2, ...more }),
  ],
  [
    'nestedCrossValidate',
    'wide',
    (build, more) => nestedCrossValidate(build as never, [1, 4], moons, { ...options, folds: 3, inner: 2, ...more }),
  ],
  [
    'capacityCurve',
    'wide',
    (build, more) => capacityCurve(build as never, [1, 2, 4], { train, validation }, { ...options, ...more }),
  ],
];
describe.each(CALLS)('%s', (_, name, call) => {
  let here: unknown;
  beforeAll(async () => {
    here = seen(await call(builds[name], {}));
  });
  test.each([1, 2, 3])('has the same bits in %i workers', async (workers) => {
    expect(seen(await call(name, { engine: threads({ module, workers }) }))).toEqual(here);
  });
  test('the function itself names it', async () => {
    expect(seen(await call(builds[name], { engine: threads({ module, workers: 1 }) }))).toEqual(here);
  });
});

describe('refused, or ended', () => {
  const engine = threads({ module, workers: 2 });
  const call = (build: unknown, more: object = {}, data = moons) =>
    crossValidate(build as never, data, { ...options, folds: 2, engine, ...more } as never);
  const shared = { train: moons.slice(0, 40), validation: moons.slice(20, 60) };
  test.each<[string, () => Promise<unknown>, string, string]>([
    [
      'a name that is not there',
      () => call('networks'),
      'OptionError',
      "exports no function 'networks'; did you mean 'network'? It exports",
    ],
    [
      'a function that is not there',
      () => call(() => builds.network()),
      'OptionError',
      'the build is a function that file:',
    ],
    ['functions of one text', () => call(builds.one), 'OptionError', 'cannot be told apart; give a name: one, two'],
    [
      'a name without an engine',
      () => call('network', { engine: undefined }),
      'OptionError',
      "crossValidate: build is 'network'",
    ],
    [
      'what is no engine',
      () => call('network', { engine: { name: 'x' } }),
      'OptionError',
      'it is made by threads({ module }) or redis({ url })',
    ],
    [
      'a callback',
      () => call('network', { onEpoch: () => undefined }),
      'UnsupportedError',
      'onEpoch cannot be sent to workers',
    ],
    [
      'a metric of ones own',
      () => call('network', { metrics: () => 1 }),
      'UnsupportedError',
      'let build return { model, options }',
    ],
    ['a sealed set', () => call('network', {}, moons.with({ sealed: true })), 'LeakageError', 'this set is sealed'],
    [
      'rows of both sets',
      () => capacityCurve('wide', [1], shared, { ...options, engine }),
      'LeakageError',
      'rows of the training set',
    ],
    ['no model', () => call('nothing'), 'OptionError', 'crossValidate: build returned 1; it must return'],
    ['a divergence', () => call('diverges'), 'DivergenceError', ''],
    ['an error of ones own', () => call('strange'), 'SyntaxError', 'not this'],
    ['threads that die', () => call('deadly'), 'WorkerError', 'gave no answer: its worker ended 3 times: exit code 7'],
    [
      'a candidate that is no JSON',
      () => nestedCrossValidate('wide', [1, () => 2], moons, { ...options, engine } as never),
      'UnsupportedError',
      'candidates[1] is',
    ],
    ['a signal that is none', () => call('network', { signal: 1 }), 'OptionError', 'signal is 1'],
  ])('%s', async (_, wrong, kind, message) => {
    const error = await wrong().catch((caught: unknown) => caught);
    expect((error as Error).name).toBe(kind);
    if (kind in regulus) expect(error).toBeInstanceOf(regulus[kind as 'OptionError']);
    expect((error as Error).message).toContain(message);
  });
  test('a signal ends it with its reason', async () => {
    const stopper = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => stopper.abort(reason), 500);
    await expect(call('endless', { signal: stopper.signal })).rejects.toBe(reason);
    await expect(call('network', { signal: stopper.signal })).rejects.toBe(reason);
  });
});
