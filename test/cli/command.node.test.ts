import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { elementsOf } from '../pictures/xml.js';
import { accuracy, crossEntropy, evaluate, mse, type Pipeline, split } from '../../dist/index.js';
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
  // The model takes the levels as they are.
  const model = await readModel<Pipeline>(file);
  const { test: last } = split(digits(), { seed: 0 });
  const reached = evaluate(model, last, { loss: crossEntropy(), metrics: accuracy() }).accuracy;
  expect(reached).toBeCloseTo(accuracyOf(stdout), 2);
  expect(readdirSync(folder)).toEqual(['digits.safetensors']);
});

/** The page that `--report` writes about a training on a table with these columns, and what is printed. */
function pageAbout(name: string, header: string, row: (i: number) => string, ...words: readonly string[]) {
  const [csv, page] = [join(folder, `${name}.csv`), join(folder, `${name}.html`)];
  writeFileSync(csv, `${header}\n${Array.from({ length: 90 }, (_, i) => row(i)).join('\n')}\n`);
  const { status, stdout, stderr } = run('train', csv, '--epochs', '8', '--report', page, ...words);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain(`the page is in ${page}`);
  const html = readFileSync(page, 'utf8');
  const pictures = html.match(/<svg xmlns.*?<\/svg>(?=<\/figure>)/gs) ?? [];
  for (const svg of pictures) elementsOf(svg);
  // Nothing is loaded: the only addresses are names.
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<link|url\(|@import/);
  const titles = pictures.map((svg) => /<title>(.*?)<\/title>/.exec(svg)?.[1]);
  return { html, stdout, titles };
}
test('--report writes a page of its own: classes over two inputs', { timeout: 60_000 }, () => {
  const row = (i: number): string => `${(i * 7) % 13},${(i * 5) % 11},${(i * 7) % 13 > 6 ? 'a<b' : 'c&d'}`;
  const { html, stdout, titles } = pageAbout('plane', 'x,y,kind', row, '--target', 'kind');
  expect(titles).toEqual([
    'Training and validation loss',
    'Confusion matrix of the validation rows',
    'Decision regions over the inputs, standardized',
  ]);
  expect(html).toContain(lastLine(stdout));
  expect(html).toContain(`verdict: ${/^verdict: (.*)$/m.exec(stdout)?.[1]}`);
  expect(html).toContain('prefers-color-scheme:dark');
  expect(html).toContain('a&lt;b');
  expect(html).not.toContain('a<b');
});
test('--report writes a page of its own: values, beside a saved model', { timeout: 60_000 }, () => {
  const model = join(folder, 'values.safetensors');
  const row = (i: number): string => `${i % 10},${(i * i) % 13},${(i * 3) % 7},${1000 + 10 * (i % 10)}`;
  const words = ['--target', 'price', '--task', 'values', '--save', model, '--rate', '0.02'];
  const { html, titles } = pageAbout('values', 'a,b,c,price', row, ...words);
  expect(titles).toEqual(['Training and validation loss', 'Answers and truth on the validation rows']);
  // In the target's own unit, although the saved model has taken its scaling by then.
  const numbers = (of: RegExp): number[] => (of.exec(html) as RegExpExecArray).slice(1).map(Number);
  const [low, high] = numbers(/right answers: from (\S+) to (\S+),/);
  expect([low >= 1000, high <= 1090]).toEqual([true, true]);
  const answers = numbers(/validation rows: from \S+ to \S+, least (\S+), largest ([^.;]+)/);
  for (const answer of answers) expect(Math.abs(answer - 1045)).toBeLessThan(100);
});
test('a page that cannot be written is refused before training', () => {
  const { status, stderr, stdout } = run('train', '--report', join(folder, 'nowhere', 'a.html'));
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('--report');
});

test('the network without regularization is trained for as many epochs as the other one was', {
  timeout: 60_000,
}, () => {
  const csv = join(folder, 'noisy.csv');
  const rows = Array.from({ length: 90 }, (_, i) => `${i % 10},${(i * i) % 13},${((i * 7919) % 101) / 50 + (i % 10)}`);
  writeFileSync(csv, `a,b,y\n${rows.join('\n')}\n`);
  const train = ['train', csv, '--target', 'y', '--task', 'values', '--layers', '64', '--rate', '0.02'];
  const { stdout } = run(...train, '--epochs', '400', '--patience', '3');
  const epochs = /^(\d+) epochs: the validation loss stopped improving/m.exec(stdout)?.[1] as string;
  const [, ...compared] =
    / {2}the network without +training loss ([\d.]+) +validation loss ([\d.]+)/.exec(stdout) ?? [];
  const off = ['--l2', '0', '--keep', '1', '--patience', 'none'];
  const [, ...alone] = /^loss +([\d.]+) +([\d.]+)/m.exec(run(...train, '--epochs', epochs, ...off).stdout) ?? [];
  expect(compared).toHaveLength(2);
  expect(compared).toEqual(alone);
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
  expect(lastLine(stdout)).toMatch(/^test R² 0\.\d{3}|1\.000, RMSE \d\.\d+ in the units of 'price'$/);
  const data = await readCsv(csv, { target: 'price', classes: false });
  expect(evaluate(await readModel<Pipeline>(saved), data, { loss: mse() }).loss).toBeLessThan(25);
});

