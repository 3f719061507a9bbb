import { describe, expect, test } from 'vitest';
import {
  adam,
  DataError,
  dataset,
  type Dataset,
  fit,
  LeakageError,
  mse,
  nn,
  OptionError,
  sgd,
  split,
} from '../../src/index.js';
import { type Engine, federated, type FederatedOptions } from '../../src/sweep/index.js';
import { changeOf, packedChange } from '../../src/sweep/changes.js';
import { toBytes } from '../../src/sweep/pack.js';

const rows = (from: number, to: number): Dataset =>
  dataset({
    x: Array.from({ length: to - from }, (_, i) => [((from + i) % 7) / 7, ((from + i) % 5) / 5]),
    y: Array.from({ length: to - from }, (_, i) => [((from + i) % 3) - 1]),
  });
const shards = [rows(0, 8), rows(8, 20), rows(20, 40)];
const plain = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 'full', localSteps: 1 } as const;
const numbers = (model: ReturnType<typeof network>): number[] => Object.values(model.state()).flatMap((x) => [...x]);
const network = () => nn.sequential([nn.dense(3, { activation: 'tanh' }), nn.dense(1)]);

test('one update of the whole shard in a round is gradient descent on all rows', async () => {
  const { model, rounds } = await federated(network(), shards, { ...plain, rounds: 8, seed: 3 });
  const whole = network().build([2], { seed: 3 });
  const { localSteps: _, ...recipe } = plain;
  await fit(whole, rows(0, 40), { ...recipe, epochs: 8, seed: 3 });
  const [a, b] = [numbers(model), numbers(whole)];
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i])).toBeLessThan(1e-5);
  });
  expect(rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(rounds[7].loss).toBeLessThan(rounds[0].loss);
});

/** The model w·x of one weight, with rows x = 1 and y = target: an update of SGD with rate ε takes w to w − 2ε(w − target). */
const weight = () =>
  nn.sequential([nn.dense(1, { bias: false })]).build([1], { state: { '0.weight': Float32Array.of(0) } });
const target = (value: number, size: number): Dataset =>
  dataset({ x: Array.from({ length: size }, () => [1]), y: Array.from({ length: size }, () => [value]) });

test.each([
  [undefined],
  [{ learningRate: 0.7, momentum: 0.9 }],
  [{ learningRate: 0.5, momentum: 0.9, nesterov: false }],
  [{ learningRate: 2 }],
] as [FederatedOptions['outer']][])(
  'the outer step is that of SGD on the mean change, weighted by rows: %j',
  async (outer) => {
    const sets = [target(1, 3), target(-2, 9)];
    const { model } = await federated(weight(), sets, { ...plain, localSteps: 4, rounds: 4, ...(outer && { outer }) });
    const { learningRate = 1, momentum = 0, nesterov = true } = outer ?? {};
    let [w, velocity] = [0, 0];
    for (let round = 0; round < 4; round++) {
      // Four steps leave (1 − 2ε)⁴ of the distance.
      const left = 0.8 ** 4;
      const change = ((3 * (1 - w) + 9 * (-2 - w)) / 12) * (1 - left);
      velocity = momentum * velocity + change;
      w += learningRate * (nesterov ? change + momentum * velocity : velocity);
    }
    expect(numbers(model)[0]).toBeCloseTo(w, 5);
  },
);

test('depends on the seed alone, and deals rows anew in each round', async () => {
  const options = { loss: mse(), optimizer: adam(), batchSize: 3, localSteps: 5, rounds: 3 };
  const run = async (seed: number, count = 3): Promise<number[]> =>
    numbers((await federated(network(), shards, { ...options, rounds: count, seed })).model);
  expect(await run(1)).toEqual(await run(1));
  expect(await run(1)).not.toEqual(await run(2));
});

test('statistics of a normalization are averaged, too', async () => {
  const model = nn.sequential([nn.batchNorm(), nn.dense(1)]);
  await federated(model, shards, { ...plain, rounds: 2 });
  const all = await federated(nn.sequential([nn.batchNorm(), nn.dense(1)]), [rows(0, 40)], { ...plain, rounds: 2 });
  const name = Object.keys(model.state()).find((key) => key.includes('ean')) as string;
  expect(model.state()[name]).not.toEqual(new Float32Array(2));
  model.state()[name].forEach((value, i) => {
    expect(value).toBeCloseTo(all.model.state()[name][i], 5);
  });
});

