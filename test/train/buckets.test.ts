import { describe, expect, it, test } from 'vitest';
import { bucketsOf } from '../../src/data/buckets.js';
import { planOf } from '../../src/data/plan.js';
import * as r from '../../src/index.js';
import { seedKey } from '../../src/random/keys.js';
import { random } from '../support/float64.js';

const { nn } = r;
const draw = random(5);
/** Many short rows and some long ones. */
const lengthsOf = (n: number, most: number): Int32Array =>
  Int32Array.from({ length: n }, () => 1 + Math.floor(most * draw() ** 3));
const sum = (list: ArrayLike<number>): number => Array.from(list).reduce((a, b) => a + b, 0);
const key = seedKey(4);

describe.each([
  ['without a rest', 96, 8, false],
  ['with a rest', 101, 8, false],
  ['of which one row is left over, which joins the batch before', 97, 8, true],
  ['fewer than a batch', 5, 8, false],
  ['one by one', 20, 1, false],
  ['of one length', 20, 6, false],
] as const)('rows %s', (name, n, rows, joins) => {
  const lengths = name === 'of one length' ? new Int32Array(n).fill(7) : lengthsOf(n, 60);
  const plan = planOf(n, rows, 1, joins);
  const buckets = bucketsOf(lengths, plan);
  const of = (epoch: number) => buckets.deal(key, epoch);
  /** The rows of each batch. */
  const batches = (order: Int32Array): number[][] =>
    Array.from({ length: plan.updates }, (_, i) => [
      ...order.subarray(i * rows, i < plan.count ? (i + 1) * rows : undefined),
    ]);

  it('come once in an epoch, in batches that are padded to the smallest of eight sizes', () => {
    expect(buckets.sizes.length).toBeLessThanOrEqual(8);
    for (const epoch of [1, 2, 3]) {
      const { order, steps, padding } = of(epoch);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      expect(steps).toHaveLength(plan.updates);
      const longest = batches(order).map((batch) => Math.max(...batch.map((row) => lengths[row])));
      expect(steps).toEqual(longest.map((length) => buckets.sizes.find((size) => size >= length)));
      expect(padding).toBe(sum(batches(order).map((batch, i) => batch.length * steps[i])) - sum(lengths));
      const sizes = order.map((row) => buckets.sizes.findIndex((size) => size >= lengths[row]));
      // Of the rows between the shortest and the longest of a batch, none is in another one, but for the rest.
      const spans = batches(sizes).map((own) => Math.max(...own) - Math.min(...own));
      expect(sum(spans)).toBeLessThanOrEqual(2 * buckets.sizes.length);
    }
  });
  it('depend on the epoch and the seed alone', () => {
    expect(of(2)).toEqual(bucketsOf(lengths, plan).deal(key, 2));
    expect(of(2).order).not.toEqual(of(3).order);
    expect(of(2).order).not.toEqual(buckets.deal(seedKey(5), 2).order);
    if (name !== 'of one length' && plan.count > 4) {
      const { steps } = of(2);
      expect(steps).not.toEqual([...steps].sort((a, b) => a - b));
      // What is left over is not always of the same length.
      const rests = new Set(Array.from({ length: 30 }, (_, epoch) => of(epoch).steps[plan.count]));
      if (plan.rest) expect(rests.size).toBeGreaterThan(2);
    }
    expect(buckets.deal(undefined, 1)).toEqual(buckets.deal(undefined, 2));
  });
});

test('padding is much less than of rows that are dealt at random', () => {
  const lengths = lengthsOf(1000, 200);
  const { padding } = bucketsOf(lengths, planOf(1000, 20, 1, false)).deal(key, 1);
  expect(padding).toBeLessThan(0.1 * (1000 * Math.max(...lengths) - sum(lengths)));
});

const values = r.randomGenerator(7);
const lengths = [3, 5, 2, 9, 4, 5, 2, 7, 3, 1, 6];
const rows = lengths.map((steps) => values.normal([steps, 3]).toArray() as number[][]);
const perRow = rows.map((_, i) => i % 2);
const perStep = rows.map((steps, i) => steps.map((_, t) => (i + t) % 2));
const LAYERS: [name: string, layers: () => r.nn.LayerLike[], y: (number | number[])[]][] = [
  ['one label', () => [nn.gru(4), nn.dense(2)], perRow],
  ['labels of steps', () => [nn.lstm(4, { returnSequences: true }), nn.dense(2)], perStep],
  [
    'attention with positions',
    () => [nn.dense(4), nn.positions({ length: 9 }), nn.transformer({ heads: 2, hidden: 8 }), nn.dense(2)],
    perStep,
  ],
];
const options = { loss: r.crossEntropy(), optimizer: r.sgd({ learningRate: 0.3 }), batchSize: 3, epochs: 1 };

