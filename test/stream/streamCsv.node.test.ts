import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';
import { readCsv, streamCsv } from '../../src/node.js';

const folder = mkdtempSync(join(tmpdir(), 'regulus-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const line = (i: number): string =>
  `${((i * 37) % 101) / 10},${['free', 'pro', 'a team, large', ''][i % 4]},${i % 7 ? i % 13 : ''},${(i * 37) % 101 > 50 ? 'yes' : 'no'}`;
const csv = (n: number): string => {
  const quote = (text: string): string => text.replace('a team, large', '"a team, large"');
  return `size,plan,age,y\n${Array.from({ length: n }, (_, i) => quote(line(i))).join('\n')}\n`;
};
writeFileSync(at('a.csv'), csv(3000));
writeFileSync(at('a.csv.gz'), gzipSync(csv(3000)));

const options = { loss: R.crossEntropy(), optimizer: R.adam(), epochs: 2, shuffle: false };
const network = (): R.Model => R.nn.sequential([R.nn.dense(8, { activation: 'relu' }), R.nn.dense(2)]);

describe.each(['a.csv', 'a.csv.gz'])('%s', (name) => {
  test('a file is trained on as if it were in memory, and the pipeline takes raw rows', async () => {
    const train = await streamCsv(at(name), { target: 'y', buffer: 500 });
    const whole = await readCsv(at(name), { target: 'y' });
    expect([train.size, train.classNames, train.encoding.names]).toEqual([
      3000,
      ['no', 'yes'],
      ['size', 'plan=a team, large', 'plan=free', 'plan=pro', 'age'],
    ]);
    const streamed = R.pipeline([train.encoding, network()]);
    const run = await R.fit(streamed, train, options);
    expect(run.history[1].step).toBe(2 * Math.ceil(3000 / 32));
    const inMemory = R.pipeline([R.encode.fit(whole), network()]);
    await R.fit(inMemory, whole, options);
    expect([...streamed.predict(whole).data()]).toEqual([...inMemory.predict(whole).data()]);
    expect(streamed.classify([{ size: 9, plan: 'pro', age: null }]).labels).toHaveLength(1);
  });
});

test('a sample tells what columns are, and its rows are drawn from all of the file', async () => {
  const train = await streamCsv(at('a.csv'), { target: 'y', sample: 200 });
  expect(train.sample.size).toBe(200);
  const again = await streamCsv(at('a.csv'), { target: 'y', sample: 200 });
  expect(again.sample.x).toEqual(train.sample.x);
  const numbers = at('numbers.csv');
  writeFileSync(numbers, `n,y\n${Array.from({ length: 5000 }, (_, i) => `${i},${i}.5`).join('\n')}\n`);
  const { sample, classes } = await streamCsv(numbers, { target: 'y', sample: 400 });
  expect(classes).toBe(0);
  const mean = Array.from(sample.x).reduce((a, b) => a + b, 0) / 400;
  expect(Math.abs(mean - 2500)).toBeLessThan(5 * (5000 / Math.sqrt(12) / 20));
});

const odd = (name: string, row: string): string => {
  const rows = csv(3000).split('\n');
  rows[2500] = row;
  writeFileSync(at(name), rows.join('\n'));
  return at(name);
};
test.each<[string, string, object, new (...args: never[]) => Error, string]>([
  [
    'a word among numbers',
    'x12,free,3,no',
    {},
    R.DataError,
    "streamCsv: line 2501, column 'size': 'x12' is not a finite",
  ],
  [
    'a class that the sample has not',
    '1,free,3,maybe',
    {},
    R.DataError,
    "line 2501, column 'y': 'maybe' is not one of",
  ],
  ['no target', '1,free,3,', {}, R.DataError, "line 2501, column 'y': '' is a missing target"],
  ['few fields', '1,free', {}, R.DataError, 'line 2501 has 2 fields where 4 were expected'],
])('%s ends training, and the line is named', async (_, row, more, kind, message) => {
  const path = odd('odd.csv', row);
  const trained = async (): Promise<void> => {
    // Of ten rows the odd one is none.
    const train = await streamCsv(path, { target: 'y', sample: 10, types: { plan: 'category' }, ...more });
    await R.fit(R.pipeline([train.encoding, network()]), train, options);
  };
  await expect(trained()).rejects.toThrow(kind);
  await expect(trained()).rejects.toThrow(message);
});
test('a category that the sample has not is an unknown one', async () => {
  const path = odd('category.csv', '1,gold,3,no');
  const train = await streamCsv(path, { target: 'y', sample: 10, types: { plan: 'category' } });
  expect((await R.fit(R.pipeline([train.encoding, network()]), train, options)).history).toHaveLength(2);
});
test.each<[string, object, new (...args: never[]) => Error, string]>([
  ['no target', {}, R.OptionError, 'streamCsv: target must be the name'],
  ['another target', { target: 'z' }, R.OptionError, "target 'z' is not a column"],
  ['a sample of none', { target: 'y', sample: 0 }, R.OptionError, 'sample must be a whole number'],
  ['an unknown option', { target: 'y', sealed: true }, R.OptionError, "'sealed'"],
])('%s is refused', async (_, given, kind, message) => {
  await expect(streamCsv(at('a.csv'), given as never)).rejects.toThrow(kind);
  await expect(streamCsv(at('a.csv'), given as never)).rejects.toThrow(message);
});