test('a table as people have it: text, gaps, dates, quotes, semicolons and a byte order mark', {
  timeout: 60_000,
}, async () => {
  const [csv, saved] = [join(folder, 'people.csv'), join(folder, 'people.safetensors')];
  const rows = Array.from({ length: 120 }, (_, i) =>
    [
      String(i).padStart(5, '0'),
      i % 9 ? 20 + (i % 40) : '',
      ['free', 'pro', 'team', ''][i % 4],
      i % 3 ? 'yes' : 'no',
      `"said ""${i}""; ok"`,
      `${i % 10},5`,
      `2024-0${1 + (i % 9)}-01`,
      'here',
      i % 4 === 0 ? 'yes' : 'no',
    ].join(';'),
  );
  writeFileSync(csv, `\ufeffid;age;plan;vip;note;score;since;place;churned\r\n${rows.join('\r\n')}\r\n`);
  const { status, stdout, stderr } = run(
    'train',
    csv,
    '--target',
    'churned',
    '--drop',
    'score',
    '--epochs',
    '40',
    '--save',
    saved,
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain("column 'id' is text, and was left out");
  expect(stdout).toContain("column 'note' is text, and was left out");
  expect(stdout).toContain("column 'place' is 'here' wherever it is known, and was left out");
  expect(lastLine(stdout)).toMatch(/^test accuracy (0\.9\d+|1\.000)$/);
  const model = await readModel<Pipeline>(saved);
  const row = { age: null, vip: 'no', since: '2024-03-01' };
  expect(
    model.classify([
      { ...row, plan: 'free' },
      { plan: 'pro', ...row },
    ]).labels,
  ).toEqual(['yes', 'no']);
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
    [['train', '--save', 'no/such/model'], 'regulus: --save no/such/model: there is no directory no/such'],
    [
      ['train', '--save', 'package.json/model'],
      'regulus: --save package.json/model: there is no directory package.json',
    ],
    [['train', '--save', 'dist'], 'regulus: --save dist is a directory; give the name of a file'],
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
test.each(['train', 'evaluate', 'predict', 'inspect', 'export', 'check', 'sweep', 'worker', 'lab', 'playground'])(
  '%s --help has an example',
  (name) => {
    const { status, stdout } = run(name, '--help');
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith(`  regulus ${name} `)).length).toBeGreaterThan(0);
    expect(run('help', name).stdout).toBe(stdout);
    expect(run('--help').stdout).toContain(`  regulus ${name} `);
  },
);

/** Runs the command until it has said `text`; then calls `act`, once. */
function follow(words: readonly string[], text: string, act: (child: ChildProcess) => void) {
  const child = spawn(process.execPath, [CLI, ...words]);
  let [stdout, stderr, asked] = ['', '', false];
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    if (asked || !stdout.includes(text)) return;
    asked = true;
    act(child);
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
const ENDLESS = ['--epochs', '1000000', '--patience', '1000000'];

// A second signal would end the process at once.
test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends training with a saved model and the report',
  {
    timeout: 60_000,
  },
  async (signal) => {
    const file = join(folder, `${signal}.safetensors`);
    writeFileSync(file, 'an older file');
    const { code, stdout } = await follow(['train', ...ENDLESS, '--save', file], 'epoch       1/', (child) =>
      child.kill(signal),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('stopped by hand; the parameters of epoch');
    accuracyOf(stdout);
    expect((await readModel<Pipeline>(file)).fitted).toBe(true);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  },
);

test('a training that was stopped goes on to the bits of one that was not', { timeout: 120_000 }, async () => {
  const [runs, whole, again] = ['runs', 'whole.safetensors', 'again.safetensors'].map((name) => join(folder, name));
  const plan = ['train', '--epochs', '60', '--patience', 'none', '--compare', 'no', '--seed', '3'];
  const first = await follow([...plan, '--checkpoint', runs], 'epoch  1/', (child) => child.kill('SIGINT'));
  expect(first.code).toBe(0);
  expect(first.stdout).toContain('stopped by hand');
  const resumed = run(...plan, '--resume', runs, '--save', again);
  expect([resumed.status, resumed.stderr]).toEqual([0, '']);
  expect(resumed.stdout).toContain('60 epochs: all epochs made');
  expect(run(...plan, '--save', whole).status).toBe(0);
  expect(readFileSync(again).equals(readFileSync(whole))).toBe(true);
  expect(run(...plan, '--resume', runs, '--rate', '0.5').stderr).toMatch(
    /^regulus: .*optimizer\.learningRate .* → 0\.5/,
  );
  const none = run(...plan, '--resume', join(folder, 'nothing'));
  expect([none.status, none.stderr]).toEqual([
    2,
    `regulus: resume: there is no checkpoint in ${join(folder, 'nothing')}; begin with --checkpoint ${join(folder, 'nothing')}\n`,
  ]);
});

describe('where nobody reads the output', () => {
  const close = (child: ChildProcess): void => void child.stdout?.destroy();
  test('the model is saved, as in `regulus train --save model | head -1`', { timeout: 60_000 }, async () => {
    const file = join(folder, 'unread.safetensors');
    const { code, stderr } = await follow(['train', '--epochs', '100', '--save', file], 'handwritten', close);
    expect([code, stderr]).toEqual([0, '']);
    expect((await readModel<Pipeline>(file)).fitted).toBe(true);
  });
  test('and there is nothing to save, training ends with the next line', { timeout: 60_000 }, async () => {
    const csv = join(folder, 'unread.csv');
    writeFileSync(csv, `a,b\n${Array.from({ length: 20 }, (_, i) => `${i},${i / 3}`).join('\n')}\n`);
    const words = ['train', csv, '--target', 'b', '--layers', 'none', '--epochs', '150000', '--patience', 'none'];
    const { code, stderr } = await follow(words, 'epoch      1/', close);
    expect([code, stderr]).toEqual([0, '']);
  });
  test.skipIf(!existsSync('/dev/full'))('because the disk is full, the model is saved elsewhere', async () => {
    const file = join(folder, 'full.safetensors');
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'train', '--epochs', '3', '--save', file], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^regulus: the output could not be written: ENOSPC: no space left on device.*\n$/);
    expect((await readModel<Pipeline>(file)).fitted).toBe(true);
  });
});

