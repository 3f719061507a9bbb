import { describe, expect, test } from 'vitest';
import {
  adam,
  crossEntropy,
  dataset,
  evaluate,
  fit,
  nn,
  OptionError,
  saveSafetensors,
  split,
} from '../../src/index.js';
import {
  choice,
  integer,
  logUniform,
  search,
  type SearchOptions,
  type StudyContext,
  uniform,
} from '../../src/sweep/index.js';

const space = { rate: logUniform(1e-4, 1e-1), units: choice([16, 64]), keep: uniform(0.3, 1), layers: integer(1, 4) };
type Parameters = { rate: number; units: number; keep: number; layers: number };
/** Smallest at rate 0.01. */
const bowl = ({ rate, layers }: Parameters): number => (rate - 0.01) * (rate - 0.01) + layers;

describe('what trials try', () => {
  test('lies in the space, and all of it is reached', async () => {
    const { trials } = await search(bowl, space, { trials: 400, seed: 3 });
    const of = <K extends keyof Parameters>(name: K): Parameters[K][] =>
      trials.map(({ parameters }) => parameters[name]);
    expect(new Set(of('units'))).toEqual(new Set([16, 64]));
    expect(new Set(of('layers'))).toEqual(new Set([1, 2, 3, 4]));
    for (const [name, low, high] of [
      ['rate', 1e-4, 1e-1],
      ['keep', 0.3, 1],
    ] as const) {
      expect(Math.min(...of(name))).toBeGreaterThanOrEqual(low);
      expect(Math.max(...of(name))).toBeLessThanOrEqual(high);
    }
    // A third of the rates in each power of ten; with 400 draws within 4 standard deviations of 0.0236.
    for (const low of [1e-4, 1e-3, 1e-2])
      expect(Math.abs(of('rate').filter((rate) => rate >= low && rate < 10 * low).length / 400 - 1 / 3)).toBeLessThan(
        0.095,
      );
    expect(Math.abs(of('keep').reduce((sum, x) => sum + x / 400, 0) - 0.65)).toBeLessThan(0.041);
  });

  test('depends on the seed and the number alone', async () => {
    const some = await search(bowl, space, { trials: 5, seed: 7 });
    const more = await search(bowl, space, { trials: 50, seed: 7 });
    const other = await search(bowl, space, { trials: 5, seed: 8 });
    expect(more.trials.slice(0, 5)).toEqual(some.trials);
    expect(other.trials).not.toEqual(some.trials);
  });

  // Computed once; every host must find the same.
  test('is the same in every host', async () => {
    const { trials } = await search(bowl, space, { trials: 3, seed: 1 });
    expect(trials.map(({ parameters }) => parameters)).toEqual(SEEN);
  });

  test('of a grid is each combination once, in an order of the seed', async () => {
    const small = { a: choice(['x', 'y']), b: integer(1, 3), c: uniform(0, 1) };
    const points = async (options: SearchOptions<never>): Promise<string[]> =>
      (await search(() => 0, small, { method: 'grid', levels: 2, ...options } as never)).trials.map(({ parameters }) =>
        JSON.stringify(parameters),
      );
    const all = await points({});
    expect(all).toHaveLength(12);
    expect(new Set(all).size).toBe(12);
    expect(all).toContain('{"a":"y","b":3,"c":1}');
    expect(await points({ trials: 5 })).toEqual(all.slice(0, 5));
    expect(await points({ trials: 99 })).toEqual(all);
    const other = await points({ seed: 1 });
    expect(other).not.toEqual(all);
    expect([...other].sort()).toEqual([...all].sort());
  });

  test('of a grid with a range are values in equal steps, of a logarithmic one in equal proportions', async () => {
    const { trials } = await search(() => 0, { u: uniform(0, 2), l: logUniform(1, 16) }, { method: 'grid' });
    const us = new Set(trials.map(({ parameters }) => parameters.u));
    expect([...us].sort()).toEqual([0, 0.5, 1, 1.5, 2]);
    const ls = [...new Set(trials.map(({ parameters }) => parameters.l))].sort((a, b) => a - b);
    [1, 2, 4, 8, 16].forEach((l, i) => {
      expect(ls[i]).toBeCloseTo(l, 12);
    });
  });
});
const SEEN = [
  { rate: 0.0008552947087354617, units: 64, keep: 0.36885835830079017, layers: 2 },
  { rate: 0.011334975788182586, units: 64, keep: 0.5255001533193748, layers: 4 },
  { rate: 0.0029771272613126603, units: 64, keep: 0.6204497252940204, layers: 4 },
];

