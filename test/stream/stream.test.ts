import { beforeAll, describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';
import { inMemory } from '../checkpoint/store.js';
import { noMoreMemoryThan } from '../support/memory.js';

type Row = { x: number[]; y: number };
let state = 3;
const draw = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
};
const rowsOf = (n: number): Row[] =>
  Array.from({ length: n }, () => {
    const x = [draw(), draw(), draw()];
    return { x, y: x[0] + x[1] > 0 ? 1 : 0 };
  });
const ROWS = rowsOf(101);
const setOf = (rows: readonly Row[]): R.Dataset =>
  R.dataset({ x: rows.map(({ x }) => x), y: rows.map(({ y }) => y), classes: 2 });
const whole = setOf(ROWS);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** The same rows in every way in which they may come. */
const SOURCES: Record<string, (rows: readonly Row[]) => R.StreamSource> = {
  'one by one': (rows) =>
    async function* () {
      for (const row of rows) yield row;
    },
  'in lists': (rows) =>
    async function* () {
      for (let at = 0; at < rows.length; at += 7) yield rows.slice(at, at + 7);
    },
  'in lists, late': (rows) =>
    async function* () {
      for (let at = 0; at < rows.length; at += 40) {
        await pause(3);
        yield rows.slice(at, at + 40);
      }
    },
  'as data sets': (rows) =>
    async function* () {
      for (let at = 0; at < rows.length; at += 33) yield setOf(rows.slice(at, at + 33));
    },
  'a list': (rows) => () => rows,
};

const plain = (): R.Model => R.nn.sequential([R.nn.dense(5, { activation: 'tanh' }), R.nn.dense(2)]);
const normalized = (): R.Model =>
  R.nn.sequential([R.nn.dense(4), R.nn.batchNorm(), R.nn.dropout({ keep: 0.8 }), R.nn.dense(2)]);
const base = (): R.FitOptions => ({ loss: R.crossEntropy(), optimizer: R.adam(), epochs: 3, batchSize: 10 });
async function trained(
  make: () => R.Model,
  data: R.Dataset | R.DataStream,
  options: R.FitOptions,
): Promise<{ bits: string; run: R.Run }> {
  const model = make();
  const run = await R.fit(model, data, options);
  const bits = JSON.stringify(model.parameters().map(({ get }) => [...get()]));
  model.dispose();
  return { bits, run };
}
const streamOf = (source: R.StreamSource, more: object = {}): R.DataStream =>
  R.dataset.stream(source, { shape: [3], classes: 2, ...more });

describe.each([
  ['a plain network', plain, {}],
  ['batches of several', plain, { accumulate: 3 }],
  ['statistics over the batch', normalized, {}],
  ['a last batch of one row', normalized, { batchSize: 20 }],
  ['a batch that is larger than the source', plain, { batchSize: 500 }],
  ['the weights that were averaged', plain, { average: R.swa({ start: 5 }) }],
])('%s: rows of a stream train as rows of a set, to the bit', (_, make, more) => {
  let expected: Awaited<ReturnType<typeof trained>>;
  let unshuffled: typeof expected;
  beforeAll(async () => {
    expected = await trained(make, whole, { ...base(), ...more });
    unshuffled = await trained(make, whole, { ...base(), ...more, shuffle: false });
  });
  test.each(Object.keys(SOURCES))('%s', async (how) => {
    const found = await trained(make, streamOf(SOURCES[how](ROWS)), { ...base(), ...more });
    expect(found.bits).toBe(expected.bits);
    expect(found.run.history.map(({ loss, training, rows, step }) => [loss, training, rows, step])).toEqual(
      expected.run.history.map(({ loss, training, rows, step }) => [loss, training, rows, step]),
    );
  });
  test.each([10, 30, 60, 100, 101])('in their order, with a buffer of %d', async (buffer) => {
    const data = streamOf(SOURCES['in lists'](ROWS), { buffer });
    expect((await trained(make, data, { ...base(), ...more, shuffle: false })).bits).toBe(unshuffled.bits);
  });
  test('with a size that is smaller than the source', async () => {
    const data = streamOf(SOURCES['in lists']([...ROWS, ...ROWS]), { size: 101 });
    expect((await trained(make, data, { ...base(), ...more })).bits).toBe(expected.bits);
  });
});

test('windows are shuffled by seed and epoch, however the rows come', async () => {
  const bits = async (how: string, seed: number): Promise<string> =>
    (await trained(plain, streamOf(SOURCES[how](ROWS), { buffer: 30 }), { ...base(), seed })).bits;
  const first = await bits('one by one', 1);
  for (const how of Object.keys(SOURCES)) expect(await bits(how, 1), how).toBe(first);
  expect(await bits('one by one', 2)).not.toBe(first);
});