test('a shard that diverges is left out and named', async () => {
  const broken = target(3e38, 4);
  const options = { ...plain, localSteps: 3, rounds: 2 };
  const { model, rounds } = await federated(weight(), [target(1, 3), broken, target(-2, 9)], options);
  expect(rounds.map(({ left }) => left.map(({ shard }) => shard))).toEqual([[1], [1]]);
  expect(rounds[0].left[0].reason).toMatch(/not finite|NaN|Infinity/);
  const without = await federated(weight(), [target(1, 3), target(-2, 9)], options);
  expect(numbers(model)).toEqual(numbers(without.model));
  await expect(federated(weight(), [broken], options)).rejects.toThrow(
    /^federated: no shard gave an update in round 1: shard 0: /,
  );
});

/** An engine whose shards answer what they like. */
const liars = (answers: readonly (Float32Array | undefined)[]): Engine => ({
  name: 'liars',
  trainings: async () => [],
  open: async ({ blobs }) => ({
    slots: 2,
    async run({ trial, parameters }) {
      const answer = answers[trial % answers.length];
      if (answer) await blobs.put(parameters.update as string, toBytes(null, [answer]));
      return { state: 'completed', value: 1, attempts: 1 };
    },
    drop: async () => undefined,
    close: async () => undefined,
  }),
});
test('updates that are not finite, of another size or missing are left out and named', async () => {
  const sets = [1, 2, 3, 4].map((value) => target(value, 3));
  const answers = [Float32Array.of(0.5), Float32Array.of(Number.NaN), Float32Array.of(1, 2), undefined];
  const options = { ...plain, rounds: 1, engine: liars(answers) };
  const { model, rounds } = await federated(weight(), sets, options);
  expect(numbers(model)).toEqual([0.5]);
  expect(rounds[0].left).toEqual([
    { shard: 1, reason: 'number 0 of its update is NaN' },
    { shard: 2, reason: 'its update has 2 numbers, and the model 1' },
    { shard: 3, reason: 'its update is gone' },
  ]);
});

test('a signal ends it after the round that runs', async () => {
  const stopper = new AbortController();
  const onRound = ({ round }: { round: number }): void => {
    if (round === 2) stopper.abort();
  };
  const { model, rounds } = await federated(network(), shards, {
    ...plain,
    rounds: 9,
    onRound,
    signal: stopper.signal,
  });
  expect(rounds).toHaveLength(2);
  const two = await federated(network(), shards, { ...plain, rounds: 2 });
  expect(numbers(model)).toEqual(numbers(two.model));
  expect(String(two)).toMatch(/^round +loss +left out\n +1 /);
});

describe('refused', () => {
  const { test: sealed } = split(rows(0, 40));
  test.each([
    [
      () => federated(network(), [], { ...plain, rounds: 1 }),
      OptionError,
      'federated: shards is []; it must be a list',
    ],
    [() => federated(network(), [sealed], { ...plain, rounds: 1 }), LeakageError, 'federated: shards[0]'],
    [() => federated(network(), shards, { ...plain, rounds: 0 }), OptionError, 'federated: rounds is 0'],
    [
      () => federated(network(), shards, { ...plain, rounds: 1, epochs: 2 } as never),
      OptionError,
      "unknown option 'epochs'",
    ],
    [() => federated(network(), shards, { ...plain, rounds: 1, loss: 'mse' as never }), OptionError, 'loss'],
    [
      () => federated(network(), shards, { ...plain, rounds: 1, outer: { momentum: 2 } }),
      OptionError,
      'outer.momentum is 2',
    ],
    [() => federated((() => 1) as never, shards, { ...plain, rounds: 1 }), OptionError, 'federated: '],
    [
      () => federated(network(), [rows(0, 4), target(1, 2)], { ...plain, rounds: 1 }),
      DataError,
      'federated: shards[1] has examples of [1], and shards[0] [2]',
    ],
  ] as const)('%s', async (wrong, kind, message) => {
    const error = await (wrong as () => Promise<unknown>)().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });
});