test('the smallest value wins, the first of equals, and the table shows all', async () => {
  const { best, trials, table } = await search(({ n }) => Math.abs(n - 2), { n: integer(0, 4) }, { method: 'grid' });
  expect(best).toMatchObject({ parameters: { n: 2 }, value: 0, state: 'completed', attempts: 1 });
  expect(trials).toHaveLength(5);
  const ties = await search(() => 1, { n: integer(0, 4) }, { trials: 3 });
  expect(ties.best?.trial).toBe(0);
  const lines = table().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[0].split(/ +/)).toEqual(['trial', 'n', 'value', 'state']);
});

test('studies know their trial, and have a seed of their own', async () => {
  const seen: StudyContext[] = [];
  const study = (_: unknown, context: StudyContext): number => seen.push(context);
  await search(study, { n: integer(0, 4) }, { trials: 20, maxResource: 7, seed: 2 });
  expect(seen.map(({ trial }) => trial)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(seen.every(({ resource, signal }) => resource === 7 && !signal.aborted)).toBe(true);
  expect(new Set(seen.map(({ seed }) => seed)).size).toBe(20);
});

test('what throws, is not finite or is no number has failed with its reason, and the search goes on', async () => {
  const answers: (() => unknown)[] = [
    () => {
      throw new RangeError('boom');
    },
    () => Number.NaN,
    () => Number.NEGATIVE_INFINITY,
    () => 'low',
    () => undefined,
    () => Promise.reject('no'),
    () => ({ value: 3, accuracy: 0.5 }),
    () => ({ value: 1, big: 1n }),
    () => 4,
  ];
  const result = await search((_, { trial }) => answers[trial]() as number, { n: integer(0, 4) }, { trials: 9 });
  expect(result.trials.map(({ state }) => state === 'completed')).toEqual(answers.map((_, i) => i === 6 || i === 8));
  expect(result.trials[0]).toMatchObject({ state: 'failed', reason: 'boom', attempts: 1 });
  expect(result.trials[1].reason).toBe('the value is NaN');
  expect(result.trials[3].reason).toBe("the study returned 'low'; it must return a number or { value }");
  expect(result.trials[6].details).toEqual({ accuracy: 0.5 });
  expect(result.best?.trial).toBe(6);
  expect(result.table()).toContain('boom');
  const none = await search(() => Number.NaN, { n: integer(0, 4) }, { trials: 2 });
  expect(none.best).toBeUndefined();
});

describe('halving', () => {
  test('gives more to the best of every three only', async () => {
    const calls: number[] = [];
    const study = ({ x }: { x: number }, { resource }: StudyContext): number => {
      calls.push(resource);
      return x + 1 / resource;
    };
    const { best, trials } = await search(
      study,
      { x: uniform(0, 1) },
      { trials: 27, method: 'halving', maxResource: 27 },
    );
    const count = (resource: number): number => calls.filter((each) => each === resource).length;
    expect([1, 3, 9, 27].map(count)).toEqual([27, 9, 3, 1]);
    expect(calls).toHaveLength(40);
    const straight = await search(({ x }) => x, { x: uniform(0, 1) }, { trials: 27 });
    expect(best?.trial).toBe(straight.best?.trial);
    expect(trials.filter(({ state }) => state === 'pruned')).toHaveLength(26);
  });

  test.each([
    [
      { trials: 9 },
      [
        [9, 1],
        [3, 3],
        [1, 9],
      ],
    ],
    [
      { trials: 10, factor: 2, minResource: 5 },
      [
        [10, 5],
        [5, 10],
        [2, 20],
        [1, 40],
      ],
    ],
    [
      { trials: 8, factor: 2, maxResource: 5 },
      [
        [8, 1],
        [4, 2],
        [2, 4],
        [1, 5],
      ],
    ],
    [
      { trials: 3, factor: 2, maxResource: 16 },
      [
        [3, 1],
        [1, 2],
        [1, 4],
        [1, 8],
        [1, 16],
      ],
    ],
    [{ trials: 4, maxResource: 1 }, [[4, 1]]],
  ] as [SearchOptions, number[][]][])('%j', async (options, rungs) => {
    const calls = new Map<number, number>();
    const study = (_: unknown, { resource, trial }: StudyContext): number => {
      calls.set(resource, (calls.get(resource) ?? 0) + 1);
      return trial;
    };
    await search(study, { x: uniform(0, 1) }, { method: 'halving', ...options } as never);
    expect([...calls].map(([resource, count]) => [count, resource])).toEqual(rungs);
  });

  test('trials that fail do not go on', async () => {
    const study = (_: unknown, { trial, resource }: StudyContext): number =>
      trial < 5 || resource > 1 ? Number.NaN : trial;
    const { trials, best } = await search(study, { x: uniform(0, 1) }, { trials: 6, method: 'halving', factor: 2 });
    expect(best).toBeUndefined();
    expect(trials.every(({ state }) => state === 'failed')).toBe(true);
    expect(trials[5].resource).toBe(2);
  });

  test('a rung continues where the one before has stopped, to the bits of a straight training', async () => {
    const { train, validation } = split(
      dataset({
        x: Array.from({ length: 60 }, (_, i) => [i % 7, i % 5]),
        y: Array.from({ length: 60 }, (_, i) => i % 2),
      }),
    );
    const epochs: number[] = [];
    const weights = new Map<number, Uint8Array>();
    const study =
      (continues: boolean) =>
      async ({ rate }: { rate: number }, { resource, seed, signal, checkpoint, trial }: StudyContext) => {
        const model = nn.sequential([nn.dense(4, { activation: 'relu' }), nn.dropout({ keep: 0.8 }), nn.dense(2)]);
        await fit(model, train, {
          loss: crossEntropy(),
          optimizer: adam({ learningRate: rate }),
          batchSize: 8,
          epochs: resource,
          seed,
          signal,
          onEpoch: ({ epoch }) => void epochs.push(epoch),
          ...(continues && { checkpoint }),
        });
        weights.set(trial, saveSafetensors(model));
        return evaluate(model, validation).loss;
      };
    const settings = { trials: 9, method: 'halving', seed: 5 } as const;
    const halved = await search(study(true), { rate: logUniform(1e-3, 1e-1) }, settings);
    const made = epochs.length;
    const ends = new Map(weights);
    const straight = await search(study(false), { rate: logUniform(1e-3, 1e-1) }, settings);
    expect(halved).toEqual(straight);
    expect(made).toBe(9 * 1 + 3 * 2 + 1 * 6);
    expect(epochs.length - made).toBe(9 * 1 + 3 * 3 + 1 * 9);
    const trial = halved.best?.trial as number;
    expect(ends.get(trial)).toEqual(weights.get(trial));
  });
});

describe('median stopping', () => {
  const study = async ({ x }: { x: number }, { report, signal }: StudyContext): Promise<number> => {
    for (let step = 0; step < 4 && !signal.aborted; step++) report(x + 1 / (step + 1));
    return x;
  };
  test('ends what is worse than the median of the waves before', async () => {
    const { trials, best } = await search(study, { x: uniform(0, 1) }, { trials: 12, median: { wave: 4, warmUp: 1 } });
    const firsts = trials
      .slice(0, 4)
      .map(({ parameters }) => parameters.x)
      .sort((a, b) => a - b);
    const limit = (firsts[1] + firsts[2]) / 2;
    expect(trials.slice(0, 4).every(({ state }) => state === 'completed')).toBe(true);
    for (const { parameters, state, reports } of trials.slice(4, 8)) {
      expect(state).toBe(parameters.x > limit ? 'pruned' : 'completed');
      expect(reports).toHaveLength(state === 'pruned' ? 2 : 4);
    }
    expect(best?.parameters.x).toBe(Math.min(...trials.map(({ parameters }) => parameters.x)));
  });
  test('without it, reports are kept and end nothing', async () => {
    const { trials } = await search(study, { x: uniform(0, 1) }, { trials: 12 });
    expect(trials.every(({ state, reports }) => state === 'completed' && reports?.length === 4)).toBe(true);
  });
});

test('a signal ends the search, with the table so far', async () => {
  const stopper = new AbortController();
  const ended: number[] = [];
  const { trials } = await search(
    ({ n }) => n,
    { n: integer(0, 9) },
    {
      trials: 1000,
      signal: stopper.signal,
      onTrial: ({ trial }, progress) => {
        ended.push(progress.ended);
        if (trial === 4) stopper.abort();
      },
    },
  );
  expect(trials).toHaveLength(5);
  expect(ended).toEqual([1, 2, 3, 4, 5]);
  const before = await search(({ n }) => n, { n: integer(0, 9) }, { trials: 3, signal: AbortSignal.abort() });
  expect(before.trials).toEqual([]);
  expect(before.table()).toContain('trial');
});

test('a signal ends the trial that runs, which does not count', async () => {
  const stopper = new AbortController();
  const study = (_: unknown, { trial, signal }: StudyContext): Promise<number> =>
    new Promise((resolve) => {
      if (trial < 2) return resolve(trial);
      signal.addEventListener('abort', () => resolve(-1));
      stopper.abort();
    });
  const { trials, best } = await search(study, { n: integer(0, 9) }, { trials: 9, signal: stopper.signal });
  expect(trials.map(({ trial }) => trial)).toEqual([0, 1]);
  expect(best?.value).toBe(0);
});

test('a listener that throws ends the search', async () => {
  const onTrial = (): never => {
    throw new Error('mine');
  };
  await expect(search(() => 0, { n: integer(0, 9) }, { trials: 3, onTrial })).rejects.toThrow('mine');
});

const call = (options: unknown, given: unknown = space, study: unknown = bowl): Promise<unknown> =>
  search(study as never, given as never, options as never);
test.each([
  [() => call({}), 'search: trials is undefined; it must be a whole number from 1 to 4294967295'],
  [() => call({ trials: 2, trails: 2 }), "search: unknown option 'trails'; did you mean 'trials'? Known"],
  [
    () => call({ trials: 2, method: 'halfing' }),
    "search: method is 'halfing'; it must be 'random' or 'grid' or 'halving'; did you mean 'halving'?",
  ],
  [
    () => call({ trials: 2 }, { rate: [1, 2] }),
    'search: space.rate is [1, 2]; it must be made by uniform, logUniform, integer or choice',
  ],
  [() => call({ trials: 2 }, {}), 'search: the space is empty'],
  [
    () => call({ trials: 2 }, space, 'digits'),
    "search: study is the name 'digits', which only workers know; give engine",
  ],
  [() => call({ trials: 2, levels: 3 }), "search: levels is an option of method: 'grid', and the method is 'random'"],
  [() => call({ trials: 2, method: 'halving', median: true }), "search: median is given with method: 'halving'"],
  [
    () => call({ trials: 2, engine: {} }),
    'search: engine is an Object; it is made by threads({ module }), redis({ url }) or gateway({ port, token })',
  ],
  [() => call({ trials: 2, seed: Number.NaN }), 'search: seed is NaN'],
  [async () => uniform(2, 1), 'uniform: low is 2 and high is 1; low must not be above high'],
  [async () => logUniform(0, 1), 'logUniform: low is 0; it must be a finite number above 0'],
  [async () => integer(0.5, 1), 'integer: low is 0.5'],
  [async () => choice([]), 'choice: values is []'],
  [async () => choice([1, () => 2]), 'choice: value 1 is a function; it must be something that JSON can hold'],
] as [() => Promise<unknown>, string][])('%#: %s is refused', async (wrong, message) => {
  const error = await wrong().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OptionError);
  expect((error as Error).message).toContain(message);
});
