import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { accuracy, crossEntropy, evaluate, type Model, mse, split } from '../../dist/index.js';
import { digits } from '../../dist/digits.js';
import { readCsv, readModel } from '../../dist/node.js';

const CLI = 'dist/cli.js';
const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: string[]) => spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8' });
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) as string;
const accuracyOf = (text: string): number => {
  expect(lastLine(text)).toMatch(/^test accuracy [01]\.\d{3}$/);
  return Number(lastLine(text).split(' ')[2]);
};

test('digits: 0.97 on the test set in the mean of five seeds, none below 0.955', { timeout: 120_000 }, () => {
  const reached = [0, 1, 2, 3, 4].map((seed) => {
    const { status, stdout } = run('train', '--seed', String(seed));
    expect(status).toBe(0);
    return accuracyOf(stdout);
  });
  expect(Math.min(...reached)).toBeGreaterThanOrEqual(0.955);
  expect(reached.reduce((a, b) => a + b, 0) / 5).toBeGreaterThanOrEqual(0.97);
});

test('prints the data, the model, the progress, the curves and the report, and saves the model', {
  timeout: 60_000,
}, async () => {
  const file = join(folder, 'digits.safetensors');
  const { status, stdout } = run('train', '--epochs', '5', '--save', file);
  expect(status).toBe(0);
  for (const text of [
    'handwritten digits: 1797 rows of 64 numbers, 10 classes',
    '1258 rows to train on, 269 to validate, 270 for the test',
    '0     dense    [n, 128]       8,320',
    'epoch   5/5  training loss',
    '· training loss   ∘ validation loss',
    'gap between validation and training error:',
    'verdict: ',
    'regularized by --l2 0.0001 --keep 0.8 --patience 15',
    'what --l2 0.0001 --keep 0.8 --patience 15 did:',
    '  the network without          training error ',
  ].map((line) => line.replace('epoch   5', 'epoch 5')))
    expect(stdout).toContain(text);
  // The model takes the levels as they are: the scaling has gone into its weights.
  const model = (await readModel(file)) as Model;
  const { test: last } = split(digits(), { seed: 0 });
  const reached = evaluate(model, last, { loss: crossEntropy(), metrics: accuracy() }).accuracy;
  expect(reached).toBeCloseTo(accuracyOf(stdout), 2);
  expect(readdirSync(folder)).toEqual(['digits.safetensors']);
});

test('every technique takes part, all at once and each alone', { timeout: 120_000 }, () => {
  const each = [
    ...['--l1 1e-4', '--l1-proximal 1e-3', '--activity-l1 1e-4', '--l2-ball 10', '--l1-ball 500', '--max-norm 3'],
    ...['--input-keep 0.9', '--batch-norm yes', '--label-smoothing 0.1', '--input-noise 0.1', '--weight-noise 0.01'],
    ...['--gradient-noise 0.001', '--mixup 0.2', '--adversarial 0.05', '--sam 0.05', '--ema 0.99', '--swa 2'],
    '--retrain same-steps',
  ];
  const short = ['train', '--epochs', '4', '--layers', '64', '--seed', '1'];
  for (const technique of each) {
    const { status, stdout, stderr } = run(...short, '--compare', 'no', ...technique.split(' '));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain(technique.replace('1e-4', '0.0001').replace('1e-3', '0.001'));
    expect(accuracyOf(stdout), technique).toBeGreaterThan(0.6);
  }
  const all = each.filter((technique) => !technique.startsWith('--swa')).flatMap((technique) => technique.split(' '));
  const { status, stdout } = run(...short, ...all, '--optimizer', 'nesterov', '--schedule', 'cosine', '--clip', '1');
  expect(status).toBe(0);
  expect(stdout).toMatch(/ {2}with +training error +[\d.]+ % +validation error +[\d.]+ % +gap -?[\d.]+ %/);
  accuracyOf(stdout);
});

test('a CSV file with values: the saved model predicts them in their own unit', { timeout: 60_000 }, async () => {
  const [csv, saved] = [join(folder, 'line.csv'), join(folder, 'line.safetensors')];
  const rows = Array.from({ length: 120 }, (_, i) => [i / 10, (i * 7) % 11, 500 + (30 * i) / 10 - 4 * ((i * 7) % 11)]);
  writeFileSync(csv, `a,b,price\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  const { status, stdout } = run(
    'train',
    csv,
    '--target',
    'price',
    '--layers',
    'none',
    '--rate',
    '0.05',
    '--save',
    saved,
  );
  expect(status).toBe(0);
  expect(lastLine(stdout)).toMatch(/^test loss \d\.\d{4}$/);
  const data = await readCsv(csv, { target: 'price', classes: false });
  expect(evaluate((await readModel(saved)) as Model, data, { loss: mse() }).loss).toBeLessThan(25);
});

describe('a wrong use ends with code 2, one line and nothing on stdout', () => {
  test.each<[string[], string]>([
    [
      ['train', '--lyers', '3'],
      'regulus: unknown option --lyers; did you mean --layers? regulus train --help explains all',
    ],
    [['trian'], "regulus: unknown command 'trian'; did you mean 'train'? regulus --help explains it"],
    [['train', 'no.csv', '--target', 'y'], 'regulus: cannot read no.csv: ENOENT: no such file or directory, open'],
    [['train', '--batch-norm', 'maybe'], "regulus: --batch-norm is 'maybe'; it must be no or yes"],
    [['train', '--save', 'no/such/model'], 'regulus: --save no/such/model: the directory no/such does not exist'],
  ])('%j', (words, text) => {
    const { status, stdout, stderr } = run(...words);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(stderr).toContain(text);
    expect(stdout).toBe('');
  });
  test('label smoothing where there are no labels', () => {
    const csv = join(folder, 'values.csv');
    writeFileSync(csv, `a,b\n${Array.from({ length: 40 }, (_, i) => `${i},${i / 3 + 0.5}`).join('\n')}\n`);
    const { status, stderr } = run('train', csv, '--target', 'b', '--label-smoothing', '0.1');
    expect(status).toBe(2);
    expect(stderr).toContain("--label-smoothing is for classes, and 'b' has values; leave it out");
  });
  test('an unknown column', () => {
    const csv = join(folder, 'small.csv');
    writeFileSync(csv, 'a,b\n1,2\n3,4\n');
    const { status, stderr } = run('train', csv, '--target', 'c');
    expect(status).toBe(2);
    expect(stderr).toContain("target 'c' is not a column");
  });
});

test('--help explains and ends with 0', () => {
  const { status, stdout } = run('train', '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('--label-smoothing');
});

test('Ctrl-C ends training with a saved model and the report', { timeout: 60_000 }, async () => {
  const file = join(folder, 'stopped.safetensors');
  writeFileSync(file, 'an older file');
  const child = spawn(process.execPath, [CLI, 'train', '--epochs', '1000000', '--patience', '1000000', '--save', file]);
  let printed = '';
  let asked = false;
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
    // Once: a second Ctrl-C ends the process at once.
    if (!asked && printed.includes('epoch       1/')) asked = child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
  expect(printed).toContain('stopped by hand; the parameters of epoch');
  accuracyOf(printed);
  expect((await readModel(file)) as Model).toBeTypeOf('function');
  expect(readFileSync(file).length).toBeGreaterThan(1000);
});
