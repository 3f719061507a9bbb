import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as R from '../../dist/index.js';
import { effortFor } from '../../src/cli/check.js';
import { toOnnx } from '../../dist/formats.js';
import { readCsv, readModel, writeModel } from '../../dist/node.js';

const { nn } = R;
const CLI = 'dist/cli.js';
const folder = mkdtempSync(join(tmpdir(), 'cli-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const written = (name: string, text: string | Uint8Array): string => {
  writeFileSync(at(name), text);
  return at(name);
};
const run = (...words: string[]) => spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8' });
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) as string;

/** A table as people have it: a byte order mark, semicolons, decimal commas, quotes, text, true and false, dates and gaps. */
const HEADER = 'id;age;plan;vip;note;score;since;churned';
const cellsOf = (i: number): string[] => [
  String(i).padStart(5, '0'),
  i % 9 ? String(20 + (i % 40)) : '',
  ['free', 'pro', 'team', ''][i % 4],
  i % 3 ? 'yes' : 'no',
  `"said ""${i}"";\nok"`,
  `${i % 10},5`,
  `2024-0${1 + (i % 9)}-01`,
  i % 4 === 0 ? 'yes' : 'no',
];
const tableOf = (n: number): string =>
  `\ufeff${HEADER}\r\n${Array.from({ length: n }, (_, i) => cellsOf(i).join(';')).join('\r\n')}\r\n`;
const [people, model, prices, values] = ['people.csv', 'people.safetensors', 'prices.csv', 'prices.safetensors'].map(
  at,
);

beforeAll(() => {
  writeFileSync(people, tableOf(160));
  const rows = Array.from({ length: 120 }, (_, i) => `${50 + i},${1 + (i % 5)},${1000 * (50 + i) + 5000 * (i % 5)}`);
  writeFileSync(prices, `size,rooms,price\n${rows.join('\n')}\n`);
  const short = ['--compare', 'no', '--epochs', '40'];
  for (const [file, target, save] of [
    [people, 'churned', model],
    [prices, 'price', values],
  ])
    expect(run('train', file, '--target', target, ...short, '--save', save)).toMatchObject({ status: 0, stderr: '' });
}, 60_000);

