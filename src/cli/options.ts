import { type Kind, names, number, orNone, sizes, text, UsageError, whole, word } from './kinds.js';

/** What the command takes: one row for each option brings its check, its default and its line of help. */

interface Row<T> {
  readonly kind: Kind<T>;
  readonly value: T;
  readonly help: string;
  /** Of what regularizes: the value that leaves it out. */
  readonly off?: T;
}
const row = <T>(kind: Kind<T>, value: T, help: string): Row<T> => ({ kind, value, help });
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
  save: row<string | undefined>(text, undefined, 'the file that the model is written to (safetensors)'),
};
type Values = { -readonly [K in keyof typeof OPTIONS]: (typeof OPTIONS)[K]['value'] };
export interface Given extends Values {
  readonly file?: string;
  readonly help: boolean;
}

/** The part of a message that says what may have been meant, if anything. */
export const meant = (found: string | undefined, shown = found): string =>
  found === undefined ? '.' : `; did you mean ${shown}?`;

/** Reads the words after `train`; the first problem is a UsageError. `nearest` finds the known name that was meant, if any resembles. */
export function parse(
  words: readonly string[],
  nearest: (word: string, known: readonly string[]) => string | undefined,
): Given {
  const names = [...Object.keys(OPTIONS), 'help'];
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { value }]) => [name, value]),
  );
  let file: string | undefined;
  let help = false;
  for (let i = 0; i < words.length; i++) {
    const given = words[i];
    if (!given.startsWith('-')) {
      if (file !== undefined) throw new UsageError(`one file is trained on, and there are two: ${file} and ${given}`);
      file = given;
      continue;
    }
    const [name, inline] = split(given);
    if (name === 'help' || given === '-h') {
      help = true;
      continue;
    }
    if (!given.startsWith('--') || !Object.hasOwn(OPTIONS, name)) {
      const found = nearest(name, names);
      throw new UsageError(`unknown option ${given}${meant(found, `--${found}`)} regulus train --help explains all`);
    }
    const { kind } = OPTIONS[name as keyof typeof OPTIONS];
    const value = inline ?? words[++i];
    const read = value === undefined ? undefined : kind.read(value);
    if (read === undefined)
      throw new UsageError(
        `--${name} is ${value === undefined ? 'missing its value' : `'${value}'`}; it must be ${kind.what}`,
      );
    values[name] = read;
  }
  if (file === undefined && values.target !== undefined && !help)
    throw new UsageError(
      '--target names a column of a CSV file, and no file was given; the built-in digits need no target',
    );
  if (file === undefined && values.task !== 'auto' && !help)
    throw new UsageError("--task is about a CSV file's target, and no file was given; the built-in digits are classes");
  if (file !== undefined && values.target === undefined && !help)
    throw new UsageError(`${file}: which column is to be predicted? Add --target column`);
  return { ...(values as unknown as Values), file, help };
}

const split = (given: string): [string, string | undefined] => {
  const at = given.indexOf('=');
  return at < 0 ? [given.replace(/^-+/, ''), undefined] : [given.slice(0, at).replace(/^-+/, ''), given.slice(at + 1)];
};

/** The text of --help. */
export function help(): string {
  const rows = Object.entries(OPTIONS).map(([name, { kind, value, help: line }]) => {
    const shown = Array.isArray(value) ? value.join(',') : value;
    return [`  --${name}`, `${line}; ${kind.what}${shown === undefined ? '' : `. Default ${shown}`}`];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    'regulus train [file.csv --target column] [options]',
    '',
    'Trains a regularized network on handwritten digits, or on a CSV file with a header line: 70 % of the rows are for',
    'training, 15 % for validation (early stopping keeps the best parameters), 15 % for the test at the end.',
    'Ctrl-C (SIGINT, SIGTERM, SIGHUP) ends training early; the best parameters are kept, saved and reported.',
    '',
    ...rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`),
    `  ${'--help'.padEnd(width - 2)}  this text`,
    '',
    'regulus --version prints the version.',
  ].join('\n');
}
