import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/kinds.js';
import { OPTIONS, parse, TRAIN } from '../../src/cli/options.js';
import { plain, techniques } from '../../src/cli/techniques.js';
import { helpOf } from '../../src/cli/words.js';
import { nearest } from '../../src/options.js';

const read = (...words: string[]) => parse(words, nearest);
const defaults = Object.fromEntries(Object.entries(OPTIONS).map(([name, { value }]) => [name, value]));

describe('what is understood', () => {
  test('nothing: the built-in digits with the defaults', () => {
    expect(read()).toEqual({ ...defaults, file: undefined, help: false });
  });
  test.each<[string, string, unknown]>([
    ['layers', '64,32', [64, 32]],
    ['layers', 'none', []],
    ['activation', 'tanh', 'tanh'],
    ['optimizer', 'nesterov', 'nesterov'],
    ['rate', '1e-2', 0.01],
    ['batch-size', '8', 8],
    ['epochs', '3', 3],
    ['l1', '0.001', 0.001],
    ['l2', '0', 0],
    ['keep', '0.5', 0.5],
    ['schedule', 'cosine', 'cosine'],
    ['clip', '2', 2],
    ['on-divergence', 'throw', 'throw'],
    ['l1-proximal', '0.01', 0.01],
    ['activity-l1', '0.01', 0.01],
    ['l2-ball', '3', 3],
    ['l1-ball', 'none', 'none'],
    ['max-norm', '2', 2],
    ['input-keep', '0.9', 0.9],
    ['batch-norm', 'yes', 'yes'],
    ['label-smoothing', '.1', 0.1],
    ['input-noise', '0.2', 0.2],
    ['weight-noise', '0.01', 0.01],
    ['gradient-noise', '0.01', 0.01],
    ['mixup', '0.2', 0.2],
    ['adversarial', '0.1', 0.1],
    ['sam', '0.05', 0.05],
    ['ema', '0.99', 0.99],
    ['swa', '5', 5],
    ['patience', '4', 4],
    ['patience', 'none', 'none'],
    ['retrain', 'same-steps', 'same-steps'],
    ['compare', 'no', 'no'],
    ['seed', '-3', -3],
    ['save', 'model.safetensors', 'model.safetensors'],
    ['checkpoint', 'runs/1', 'runs/1'],
    ['resume', 'runs/1', 'runs/1'],
    ['missing', '-999,unknown', ['-999', 'unknown']],
    ['separator', ';', ';'],
    ['separator', 'tab', '\t'],
  ])('--%s %s', (name, text, value) => {
    expect(read(`--${name}`, text)).toMatchObject({ [name]: value });
    expect(read(`--${name}=${text}`)).toMatchObject({ [name]: value });
  });
  test('a file and its target', () => {
    expect(read('iris.csv', '--target', 'species')).toMatchObject({ file: 'iris.csv', target: 'species' });
    expect(read('iris.csv', '--target', 'species', '--task', 'values')).toMatchObject({ task: 'values' });
  });
  test('--delimiter is --separator', () => {
    expect(read('--delimiter', '|')).toMatchObject({ separator: '|' });
  });
  test('what regularizes is named as it is typed, and may be left out as a whole', () => {
    const given = read('--l2', '0.01', '--ema', '0.9', '--layers', '8');
    expect(techniques(given)).toEqual(['--l2 0.01', '--keep 0.8', '--ema 0.9', '--patience 15']);
    expect(techniques(plain(given))).toEqual([]);
    expect(plain(given).layers).toEqual([8]);
  });
  test('every option is explained', () => {
    for (const name of Object.keys(OPTIONS)) expect(helpOf(TRAIN)).toContain(`  --${name} `);
    expect(read('--help').help).toBe(true);
  });
});

test('nothing is suggested where nothing resembles', () => {
  expect(() => parse(['--lr', '1'], () => undefined)).toThrow(
    new UsageError('unknown option --lr. regulus train --help explains all'),
  );
});

describe('what is not', () => {
  test.each<[string[], string]>([
    [['--lyers', '3'], 'unknown option --lyers; did you mean --layers? regulus train --help explains all'],
    [['-x'], 'unknown option -x. regulus train --help explains all'],
    [['--constructor'], 'unknown option --constructor. regulus train --help explains all'],
    [['--task', 'both'], "--task is 'both'; it must be auto or classes or values"],
    [['--task', 'values'], '--task is about a CSV file'],
    [['--layers', '3,0'], "--layers is '3,0'; it must be whole numbers from 1, like 64,32, or none"],
    [['--keep', '0'], "--keep is '0'; it must be a number above 0 to 1"],
    [['--keep', '1.5'], "--keep is '1.5'; it must be a number above 0 to 1"],
    [['--epochs', '1.5'], "--epochs is '1.5'; it must be a whole number from 1"],
    [['--rate', ''], "--rate is ''; it must be a number above 0"],
    [['--rate'], '--rate is missing its value; it must be a number above 0'],
    [
      ['--optimizer', 'Adam'],
      "--optimizer is 'Adam'; it must be adam or adamw or adamax or nadam or radam or adagrad or",
    ],
    [['--max-norm', '0'], "--max-norm is '0'; it must be a number above 0, or none"],
    [['--delimiter', ';;'], "--delimiter is ';;'; it must be one character such as ';', or tab"],
    [['--batch-norm', 'true'], "--batch-norm is 'true'; it must be no or yes"],
    [['a.csv', 'b.csv', '--target', 'y'], 'one file is trained on, and there are two: a.csv and b.csv'],
    [['a.csv'], 'a.csv: which column is to be predicted? Add --target column'],
    [
      ['--target', 'y'],
      '--target names a column of a CSV file, and no file was given; the built-in digits need no target',
    ],
  ])('%j', (words, text) => {
    expect(() => read(...words)).toThrow(UsageError);
    expect(() => read(...words)).toThrow(text);
  });
});