describe('check', () => {
  test('a table, and a page', () => {
    const page = at('report.html');
    const { status, stdout, stderr } = run('check', prices, '--target', 'price', '--html', page);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Will a model of price in ${prices} generalize?`);
    expect(stdout).toContain('a 95 % interval from');
    expect(stdout).not.toMatch(/undefined|NaN/);
    expect(readFileSync(page, 'utf8')).toContain('<!doctype html>');
  }, 60_000);
  test('what is text is left out, and said', () => {
    const { status, stdout, stderr } = run('check', people, '--target', 'churned');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain("· column 'note' by the networks, since it is text.\n    Next: make numbers");
    expect(stdout).toContain("· column 'id' by the networks");
    expect(stdout).toMatch(/the loss rises by .* without 'plan'/);
    const names = written(
      'names.csv',
      `name,y\n${Array.from({ length: 40 }, (_, i) => `Anna the ${i}th,${i % 2}`).join('\n')}\n`,
    );
    expect(run('check', names, '--target', 'y').stderr).toContain("all columns but 'y' are text");
  }, 60_000);
  test('of a large table less is trained', () => {
    expect(effortFor(20_000, 100)).toEqual({ rows: 20_000, folds: 5, repeats: 3 });
    expect(effortFor(20_000, 101)).toEqual({ rows: 20_000, folds: 3, repeats: 1 });
    expect(effortFor(1_000_000, 40)).toEqual({ rows: 100_000, folds: 3, repeats: 1 });
  });
  test('a model, by the names of its columns and classes', () => {
    const { status, stdout, stderr } = run('check', people, '--model', model);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Does ${model} generalize to ${people}?`);
    expect(stdout).toMatch(/the confidence of answers is off by [\d.]+ %/);
    expect(stdout).toContain('the loss rises by');
  }, 60_000);
  test.each([
    ['no target', () => ['check', prices], 'which column is to be predicted? Add --target column'],
    ['no file', () => ['check'], 'one CSV file is checked, and none is given'],
    [
      'columns that the model needs and the file lacks',
      () => ['check', prices, '--model', model, '--target', 'rooms'],
      "has no 'age', ",
    ],
    [
      'no place for the page',
      () => ['check', prices, '--target', 'price', '--html', at('no/where')],
      'there is no directory',
    ],
  ])('%s', (_, words, message) => {
    const { status, stdout, stderr } = run(...words());
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('a table as people have it', () => {
  test('evaluate: confusions, and what was met', () => {
    const { status, stdout, stderr } = run('evaluate', model, people);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${people}: 160 rows\n  column 'age': 18 missing\n  column 'plan': 40 missing\n`);
    expect(stdout).toMatch(/\n {8}no {2}yes\n {2}no +\d+ +\d+\n {2}yes +\d+ +\d+\n/);
    expect(lastLine(stdout)).toMatch(/^accuracy (0\.9\d+|1\.000)$/);
  });
  test('predict: the rows as they were, and two columns, whatever the order of columns', async () => {
    const { status, stdout, stderr } = run('predict', model, people);
    expect(status).toBe(0);
    expect(stderr).toBe(`${people}: column 'age': 18 missing\n${people}: column 'plan': 40 missing\n`);
    const whole = await readModel<R.Pipeline>(model);
    const data = await readCsv(people, { target: 'churned' });
    const { labels, probabilities } = whole.classify(data);
    const most = (probabilities.toArray() as number[][]).map((row) => Math.max(...row));
    const lines = Array.from(
      { length: 160 },
      (_, i) => `${cellsOf(i).join(';')};${(labels as string[])[i]};${Number(most[i].toPrecision(4))}`,
    );
    const rounded = stdout.replace(/;(\d\.\d+|1)$/gm, (_, p) => `;${Number(Number(p).toPrecision(4))}`);
    expect(rounded).toBe(`\ufeff${HEADER};prediction;probability\n${lines.join('\n')}\n`);

    const turned = written('turned.csv', 'since,plan,score,vip,other,age\n2024-01-01,free,0.5,no,,\n');
    expect(run('predict', model, turned).stdout).toMatch(
      /^since,.*,age,prediction,probability\n2024-01-01,free,0.5,no,,,yes,0\.\d+\n$/,
    );
  });
  test('inspect: columns, classes, layers, parameters', () => {
    const { status, stdout, stderr } = run('inspect', model);
    expect([status, stderr]).toEqual([0, '']);
    for (const text of [
      '4 tensors of 1,538 numbers (F32)',
      "predicts 'churned'\nclasses no, yes\n",
      'oneHot of free, pro, team, and whether it is missing',
      '0     dense    [n, 128]       1,280',
      '2.bias    F32   [2]',
      'Regulus rebuilds this pipeline, predicts with it and trains it further',
    ])
      expect(stdout).toContain(text);
  });
  test('export --to javascript: the same answers in any program', async () => {
    const out = at('model.mjs');
    expect(run('export', model, '--to', 'javascript', '--out', out)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const { predict, classify } = (await import(/* @vite-ignore */ pathToFileURL(out).href)) as {
      predict(rows: unknown[]): number[][];
      classify(rows: unknown[]): { labels: string[] };
    };
    const whole = await readModel<R.Pipeline>(model);
    const rows = [{ age: null, plan: 'gold', vip: true, score: 2, since: '2024-05-01' }];
    whole
      .predict(rows)
      .data()
      .forEach((v, i) => {
        expect(predict(rows)[0][i]).toBeCloseTo(v, 5);
      });
    expect(classify(rows).labels).toEqual(whole.classify(rows).labels);
    expect(run('export', model, '--to', 'javascript').stdout).toBe(readFileSync(out, 'utf8'));
  });
  test('export --to onnx: what the library writes', async () => {
    const out = at('model.onnx');
    expect(run('export', model, '--to', 'onnx', '--out', out)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(Uint8Array.from(readFileSync(out))).toEqual(toOnnx(await readModel<R.Pipeline>(model)));
  });
  test('export --to json: everything, to the bit', async () => {
    const { status, stdout } = run('export', model, '--to', 'json');
    expect(status).toBe(0);
    const json = JSON.parse(stdout) as {
      model: { name: string };
      pipeline: { source: object };
      parameters: Record<string, { shape: number[]; values: number[] }>;
    };
    const whole = await readModel<R.Pipeline>(model);
    expect(json).toMatchObject({ format: 'regulus', version: 1, model: { name: 'sequential' }, shape: [9] });
    expect(json.pipeline.source).toEqual(whole.source);
    for (const { name, shape, get } of whole.parameters()) {
      expect(json.parameters[name].shape).toEqual(shape);
      expect(Float32Array.from(json.parameters[name].values)).toEqual(get());
    }
  });
  test('the same through the library', { timeout: 30_000 }, async () => {
    const {
      train,
      validation,
      test: last,
    } = R.split(await readCsv(people, { target: 'churned', drop: ['id', 'note'] }), { seed: 0 });
    const churn = R.pipeline([
      R.encode.with({ indicator: true }),
      nn.sequential([nn.dense(16, { activation: 'relu' }), nn.dense(2)]),
    ]);
    await R.fit(churn, train, {
      validation,
      loss: R.crossEntropy(),
      optimizer: R.adam({ learningRate: 0.01 }),
      epochs: 40,
    });
    expect(R.evaluate(churn, last, { loss: R.crossEntropy(), metrics: R.accuracy() }).accuracy).toBeGreaterThan(0.9);
    await writeModel(at('library.safetensors'), churn);
    const again = await readModel<R.Pipeline>(at('library.safetensors'));
    expect(again.classify([{ plan: 'free', age: null, vip: 'no', score: 0.5, since: '2024-01-01' }]).labels).toEqual([
      'yes',
    ]);
    // And the command takes what a program has saved.
    expect(lastLine(run('evaluate', at('library.safetensors'), people).stdout)).toMatch(/^accuracy (0\.9\d+|1\.000)$/);
  });
});

test('values: in their own units, and R²', async () => {
  const { status, stdout } = run('evaluate', values, prices);
  expect(status).toBe(0);
  const data = await readCsv(prices, { target: 'price', classes: false });
  const { loss, r2, mae } = R.evaluate(await readModel<R.Pipeline>(values), data, {
    loss: R.mse(),
    metrics: [R.r2(), R.mae()] as never,
  });
  expect(stdout).toContain(`RMSE ${Math.sqrt(loss).toPrecision(4)}, MAE ${mae.toPrecision(4)} in the units of 'price'`);
  expect(lastLine(stdout)).toBe(`R² ${r2.toFixed(3)}`);
  const answers = run('predict', values, prices, '--drop', 'rooms,price');
  expect(answers).toMatchObject({
    status: 2,
    stderr: `regulus: ${prices} has no column 'rooms', which ${values} needs; it has size\n`,
  });
  const [header, first] = run('predict', values, prices, '--drop', 'price').stdout.split('\n');
  expect(header).toBe('size,rooms,prediction');
  expect(Number(first.split(',')[2])).toBeCloseTo(
    R.tensor((await readModel<R.Pipeline>(values)).predict([[50, 1]]).data()).item(),
    1,
  );
});

test('missing words of one’s own are learned, saved and met again', { timeout: 30_000 }, () => {
  const lines = Array.from(
    { length: 90 },
    (_, i) => `${i % 5 ? i % 7 : -999},${i % 3 ? 'a' : 'unknown'},${i % 2 ? 'u' : 'v'}`,
  );
  const file = written('words.csv', `a,b,y\n${lines.join('\n')}\n`);
  const trained = run(
    'train',
    file,
    '--target',
    'y',
    '--missing',
    '-999,unknown',
    '--epochs',
    '2',
    '--compare',
    'no',
    '--save',
    at('words'),
  );
  expect(trained).toMatchObject({ status: 0, stderr: '' });
  expect(run('evaluate', at('words'), file).stdout).toContain("  column 'a': 18 missing\n  column 'b': 30 missing\n");
});

describe('files of every kind', () => {
  const text = 'since,plan,score,vip,age\n2024-01-01,free,0.5,no,20\n2024-02-01,"a,b",1,yes,30\n';
  const answers = (file: string, ...more: string[]) => run('predict', model, file, ...more);
  const expected =
    /^since,plan,score,vip,age,prediction,probability\n2024-01-01,free,0.5,no,20,\w+,[\d.]+\n2024-02-01,"a,b",1,yes,30,\w+,[\d.]+\n$/;
  test.each<[string, () => Uint8Array]>([
    ['UTF-8', () => Buffer.from(text)],
    ['compressed', () => gzipSync(text)],
    ['UTF-16 with its mark', () => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['returns for line ends', () => Buffer.from(text.replaceAll('\n', '\r'))],
  ])('%s', (name, bytes) => {
    const { status, stdout } = answers(written('kind.csv', bytes()));
    expect(status).toBe(0);
    expect(stdout.replace('\ufeff', '')).toMatch(expected);
    expect(stdout.startsWith('\ufeff')).toBe(name.startsWith('UTF-16'));
  });
  test('a separator that is said', () => {
    const file = written('bar.csv', text.replaceAll(',', '#'));
    const { stdout } = answers(file, '--separator', '#');
    expect(stdout.replaceAll('#', ',')).toMatch(/20,\w+,[\d.]+\n/);
  });
  test('no rows: a header', () => {
    expect(answers(written('none.csv', 'since,plan,score,vip,age\n'))).toMatchObject({
      status: 0,
      stdout: 'since,plan,score,vip,age,prediction,probability\n',
    });
  });
  test('--out may be the file that is read; where a row is bad it stays', () => {
    const file = written('same.csv', text);
    expect(answers(file, '--out', file)).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toMatch(expected);
    const bad = written('bad.csv', `${text}2024-03-01,free\n`);
    expect(answers(bad, '--out', file).status).toBe(2);
    expect(readFileSync(file, 'utf8')).toMatch(expected);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
  test('thousands of rows: every batch is answered', async () => {
    const file = written('many.csv', tableOf(5000));
    const { stdout } = spawnSync(process.execPath, [CLI, 'predict', model, file], { encoding: 'utf8', maxBuffer: 1e8 });
    const { labels } = (await readModel<R.Pipeline>(model)).classify(await readCsv(file, { target: 'churned' }));
    const found = [...stdout.matchAll(/;(yes|no);[\d.]+$/gm)].map(([, label]) => label);
    expect(found).toEqual(labels);
  });
});

describe('streams', () => {
  const started = () => spawn(process.execPath, [CLI, 'predict', model, '-']);
  test('answers come before the input ends', { timeout: 30_000 }, async () => {
    const child = started();
    const first = new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(String(data))));
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.write(tableOf(5000));
    expect(await first).toContain('prediction');
    child.stdin.end();
    child.stdout.resume();
    expect(await ended).toBe(0);
  });
  test('a reader that has enough ends it quietly', { timeout: 30_000 }, async () => {
    const child = started();
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => {
      stderr += String(data);
    });
    child.stdin.on('error', () => undefined);
    child.stdout.once('data', () => child.stdout.destroy());
    const ended = new Promise((resolve) => child.on('close', resolve));
    const rows = tableOf(2000).slice(HEADER.length + 3);
    const feed = (): void => {
      if (child.exitCode === null && !child.stdin.destroyed) child.stdin.write(rows, () => setImmediate(feed));
    };
    child.stdin.write(tableOf(2000), feed);
    expect([await ended, stderr]).toEqual([0, '']);
  });
});

describe('models of programs', () => {
  const csv = written('plain.csv', 'a,b,y\n1,2,0\n3,4,2\n5,6,1\n');
  const saved = async (name: string, of: R.AnyModel): Promise<string> => {
    await writeModel(at(name), of);
    return at(name);
  };
  test('without names take the columns in order', async () => {
    const plain = nn.sequential([nn.dense(3)]).build([2], { seed: 1 });
    const file = await saved('plain', plain);
    const { status, stdout } = run('predict', file, csv, '--target', 'y');
    expect(status).toBe(0);
    const { labels } = plain.classify([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect([...stdout.matchAll(/^\d,\d,\d,(\d),[\d.]+$/gm)].map(([, label]) => Number(label))).toEqual([...labels]);
    expect(run('predict', file, csv, '--target', 'y', '--task', 'values').stdout).toMatch(
      /^a,b,y,prediction 1,prediction 2,prediction 3\n1,2,0(,-?[\d.]+){3}\n/,
    );
    expect(lastLine(run('evaluate', file, csv, '--target', 'y').stdout)).toMatch(/^accuracy [01]\.\d{3}$/);
    expect(run('predict', file, csv).stderr).toContain('has 3 columns (a, b, y), and');
  });
  test('one logit of two classes', async () => {
    const file = await saved('logit', nn.sequential([nn.dense(1)]).build([2], { seed: 2 }));
    const two = written('two.csv', 'a,b,y\n1,2,0\n3,4,1\n');
    expect(lastLine(run('evaluate', file, two, '--target', 'y', '--task', 'classes').stdout)).toMatch(
      /^accuracy [01]\.\d{3}$/,
    );
    expect(run('predict', file, two, '--target', 'y', '--task', 'classes').stdout).toMatch(
      /\n1,2,0,[01],(0\.[5-9]\d*|1)\n/,
    );
  });
  test('of several outputs are refused', async () => {
    const file = await saved(
      'heads',
      nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(1), b: nn.dense(2) } }).build([2]),
    );
    expect(run('predict', file, csv)).toMatchObject({
      status: 1,
      stderr: `regulus: ${file}: the model has the outputs a, b, and the command answers with one; predict in a program\n`,
    });
    const inspected = run('inspect', file);
    expect([inspected.status, inspected.stdout.includes('outputs a [1], b [2]')]).toEqual([0, true]);
  });
});

test('inspect says how a target was scaled', async () => {
  const set = R.dataset.fromColumns({ a: [1, 2, 3, 4], price: [10, 20, 30, 40] }, { target: 'price' });
  const whole = R.pipeline([R.nn.sequential([R.nn.dense(1)]).build([1])], { target: 'minMax' }).fit(set);
  const file = at('scaled.safetensors');
  await writeModel(file, whole);
  expect(run('inspect', file).stdout).toContain('values, learned as (y − 10) / 30\n');
});

describe('models of others', () => {
  const fixtures = 'test/fixtures';
  const tfjs = (): string => {
    const layer = (class_name: string, config: object): object => ({ class_name, config });
    const layers = [
      layer('InputLayer', { name: 'in', batch_input_shape: [null, 2] }),
      layer('Dense', { name: 'out', units: 1 }),
    ];
    const weights = [
      { name: 'out/kernel', shape: [2, 1], dtype: 'float32' },
      { name: 'out/bias', shape: [1], dtype: 'float32' },
    ];
    written('weights.bin', new Uint8Array(Float32Array.of(2, 3, 1).buffer));
    const json = {
      modelTopology: { model_config: { class_name: 'Sequential', config: { layers } } },
      weightsManifest: [{ paths: ['weights.bin'], weights }],
    };
    return written('model.json', new TextEncoder().encode(JSON.stringify(json)));
  };
  test.each([
    ['ONNX', () => join(fixtures, 'onnx/cnn.onnx'), 'conv2d'],
    ['Keras', () => join(fixtures, 'keras/cnn.keras'), 'conv2d'],
    ['Keras', () => join(fixtures, 'keras/mlp.h5'), 'dense'],
    ['TensorFlow.js', tfjs, 'dense'],
  ])('%s: inspected, and exported to this library', async (name, file, layer) => {
    const inspected = run('inspect', file());
    expect(inspected.stderr).toBe('');
    expect(inspected.status).toBe(0);
    expect(inspected.stdout).toContain(`: ${name}, `);
    expect(inspected.stdout).toContain(layer);
    expect(inspected.stdout).toContain('Regulus imports this model, predicts with it and trains it further: from');
    const out = at('imported.safetensors');
    expect(run('export', file(), '--to', 'regulus', '--out', out)).toMatchObject({ status: 0, stderr: '' });
    expect((await readModel(out)).parameters().length).toBeGreaterThan(0);
  });
  test('what cannot be imported, and files that are missing, are said', () => {
    const file = tfjs();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"Dense"', '"Lambda"'));
    const { status, stdout, stderr } = run('inspect', file);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toContain('Regulus cannot import this model as it is: ');
    expect(stdout).toContain("these layers cannot be imported: Lambda ×1 (first 'out')");
    rmSync(at('weights.bin'));
    expect(run('inspect', file)).toMatchObject({ status: 2, stdout: '' });
    expect(run('inspect', file).stderr).toContain('to which');
  });
});

describe('inspect ends with 1', () => {
  test.each<[string, () => Uint8Array, string]>([
    [
      'tensors alone',
      () =>
        header(
          { 'layer.weight': { dtype: 'BF16', shape: [2, 2], data_offsets: [0, 8] }, __metadata__: { format: 'pt' } },
          8,
        ),
      'these are tensors without a model',
    ],
    [
      'a model with a function of its own',
      () => R.saveSafetensors(nn.sequential([nn.dense(2), (x: R.Tensor) => x.relu()]).build([2])),
      'Regulus cannot rebuild this model: ',
    ],
  ])('for %s, and tells what is there', (_, bytes, text) => {
    const { status, stdout, stderr } = run('inspect', written('some.safetensors', bytes()));
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toContain(text);
    expect(stdout).toMatch(/\.weight +(BF16|F32) +\[2, 2\]/);
  });
  test('for what is no such file', () => {
    const { status, stdout, stderr } = run('inspect', people);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^regulus: .*people\.csv: the header says .*\n$/);
  });
  function header(entries: object, bytes: number): Uint8Array {
    const text = Buffer.from(JSON.stringify(entries));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, Buffer.alloc(bytes)]);
  }
});

describe('what is wrong is said in one line', () => {
  const row = '2024-01-01,free,0.5,no,20\n';
  const columns = 'since,plan,score,vip,age';
  test.each<[string, () => string[], number, string]>([
    ['a missing file', () => ['predict', model], 2, 'a model and a CSV file are needed, and 1 is given'],
    [
      'a third file',
      () => ['evaluate', model, people, people],
      2,
      'a model and a CSV file are needed, and there are 3',
    ],
    ['no such model', () => ['predict', at('no'), people], 2, 'cannot read'],
    ['no such table', () => ['predict', model, at('no.csv')], 2, `cannot read ${at('no.csv')}: ENOENT`],
    ['a folder for a table', () => ['predict', model, folder], 2, `cannot read ${folder}: EISDIR`],
    ['a table for a model', () => ['predict', people, people], 1, 'the header says that it has'],
    [
      'a short row',
      () => ['predict', model, written('w.csv', `${columns}\n${row}2024-01-01,free\n`)],
      2,
      'line 3 has 2 fields where 5 were expected: it lacks score, vip, age',
    ],
    [
      'a long row',
      () => ['predict', model, written('w.csv', `${columns}\n1${row.trim()},7\n`)],
      2,
      'line 2 has 6 fields where 5 were expected',
    ],
    [
      'a cell that is no number',
      () => ['predict', model, written('w.csv', `${columns}\n${row}"2024-01-01",free,"x\ny",no,20\n`)],
      2,
      'line 3, column',
    ],
    [
      'a number too large',
      () => ['predict', model, written('w.csv', `${columns}\n${row.replace('0.5', '1e99')}`)],
      2,
      "line 2, column 'score'",
    ],
    [
      'a column twice',
      () => ['predict', model, written('w.csv', `${columns},age\n${row}`)],
      2,
      "the header names 'age' twice",
    ],
    [
      'an answer twice',
      () => ['predict', model, written('w.csv', `${columns},prediction\n${row.trim()},1\n`)],
      2,
      "has a column 'prediction' already; leave it out with --drop prediction",
    ],
    ['nothing', () => ['predict', model, written('w.csv', '')], 2, 'the file is empty'],
    [
      'no text',
      () => ['predict', model, written('w.csv', Uint8Array.of(97, 44, 0xff, 0xff, 10))],
      2,
      'it is not text in UTF-8',
    ],
    [
      'half of a compressed file',
      () => ['predict', model, written('w.csv.gz', gzipSync(tableOf(500)).subarray(0, 300))],
      2,
      'cannot read',
    ],
    ['an unknown column to drop', () => ['predict', model, people, '--drop', 'what'], 2, '--drop what:'],
    [
      'no target',
      () => ['evaluate', model, written('w.csv', `${columns}\n${row}`)],
      2,
      "has no column 'churned', which is the target",
    ],
    [
      'an unknown class',
      () => ['evaluate', model, written('w.csv', `${columns},churned\n${row.trim()},maybe\n`)],
      2,
      "line 2, column 'churned': 'maybe' is not a class of the model: no, yes",
    ],
    ['another task', () => ['evaluate', model, people, '--task', 'values'], 2, 'says that the model predicts classes'],
    ['no format', () => ['export', model], 2, 'which format? Add --to javascript|onnx|torch|json|regulus'],
    [
      'an unknown format',
      () => ['export', model, '--to', 'onyx'],
      2,
      "--to is 'onyx'; it must be javascript or onnx or torch or json",
    ],
    [
      'no place',
      () => ['export', model, '--to', 'json', '--out', at('no/where')],
      2,
      `--out ${at('no/where')}: there is no directory`,
    ],
    [
      'an unknown option',
      () => ['predict', model, people, '--ot', 'x'],
      2,
      'unknown option --ot; did you mean --out? regulus predict --help explains all',
    ],
  ])('%s', (_, words, code, text) => {
    const { status, stderr } = run(...words());
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(stderr).toContain(`regulus: `);
    expect(stderr).toContain(text);
    expect(status).toBe(code);
  });
});