describe('updates that are sent in fewer bytes', () => {
  const options = { loss: mse(), optimizer: adam({ learningRate: 0.02 }), batchSize: 4, localSteps: 6, rounds: 12 };
  const run = async (deltas?: 'f32' | 'bf16' | 'int8') =>
    federated(network(), shards, { ...options, seed: 5, ...(deltas && { deltas }) });

  test('are rounded to what the names say', async () => {
    const theta = Float32Array.of(1, 2, 3, 4, 5);
    const vector = Float32Array.of(1 + 2 ** -8, 2 - 2 ** -9, 3, 4 + 1, 5 - 0.3);
    const bf16 = changeOf('bf16', packedChange('bf16', vector, theta, [2, 3]), theta, [2, 3]);
    const change = [...vector].map((value, i) => Math.fround(value - theta[i]));
    // Eight significant bits of each number are kept.
    (bf16 as Float64Array).forEach((value, i) => {
      expect(Math.abs(value - change[i])).toBeLessThanOrEqual(Math.abs(change[i]) * 2 ** -8);
    });
    const int8 = changeOf('int8', packedChange('int8', vector, theta, [2, 3]), theta, [2, 3]) as Float64Array;
    const scales = [2 ** -8, 1].map((most) => Math.fround(most / 127));
    expect([...int8]).toEqual([127 * scales[0], -64 * scales[0], 0, 127 * scales[1], -38 * scales[1]]);
    expect(packedChange('int8', theta, theta, [2, 3])[1]).toEqual(new Uint8Array(5));
  });

  test('bfloat16 takes the nearest number, and of two the even one', () => {
    const zero = new Float32Array(4);
    const values = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, -3.5);
    expect([...(changeOf('bf16', packedChange('bf16', values, zero, [4]), zero, [4]) as Float64Array)]).toEqual([
      1,
      1 + 4 * 2 ** -8,
      1 + 2 * 2 ** -8,
      -3.5,
    ]);
  });

  test('lead to nearly the same model', async () => {
    const whole = await run();
    expect((await run('f32')).model.state()).toEqual(whole.model.state());
    for (const [deltas, most] of [
      ['bf16', 2e-3],
      ['int8', 2e-2],
    ] as const) {
      const less = await run(deltas);
      expect(less.model.state()).not.toEqual(whole.model.state());
      expect(Math.abs(less.rounds[11].loss / whole.rounds[11].loss - 1)).toBeLessThan(most);
      expect((await run(deltas)).model.state()).toEqual(less.model.state());
    }
  });
});

describe('outliers', () => {
  const sets = [1, 2, 3, 4].map((value) => target(value, 3));
  const answers = [0.5, 0.4, 0.6, 40].map((value) => Float32Array.of(value));
  test.each([
    [undefined, [3], 0.5],
    [72, [3], 0.5],
    [73, [], 10.375],
  ] as const)('more than %s times the median length are left out: %j', async (outlier, out, mean) => {
    const { model, rounds } = await federated(weight(), sets, {
      ...plain,
      rounds: 1,
      engine: liars(answers),
      ...(outlier && { outlier }),
    });
    expect(rounds[0].left.map(({ shard }) => shard)).toEqual(out);
    expect(numbers(model)[0]).toBeCloseTo(mean, 6);
    for (const { reason } of rounds[0].left)
      expect(reason).toBe(`its update is 72.7 times as long as the median of the round; outlier is ${outlier ?? 10}`);
  });

  test('none are known where most changes are 0', async () => {
    const still = [0, 0, 0, 2].map((value) => Float32Array.of(value));
    const { rounds } = await federated(weight(), sets, { ...plain, rounds: 1, engine: liars(still) });
    expect(rounds[0].left).toEqual([]);
  });
});

test('shards that vanish are left out after the seconds of a round, and their jobs are given up', async () => {
  const sets = [1, 2, 3].map((value) => target(value, 3));
  const gone: Promise<unknown>[] = [];
  const engine: Engine = {
    name: 'vanishing',
    trainings: () => Promise.reject(new Error('none are asked for')),
    open: async (opening) => {
      const runner = await liars([Float32Array.of(0.5)]).open(opening);
      return {
        ...runner,
        slots: 3,
        run: (job, late) => {
          if (job.trial % 3 !== 1) return runner.run(job);
          gone.push(late as Promise<unknown>);
          return new Promise(() => undefined);
        },
      };
    },
  };
  const { model, rounds } = await federated(weight(), sets, { ...plain, rounds: 2, engine, roundSeconds: 0.05 });
  expect(rounds.map(({ left }) => left)).toEqual([
    [{ shard: 1, reason: 'it gave no update within 0.05 seconds' }],
    [{ shard: 1, reason: 'it gave no update within 0.05 seconds' }],
  ]);
  expect(await Promise.all(gone)).toHaveLength(2);
  expect(numbers(model)).toEqual([0.5]);
});