test("an average's statistics over the batch are collected on the first rows", async () => {
  const options = { ...base(), average: R.swa({ start: 5 }) };
  const found = await trained(normalized, streamOf(SOURCES['in lists'](ROWS), { buffer: 30 }), options);
  expect((await trained(normalized, streamOf(SOURCES['a list'](ROWS), { buffer: 30 }), options)).bits).toBe(found.bits);
});

test('a schedule in epochs needs a size', async () => {
  const optimizer = R.sgd({ learningRate: R.linearDecay({ from: 0.1, epochs: 2 }) });
  const expected = await trained(plain, whole, { ...base(), optimizer });
  const sized = await trained(plain, streamOf(SOURCES['a list'](ROWS), { size: 101 }), { ...base(), optimizer });
  expect(sized.bits).toBe(expected.bits);
  await expect(trained(plain, streamOf(SOURCES['a list'](ROWS)), { ...base(), optimizer })).rejects.toThrow(
    'fit: a schedule or average counts in epochs, and the stream does not say how many rows',
  );
});

test('a pipeline is fitted to the first buffer, and changes all rows', async () => {
  const make = () => R.pipeline([R.standardize, plain()]);
  const of = async (data: R.Dataset | R.DataStream): Promise<number[]> => {
    const whole = make();
    await R.fit(whole, data, base());
    return [...whole.predict(ROWS.slice(0, 5).map(({ x }) => x)).data()];
  };
  expect(await of(streamOf(SOURCES['in lists'](ROWS)))).toEqual(await of(whole));
  await of(streamOf(SOURCES['in lists'](ROWS), { buffer: 20 }));
});

test('values, and tensors and scalars as rows', async () => {
  const rows = ROWS.map(({ x, y }) => ({ x: R.tensor([x[0]]), y: [y, -y] }));
  const data = R.dataset.stream(() => rows, { shape: [1] });
  const run = await R.fit(R.nn.sequential([R.nn.dense(2)]), data, { loss: R.mse(), optimizer: R.adam(), epochs: 1 });
  expect(run.history[0].rows.training).toBe(101);
  const names = R.dataset.stream(() => [{ x: 1, y: 'b' }, [{ x: 2, y: 'a' }]].flat(), {
    shape: [1],
    classes: ['a', 'b'],
  });
  expect((await R.fit(R.nn.sequential([R.nn.dense(2)]), names, { ...base(), epochs: 1 })).history).toHaveLength(1);
});

test('memory stays as it is, however long the source; reading goes on while training does', async () => {
  let most = 0;
  let given = 0;
  let ahead = 0;
  const source = async function* (): AsyncGenerator<Row[]> {
    for (let at = 0; at < 200; at++) {
      await pause(0);
      given += 50;
      yield rowsOf(50);
    }
  };
  let trainedRows = 0;
  const onStep = (): void => {
    trainedRows += 10;
    ahead = Math.max(ahead, given - trainedRows);
    most = Math.max(most, R.memoryInfo().datasets);
  };
  await trained(plain, streamOf(source, { buffer: 100 }), { ...base(), epochs: 1, onStep });
  // Three floats, a label and a place for each of 101 rows.
  expect(most).toBeLessThan(101 * 20 + 1024);
  expect(trainedRows).toBe(10_000);
  // The window that is trained on, the next, and the piece in which it ends.
  expect(ahead).toBeLessThanOrEqual(100 + 100 + 100);
});

const broken = (n: number, then: () => unknown): R.StreamSource =>
  async function* () {
    yield* ROWS.slice(0, n);
    yield then() as Row;
  };
const fail = (): never => {
  throw new Error('the disk is gone');
};
test.each<[string, R.StreamSource, object, new (...args: never[]) => Error, string]>([
  ['fails', broken(57, fail), {}, R.DataError, 'dataset.stream: the source failed after 57 rows: the disk is gone'],
  ['fails at once', fail, {}, R.DataError, 'the source failed after 0 rows: the disk is gone'],
  ['ends early', () => ROWS, { size: 200 }, R.DataError, 'the source ended after 101 rows, and size says 200'],
  ['is empty', () => [], {}, R.DataError, 'the source has no rows'],
  ['is no source', () => 3 as never, {}, R.DataError, 'the source returns 3; return an async generator'],
  ['has a short row', broken(57, () => ({ x: [1, 2], y: 0 })), {}, R.DataError, 'row 57: x is [2]; the shape of an ex'],
  ['has a NaN', broken(57, () => ({ x: [1, NaN, 3], y: 0 })), {}, R.DataError, 'row 57: x, place 1, is NaN; fill'],
  ['has another label', broken(57, () => ({ x: [1, 2, 3], y: 2 })), {}, R.DataError, 'row 57: y is 2; labels of 2 cl'],
  ['has no row', broken(57, () => null), {}, R.DataError, 'row 57 is null; give { x, y }'],
  ['has a row without y', broken(57, () => ({ x: [1, 2, 3] })), {}, R.DataError, 'row 57 is an Object; give { x, y }'],
  ['has other sets', broken(57, () => R.dataset({ x: [[1]], y: [0], classes: 2 })), {}, R.DataError, 'row 57 comes in'],
])(
  'a source that %s ends training, which keeps what it has and returns its memory',
  async (_, source, more, kind, message) => {
    for (const buffer of [20, 4096]) {
      const model = plain().build([3]);
      const before = R.memoryInfo();
      const training = R.fit(model, streamOf(source, { ...more, buffer }), base());
      await expect(training).rejects.toThrow(kind);
      await expect(training).rejects.toThrow(message);
      noMoreMemoryThan(before);
      expect(
        model
          .predict(ROWS[0].x.length ? [ROWS[0].x] : [])
          .data()
          .every(Number.isFinite),
      ).toBe(true);
      model.dispose();
    }
  },
);

