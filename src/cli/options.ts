/** What the command takes: one row for each option brings its check, its default and its line of help. */

/** A wrong use of the command line: the message is all that a user needs. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How an option's text becomes its value; what it must be, in words. */
interface Kind<T> {
  readonly what: string;
  read(text: string): T | undefined;
}

const number = (low: number, high = Number.POSITIVE_INFINITY, above = false): Kind<number> => ({
  what: `a number ${above ? 'above' : 'from'} ${low}${high === Number.POSITIVE_INFINITY ? '' : ` to ${high}`}`,
  read: (text) => {
    const value = Number(text);
    const ok = text.trim() !== '' && Number.isFinite(value) && value <= high && (above ? value > low : value >= low);
    return ok ? value : undefined;
  },
});
const whole = (low: number): Kind<number> => ({
  what: `a whole number from ${low}`,
  read: (text) => {
    const value = number(low).read(text);
    return Number.isSafeInteger(value) ? value : undefined;
  },
});
const word = <T extends string>(...words: readonly T[]): Kind<T> => ({
  what: words.join(' or '),
  read: (text) => words.find((w) => w === text),
});
const text: Kind<string> = { what: 'a text', read: (given) => given || undefined };
/** 64,32 or none. */
const sizes: Kind<readonly number[]> = {
  what: 'whole numbers from 1, like 64,32, or none',
  read: (given) => {
    if (given === 'none') return [];
    const list = given.split(',').map((part) => whole(1).read(part));
    return list.every((n) => n !== undefined) ? list : undefined;
  },
};

interface Row<T> {
  readonly kind: Kind<T>;
  readonly value: T;
  readonly help: string;
}
const row = <T>(kind: Kind<T>, value: T, help: string): Row<T> => ({ kind, value, help });

export const OPTIONS = {
  target: row<string | undefined>(text, undefined, 'the column to predict, of a CSV file'),
  layers: row<readonly number[]>(sizes, [128], 'units of the hidden layers'),
  activation: row(word('relu', 'tanh', 'sigmoid', 'elu', 'gelu', 'silu'), 'relu', 'what hidden units compute'),
  optimizer: row(word('adam', 'sgd', 'momentum', 'nesterov'), 'adam', 'how weights follow the gradient'),
  rate: row<number | undefined>(
    number(0, undefined, true),
    undefined,
    'the learning rate; 0.001 for adam, 0.1 for sgd, 0.01 with momentum',
  ),
  'batch-size': row(whole(1), 32, 'rows of an update'),
  epochs: row(whole(1), 150, 'how often all rows are seen, at most'),
  l1: row(number(0), 0, 'λ of the penalty λ‖w‖₁'),
  l2: row(number(0), 1e-4, 'λ of the penalty (λ/2)‖w‖²'),
  keep: row(number(0, 1, true), 0.8, 'dropout: the probability that a hidden unit is retained; 1 turns it off'),
  'label-smoothing': row(number(0, 1), 0, 'how much of the target other classes get'),
  patience: row(whole(1), 15, 'epochs without a better validation loss after which training stops'),
  seed: row(number(Number.NEGATIVE_INFINITY), 0, 'of the split, the first weights, the order and dropout'),
  save: row<string | undefined>(text, undefined, 'the file that the model is written to (safetensors)'),
};
type Values = { -readonly [K in keyof typeof OPTIONS]: (typeof OPTIONS)[K]['value'] };
export interface Given extends Values {
  readonly file?: string;
  readonly help: boolean;
}

/** Reads the words after `train`; the first problem is a UsageError. `nearest` finds the known name that was meant. */
export function parse(words: readonly string[], nearest: (word: string, known: readonly string[]) => string): Given {
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
    if (!given.startsWith('--') || !Object.hasOwn(OPTIONS, name))
      throw new UsageError(
        `unknown option ${given}; did you mean --${nearest(name, names)}? regulus train --help explains all`,
      );
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
    'Ctrl-C ends training early; the best parameters are kept, saved and reported.',
    '',
    ...rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`),
    `  ${'--help'.padEnd(width - 2)}  this text`,
  ].join('\n');
}
