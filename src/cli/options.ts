import { cells, type Kind, names, number, orNone, separator, sizes, text, UsageError, whole, word } from './kinds.js';
import { type Command, type Nearest, type Row, row, type ValuesOf, wordsOf } from './words.js';

/** The options of `regulus train`: each row has an option's check, its default and its line of help. */

/** An option that regularizes: its default, and the value that turns it off. */
const technique = <T>(kind: Kind<T>, value: T, off: T, help: string): Row<T> => ({ kind, value, help, off });
/** A regularizing option that is off by default. */
const extra = <T>(kind: Kind<T>, off: T, help: string): Row<T> => technique(kind, off, off, help);

const rate = number(0, undefined, true);
const share = number(0, 1);
const OPTIMIZERS = [
  ...(['adam', 'adamw', 'adamax', 'nadam', 'radam', 'adagrad', 'adadelta', 'rmsprop', 'lion'] as const),
  ...(['sgd', 'momentum', 'nesterov'] as const),
] as const;

export const OPTIONS = {
  target: row<string | undefined>(text, undefined, 'the column to predict, of a CSV file'),
  drop: row<readonly string[]>(names, [], 'columns to leave out, such as id,name'),
  missing: row<readonly string[] | undefined>(
    cells,
    undefined,
    'words for a missing cell; an empty cell is always missing. Default NA,N/A,NaN,null,?',
  ),
  separator: row<string | undefined>(
    separator,
    undefined,
    'the character between cells of a CSV file; by default comma, semicolon, tab or |, whichever the file uses',
  ),
  task: row(
    word('auto', 'classes', 'values'),
    'auto',
    "what the target's numbers mean: classes, values, or decided by how they look",
  ),
  layers: row<readonly number[]>(sizes, [128], 'units of the hidden layers'),
  activation: row(
    word('relu', 'tanh', 'sigmoid', 'elu', 'gelu', 'silu'),
    'relu',
    'the activation function of hidden units',
  ),
  optimizer: row<(typeof OPTIMIZERS)[number]>(word(...OPTIMIZERS), 'adam', 'the optimization algorithm'),
  rate: row<number | undefined>(
    rate,
    undefined,
    "the learning rate; by default the optimizer's own: 0.1 for sgd, 0.01 with momentum",
  ),
  schedule: row(word('constant', 'linear', 'cosine'), 'constant', 'how the learning rate decays over the epochs'),
  'batch-size': row(whole(1), 32, 'rows per update'),
  epochs: row(whole(1), 150, 'the largest number of passes over the training rows'),
  clip: row<number | 'none'>(orNone(rate), 'none', "the gradient's largest norm"),
  'on-divergence': row(
    word('throw', 'rollback'),
    'rollback',
    'what to do when a loss or gradient becomes NaN or infinite: give up, or go back and halve the rate',
  ),
  l1: extra(number(0), 0, 'λ of the penalty λ‖w‖₁'),
  'l1-proximal': extra(number(0), 0, 'λ of an L1 penalty applied as a proximal step, which makes weights exactly 0'),
  l2: technique(number(0), 1e-4, 0, 'λ of the penalty (λ/2)‖w‖²'),
  'activity-l1': extra(number(0), 0, 'λ of an L1 penalty on the outputs of hidden units, so that few are active'),
  'l2-ball': extra<number | 'none'>(orNone(rate), 'none', 'the largest 2-norm of all weights'),
  'l1-ball': extra<number | 'none'>(orNone(rate), 'none', 'the largest 1-norm of all weights'),
  'max-norm': extra<number | 'none'>(orNone(rate), 'none', "the largest norm of a unit's weights"),
  keep: technique(
    number(0, 1, true),
    0.8,
    1,
    'dropout: the probability that a hidden unit is retained; 1 turns it off',
  ),
  'input-keep': extra(
    number(0, 1, true),
    1,
    'dropout of inputs: the probability that an input is retained; 1 turns it off',
  ),
  'batch-norm': extra(word('no', 'yes'), 'no', 'normalizes hidden layers over the batch'),
  'label-smoothing': extra(share, 0, 'the share of the target that is spread over all classes'),
  'input-noise': extra(number(0), 0, "standard deviation of noise on the inputs, relative to each column's own"),
  'weight-noise': extra(number(0), 0, 'standard deviation of noise on the weights during gradient computation'),
  'gradient-noise': extra(number(0), 0, 'standard deviation of noise on the gradient'),
  mixup: extra(number(0), 0, 'α of Beta(α, α): trains on mixtures of two rows'),
  adversarial: extra(
    number(0),
    0,
    'ε: half of the loss is taken on inputs that were moved by ε in the direction that raises the loss',
  ),
  sam: extra(number(0), 0, 'ρ of sharpness-aware minimization: gradients are taken at the worst point within ρ'),
  ema: extra(share, 0, 'decay of a moving average of the weights, which replaces them at the end'),
  swa: extra<number | 'none'>(orNone(whole(1)), 'none', 'the epoch after which weights are averaged (SWA)'),
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
  seed: row(
    number(Number.NEGATIVE_INFINITY),
    0,
    'the seed of the split, the initial weights, the order of rows and dropout',
  ),
  checkpoint: row<string | undefined>(
    text,
    undefined,
    'a folder for checkpoints, written every ten seconds and at the end',
  ),
  resume: row<string | undefined>(
    text,
    undefined,
    'the checkpoint folder of a training that was stopped, to continue it with the same options and the same bits',
  ),
  save: row<string | undefined>(text, undefined, 'the file to write the model to (safetensors)'),
  report: row<string | undefined>(
    text,
    undefined,
    'the file to write a page to (HTML): curves, confusion matrix or decision regions, and the report',
  ),
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
    "at the end. The saved model takes the file's rows unchanged, and predicts in the names and units of the target.",
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

/** Parses the arguments of `train`. Throws a UsageError at the first problem. `nearest` finds a known name that resembles a wrong one. */
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