test('the source is told when no more is wanted', async () => {
  let closed = 0;
  const source = async function* (): AsyncGenerator<Row> {
    try {
      for (;;) yield* ROWS;
    } finally {
      closed++;
    }
  };
  await trained(plain, streamOf(source, { size: 50 }), { ...base(), epochs: 2 });
  expect(closed).toBe(2);
  const endless = streamOf(source, { buffer: 20 });
  const left = R.fitEpochs(plain(), streamOf(source, { size: 50, buffer: 20 }), base());
  await left.next();
  await left.return(undefined as never);
  const stopper = new AbortController();
  const waiting = async function* (): AsyncGenerator<Row> {
    try {
      yield* ROWS;
      setTimeout(() => stopper.abort(), 20);
      await new Promise(() => undefined);
    } finally {
      closed++;
    }
  };
  const { run } = await trained(plain, streamOf(waiting, { buffer: 20 }), { ...base(), signal: stopper.signal });
  expect(run.stopped.reason).toBe('aborted');
  await expect(trained(plain, endless, { ...base(), onStep: ({ step }) => step > 30 && fail() })).rejects.toThrow(
    'the disk is gone',
  );
  await expect(trained(plain, endless, { ...base(), epochs: 0 })).rejects.toThrow('epochs is 0');
  await pause(1);
  // One waits for what never comes; of the rest each is closed once.
  expect(closed).toBe(5);
});

test.each<[string, object, new (...args: never[]) => Error, string]>([
  ["batchSize: 'full'", { batchSize: 'full' }, R.OptionError, "batchSize is 'full', and a stream does not fit into"],
  ['rollback', { onDivergence: 'rollback' }, R.UnsupportedError, "onDivergence 'rollback' goes back to rows"],
  [
    'a second training',
    { validation: whole, stop: R.earlyStopping({ retrain: 'continue' }) },
    R.UnsupportedError,
    "stop has retrain: 'continue', which needs all rows in memory",
  ],
])('%s is refused', async (_, more, kind, message) => {
  const training = trained(
    plain,
    streamOf(() => ROWS),
    { ...base(), ...more } as R.FitOptions,
  );
  await expect(training).rejects.toThrow(kind);
  await expect(training).rejects.toThrow(message);
});

test('a training on a stream is resumed within an epoch, to the same bits', async () => {
  const data = () => streamOf(SOURCES['in lists'](ROWS), { buffer: 30 });
  const expected = await trained(plain, data(), base());
  for (const at of [3, 7, 11, 16]) {
    const stopper = new AbortController();
    const to = inMemory();
    const onStep = ({ step }: { step: number }): void => void (step === at && stopper.abort());
    const checkpoint = R.checkpoint({ to, every: { steps: 2 } });
    await trained(plain, data(), { ...base(), checkpoint, onStep, signal: stopper.signal });
    const model = plain();
    await R.resume(to, model, data(), base());
    expect(JSON.stringify(model.parameters().map(({ get }) => [...get()])), `stopped at ${at}`).toBe(expected.bits);
    model.dispose();
  }
});

test('early stopping and reduceOnPlateau watch an ordinary validation set', async () => {
  const { run } = await trained(plain, streamOf(SOURCES['in lists'](ROWS), { buffer: 30 }), {
    ...base(),
    epochs: 30,
    validation: setOf(rowsOf(20)),
    metrics: [R.accuracy()],
    stop: R.earlyStopping({ patience: 2, minDelta: 0.05 }),
    monitors: [R.reduceOnPlateau({ patience: 1 })],
  });
  expect(run.stopped.reason).toBe('patience');
  expect(run.report()).toContain('training rows and 20 of validation');
});