describe.each(LAYERS)('fit of %s', (_, layers, y) => {
  const data = r.dataset.sequences(rows, { y: y as number[], classes: 2 });
  const fitted = async (set: r.Dataset, more: Partial<r.FitOptions>) => {
    const model = nn.sequential(layers()).build([9, 3], { seed: 2 });
    const run = await r.fit(model, set, { ...options, ...more });
    return { state: model.state(), run };
  };
  it.each([1, 2])('makes the updates of the same batches with more padding; %i batches in each', async (accumulate) => {
    const plan = planOf(11, 3, accumulate, false);
    const { order, padding } = bucketsOf(data.lengths as Int32Array, plan).deal(seedKey(0), 1);
    const short = await fitted(data, { bucket: true, accumulate });
    const long = await fitted(data.rows(order), { shuffle: false, accumulate });
    for (const [path, numbers] of Object.entries(long.state))
      numbers.forEach((value, i) => {
        expect(Math.abs(short.state[path][i] - value)).toBeLessThan(3e-6);
      });
    expect(short.run.history[0].padding).toBe(padding);
  });
});

test('several targets, some of steps, and inputs that objectives see, have the steps of the batch', async () => {
  const data = r.dataset.sequences(rows, { y: { tag: perStep, kind: perRow }, classes: { tag: 2, kind: 2 } });
  const seen: string[] = [];
  const model = nn.sequential([nn.gru(4)]);
  await r.fit(model, data, {
    optimizer: r.adam(),
    epochs: 1,
    batchSize: 3,
    bucket: true,
    objective: (own, { x, y, lengths: steps }) => {
      const { tag, kind } = y as unknown as Record<string, r.Tensor>;
      seen.push([x, tag, kind].map(({ shape }) => shape.join('x')).join(' '));
      return own(x, { lengths: steps }).square().mean();
    },
  });
  expect(new Set(seen).size).toBeGreaterThan(2);
  for (const shapes of seen) expect(shapes).toMatch(/^(\d+)x(\d+)x3 \1x\2 \1$/);
});

test('several outputs, some of steps, are those of the batch', async () => {
  const data = r.dataset.sequences(rows, { y: { tag: perStep, kind: perRow }, classes: { tag: 2, kind: 2 } });
  const fitted = async (set: r.Dataset, more: object) => {
    const heads = { kind: nn.sequential([nn.globalAvgPool1d(), nn.dense(2)]), tag: nn.dense(2) };
    const model = nn.multiTask({ trunk: nn.gru(4, { returnSequences: true }), heads });
    const loss = { tag: r.crossEntropy(), kind: r.crossEntropy() };
    await r.fit(model, set, { ...options, loss, ...more } as r.FitOptions);
    return model.state();
  };
  const { order } = bucketsOf(data.lengths as Int32Array, planOf(11, 3, 1, false)).deal(seedKey(0), 1);
  const [short, long] = [await fitted(data, { bucket: true }), await fitted(data.rows(order), { shuffle: false })];
  for (const [path, numbers] of Object.entries(long))
    numbers.forEach((value, i) => {
      expect(Math.abs(short[path][i] - value)).toBeLessThan(3e-6);
    });
});

test('a second training on all rows, with rollbacks, has buckets of its own', async () => {
  const data = r.dataset.sequences(rows, { y: perRow, classes: 2 });
  const model = nn.sequential([nn.gru(4), nn.dense(2)]);
  const run = await r.fit(model, data, {
    ...options,
    epochs: 3,
    bucket: true,
    validation: r.dataset.sequences([...rows].reverse(), { y: perRow, classes: 2 }),
    onDivergence: 'rollback',
    stop: r.earlyStopping({ patience: 1, retrain: 'same-steps' }),
  });
  expect(run.retrained?.history[0].padding).toBeGreaterThanOrEqual(0);
});

describe('is refused', () => {
  const data = r.dataset.sequences(rows, { y: perRow, classes: 2 });
  test.each<[string, r.nn.LayerLike[], r.Dataset, string]>([
    [
      'for rows of one length',
      [nn.dense(2)],
      r.dataset({ x: [[1], [2]], y: [0, 1] }),
      'fit: bucket is true; it must be left out: all rows have one length; those of dataset.sequences may differ',
    ],
    ['where weights depend on the number of steps', [nn.flatten(), nn.dense(2)], data, 'matmul: '],
    ['where layers need more steps', [nn.conv1d(2, 3), nn.globalAvgPool1d(), nn.dense(2)], data, 'conv1d: '],
  ])('%s', async (_, layers, set, message) => {
    const training = r.fit(nn.sequential(layers), set, { ...options, bucket: true });
    await expect(training).rejects.toThrow(message);
    await expect(training).rejects.toThrow(r.RegulusError);
  });
});