test('a place that is gone when training ends is an error behind the report', { timeout: 60_000 }, async () => {
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const { code, stdout, stderr } = await follow(
    ['train', '--epochs', '400', '--patience', 'none', '--save', join(gone, 'm')],
    'epoch   1/',
    () => rmSync(gone, { recursive: true }),
  );
  expect(code).toBe(2);
  expect(stderr).toContain(`regulus: cannot write ${join(gone, 'm')}: ENOENT`);
  accuracyOf(stdout);
});

describe('what fails is said in one line', () => {
  test.each<[string, string[], string]>([
    ['divergence', ['--rate', '1e30', '--optimizer', 'sgd', '--on-divergence', 'throw'], 'regulus: training diverged'],
    ['a network that no memory holds', ['--layers', '1000000000'], 'regulus: out of memory: asked for 256000000064'],
  ])('%s', (_, words, text) => {
    const { status, stderr } = run('train', ...words);
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(stderr).toContain(text);
  });
});

describe('what a target of numbers is', () => {
  const csv = (name: string, y: (i: number) => unknown): string => {
    const file = join(folder, `${name}.csv`);
    writeFileSync(file, `a,y\n${Array.from({ length: 120 }, (_, i) => `${i},${y(i)}`).join('\n')}\n`);
    return file;
  };
  const short = ['--epochs', '2', '--compare', 'no'];
  test('--task values: the report is in its units', () => {
    const { status, stdout } = run(
      'train',
      csv('ages', (i) => 20 + (i % 50)),
      '--target',
      'y',
      '--task',
      'values',
      ...short,
    );
    expect(status).toBe(0);
    expect(stdout).toContain("120 rows of 1 numbers, values of 'y'");
    expect(stdout).toMatch(/losses are of \(y − \d[\d.]*\) \/ \d[\d.]*, its mean and deviation/);
    expect(stdout).toMatch(/\nloss( +\d\.\d{4}){3}\nRMSE( +\d[\d.]*){3}\nR²( +-?\d[\d.]*){3}\n/);
    expect(lastLine(stdout)).toMatch(/^test R² -?\d\.\d{3}, RMSE \d[\d.]* in the units of 'y'$/);
    expect(stdout.slice(stdout.indexOf('RMSE'))).not.toContain('%');
  });
  test('--task classes: their numbers are names', () => {
    const { status, stdout } = run(
      'train',
      csv('signs', (i) => 2 * (i % 3) - 2),
      '--target',
      'y',
      '--task',
      'classes',
      ...short,
    );
    expect(status).toBe(0);
    expect(stdout).toContain('3 classes\n  -2: 40  0: 40  2: 40\n');
    accuracyOf(stdout);
  });
  test.each<[string, (i: number) => unknown, string[], string]>([
    ['many', (i) => i / 7, ['--task', 'classes'], "--task classes: 'y' has 120 different values in 120 rows"],
    ['words', (i) => ['cat', 'dog'][i % 2], ['--task', 'values'], "--task values: 'y' is text, such as 'cat'"],
    ['one', () => 1, [], "column 'y' is 1 in all 120 rows: nothing can be learned from it"],
  ])('%s is refused', (name, y, words, text) => {
    const { status, stderr } = run('train', csv(name, y), '--target', 'y', ...words);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  });
});

test('--version is that of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  for (const word of ['--version', '-v']) expect(run(word)).toMatchObject({ status: 0, stdout: `${version}\n` });
});
