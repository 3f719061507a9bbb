import { type Kind, names, number, orNone, separator, sizes, text, UsageError, whole, word } from './kinds.js';
import { type Command, type Nearest, type Row, row, type ValuesOf, wordsOf } from './words.js';

/** What `regulus train` takes: one row for each option brings its check, its default and its line of help. */

/** What regularizes: its default, and the value that leaves it out. */
const technique = <T>(kind: Kind<T>, value: T, off: T, help: string): Row<T> => ({ kind, value, help, off });
/** One that is left out by default. */
const extra = <T>(kind: Kind<T>, off: T, help: string): Row<T> => technique(kind, off, off, help);

const rate = number(0, undefined, true);
const share = number(0, 1);
const OPTIMIZERS = [
  ...(['adam', 'adamw', 'adamax', 'nadam', 'radam', 'adagrad', 'adadelta', 'rmsprop', 'lion'] as const),
  ...(['sgd', 'momentum', 'nesterov'] as const),
] as const;

export const OPTIONS = {
  target: row<string | undefined>(text, undefined, 'the column to predict, of a CSV file'),
  drop: row<readonly string[]>(names, [], 'columns that are left out: --drop id,name'),
  missing: row<readonly string[] | undefined>(
    names,
    undefined,
    'words that mean a missing cell, beside the empty one: --missing -999,unknown. Default NA,N/A,NaN,null,?',
  ),
  separator: row<string | undefined>(
    separator,
    undefined,
    'what stands between the cells of a CSV file; by default it is found among comma, semicolon, tab and |',
  ),
  task: row(
    word('auto', 'classes', 'values'),
    'auto',
    "what the target's numbers are: classes, values, or what they look like",
  ),
  layers: row<readonly number[]>(sizes, [128], 'units of the hidden layers'),
  activation: row(word('relu', 'tanh', 'sigmoid', 'elu', 'gelu', 'silu'), 'relu', 'what hidden units compute'),
  optimizer: row<(typeof OPTIMIZERS)[number]>(word(...OPTIMIZERS), 'adam', 'how weights follow the gradient'),
  rate: row<number | undefined>(
    rate,
    undefined,
    "the learning rate; the optimizer's own default, 0.1 for sgd, 0.01 with momentum",
  ),
  schedule: row(word('constant', 'linear', 'cosine'), 'constant', 'how the rate goes down over the epochs'),
  'batch-size': row(whole(1), 32, 'rows of an update'),
  epochs: row(whole(1), 150, 'how often all rows are seen, at most'),
  clip: row<number | 'none'>(orNone(rate), 'none', "the gradient's largest norm"),
  'on-divergence': row(
    word('throw', 'rollback'),
    'rollback',
    'where numbers end: give up, or go back with half the rate',
  ),
  l1: extra(number(0), 0, 'λ of the penalty λ‖w‖₁'),
  'l1-proximal': extra(number(0), 0, 'λ of the same as a proximal step: weights become exactly 0'),
  l2: technique(number(0), 1e-4, 0, 'λ of the penalty (λ/2)‖w‖²'),
  'activity-l1': extra(number(0), 0, 'λ of a penalty on what hidden units give: few are active'),
  'l2-ball': extra<number | 'none'>(orNone(rate), 'none', 'the largest 2-norm of all weights'),
  'l1-ball': extra<number | 'none'>(orNone(rate), 'none', 'the largest 1-norm of all weights'),
  'max-norm': extra<number | 'none'>(orNone(rate), 'none', "the largest norm of a unit's weights"),
  keep: technique(
    number(0, 1, true),
    0.8,
    1,
    'dropout: the probability that a hidden unit is retained; 1 turns it off',
  ),
  'input-keep': extra(number(0, 1, true), 1, 'the same of the inputs'),
  'batch-norm': extra(word('no', 'yes'), 'no', 'normalizes hidden layers over the batch'),
  'label-smoothing': extra(share, 0, 'how much of the target other classes get'),
  'input-noise': extra(number(0), 0, "deviation of noise on the inputs, in shares of a column's own"),
  'weight-noise': extra(number(0), 0, 'deviation of noise on the weights while gradients are taken'),
  'gradient-noise': extra(number(0), 0, 'deviation of noise on the gradient'),
  mixup: extra(number(0), 0, 'α of Beta(α, α): trains on mixtures of two rows'),
  adversarial: extra(number(0), 0, 'ε: half of the loss is taken on inputs that were moved against the model by ε'),
  sam: extra(number(0), 0, 'ρ: takes gradients at the worst place so near by'),
  ema: extra(share, 0, 'decay of the average of the weights over the updates, which is kept'),
  swa: extra<number | 'none'>(orNone(whole(1)), 'none', 'the epoch from which on weights are averaged'),
  patience: technique<number | 'none'>(
    orNone(whole(1)),
    15,
    'none',
    'epochs without a better validation loss after which training stops',
  ),
  retrain: extra(
    word('none', 'same-steps', 'continue'),
    'none',
    'after early stopping, trains again on the validation rows too',
  ),
  compare: row(word('yes', 'no'), 'yes', 'trains the network without regularization as well, and compares'),
  seed: row(number(Number.NEGATIVE_INFINITY), 0, 'of the split, the first weights, the order and dropout'),
  checkpoint: row<string | undefined>(
    text,
    undefined,
    'the folder in which all that the training needs is kept, every ten seconds and at the end',
  ),
  resume: row<string | undefined>(
    text,
    undefined,
    'the folder of a training that was stopped: it goes on to the same bits, with the options that it had',
  ),
  save: row<string | undefined>(text, undefined, 'the file that the model is written to (safetensors)'),
};
export interface Given extends ValuesOf<typeof OPTIONS> {
  readonly file?: string;
  readonly help: boolean;
}

export const TRAIN: Command<typeof OPTIONS> = {
  name: 'train',
  usage: 'regulus train [file.csv --target column] [options]',
  about: [
    'Trains a regularized network on handwritten digits, or on a CSV file with a header line.',
    '70 % of the rows are for training, 15 % for validation (early stopping keeps the best parameters), 15 % for the test',
    'at the end. The model that is saved takes rows as they stand in the file, and answers in its names and units.',
    'Ctrl-C (SIGINT, SIGTERM, SIGHUP) ends training early; the best parameters are kept, saved and reported.',
  ],
  files: { what: 'one file is trained on', least: 0, most: 1 },
  options: OPTIONS,
  examples: [
    ['regulus train', 'the built-in digits'],
    ['regulus train people.csv --target churned --save model.safetensors', 'a table; the model knows its columns'],
    [
      'regulus train houses.csv --target price --task values --drop id,street',
      'a number to predict, two columns left out',
    ],
    [
      'regulus train people.csv --target churned --checkpoint runs/1',
      'then with --resume runs/1, where it was stopped',
    ],
    ['regulus train people.csv --target churned --max-norm 3 --mixup 0.2 --keep 0.5', 'other regularization'],
  ],
};

/** Reads the words after `train`; the first problem is a UsageError. `nearest` finds the known name that was meant, if any resembles. */
export function parse(words: readonly string[], nearest: Nearest): Given {
  const { values, files, help } = wordsOf(TRAIN, words, nearest);
  const [file] = files;
  if (help) return { ...values, file, help };
  if (file === undefined && values.target !== undefined)
    throw new UsageError(
      '--target names a column of a CSV file, and no file was given; the built-in digits need no target',
    );
  if (file === undefined && values.task !== 'auto')
    throw new UsageError("--task is about a CSV file's target, and no file was given; the built-in digits are classes");
  if (file !== undefined && values.target === undefined)
    throw new UsageError(`${file}: which column is to be predicted? Add --target column`);
  return { ...values, file, help };
}
