import {
  DataError,
  type Dataset,
  encode,
  type Encoding,
  encodingOf,
  type Scaling,
  standardize,
  split,
} from '../index.js';
import { digits } from '../digits.js';
import { readCsv } from '../node.js';
import { UsageError } from './kinds.js';
import type { Given } from './options.js';

/** The data sets of a training, scaled to mean 0 and deviation 1, and the scaling that was applied. */
export interface Prepared {
  readonly name: string;
  readonly all: Dataset;
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  /** How columns became numbers: a scaling for a table of numbers only, else an encoding. */
  readonly features: Scaling | Encoding;
  /** The training rows, before scaling or encoding. */
  readonly raw: Dataset;
  /** Notes on columns that were left out, and why. */
  readonly notes: readonly string[];
  /** The scaling of a target of values: y = mean + std · output. Undefined for labels. */
  readonly target?: { readonly mean: number; readonly std: number };
}

export async function prepare({ file, target, task, drop, seed, separator, missing }: Given): Promise<Prepared> {
  // An empty cell is always missing.
  const words = missing && [...new Set(['', ...missing])];
  const all = file === undefined ? digits() : await table(file, { target, drop, separator, missing: words }, task);
  if (all.y.every((y) => y === all.y[0]))
    throw new DataError(`${file}: '${target}' is the same in all rows; there is nothing to learn`);
  const parts = split(all, { seed });
  const { features, notes } = featuresOf(parts.train, words);
  const moments = all.kind === 'values' ? momentsOf(parts.train.y) : undefined;
  const apply = (data: Dataset): Dataset => {
    const scaled = features.apply(data);
    return moments ? scaled.map(({ y }) => ({ y: ((y as number) - moments.mean) / moments.std })) : scaled;
  };
  const [train, validation, test] = [apply(parts.train), apply(parts.validation), apply(parts.test)];
  return {
    name: file ?? 'handwritten digits',
    all,
    train,
    validation,
    test,
    features,
    raw: parts.train,
    notes,
    target: moments,
  };
}

/** Scales a table of numbers; encodes a table with other columns or with missing cells, without its columns of text. */
function featuresOf(
  train: Dataset,
  missingValues: readonly string[] | undefined,
): { features: Scaling | Encoding; notes: string[] } {
  if (!train.fields) return { features: standardize.fit(train), notes: [] };
  const isText = ({ type }: { type: string }): boolean => type === 'text';
  const notes = train.columns.filter(isText).map(({ name }) => `column '${name}' is text, and was left out`);
  const only = train.columns.filter((column) => !isText(column)).map(({ name }) => name);
  const features = encode.fit(train, { indicator: true, only });
  const told = missingValues ? encodingOf({ ...features.schema, missingValues }, features.notes) : features;
  return { features: told, notes: [...notes, ...features.notes] };
}

/** Reads a CSV file as a data set, with the target as classes or values as `task` says. */
export async function table(
  file: string,
  options: NonNullable<Parameters<typeof readCsv>[1]>,
  task: Given['task'],
): Promise<Dataset> {
  const found = await readCsv(file, options);
  if (task !== 'values') return task === 'auto' || found.kind === 'classes' ? found : labelled(found);
  if (found.classNames?.some((name) => Number.isNaN(Number(name))))
    throw new UsageError(
      `--task values: '${options.target}' is text, such as '${found.classNames[0]}'; leave --task out`,
    );
  return readCsv(file, { ...options, classes: false });
}

/** Turns a target of numbers into classes, named by the numbers in ascending order. */
function labelled(data: Dataset): Dataset {
  const target = data.target();
  const numbers = [...new Set(target.values)].sort((a, b) => a - b);
  if (2 * numbers.length > data.size)
    throw new UsageError(
      `--task classes: '${data.targetName}' has ${numbers.length} different values in ${data.size} rows; leave --task out`,
    );
  const labels = new Map(numbers.map((value, label) => [value, label]));
  const values = Int32Array.from(target.values, (value) => labels.get(value) as number);
  const classNames = numbers.map(String);
  return data.with({ targets: [{ ...target, values, kind: 'classes', classes: numbers.length, classNames }] });
}

function momentsOf(y: ArrayLike<number>): { mean: number; std: number } {
  const values = Array.from(y);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / values.length);
  return { mean, std: std || 1 };
}

/** Describes the data in a few lines. */
export function summary({ name, all, train, validation, test, target, raw, notes }: Prepared): string {
  const features = raw.fields ? `${all.columns.length} columns` : `${all.shape.join('×')} numbers`;
  const what = all.kind === 'classes' ? `${all.classes} classes` : `values of '${all.targetName}'`;
  const counts = new Array<number>(all.classes).fill(0);
  if (all.kind === 'classes') for (const label of all.y) counts[label]++;
  const names = counts.map((n, label) => `${all.classNames?.[label] ?? label}: ${n}`);
  return [
    `${name}: ${all.size} rows of ${features}, ${what}`,
    ...(raw.fields ? [`  encoded as ${train.shape[0]} numbers`] : []),
    ...notes.map((note) => `  ${note}`),
    ...(names.length ? [`  ${names.join('  ')}`] : []),
    `  ${train.size} rows to train on, ${validation.size} to validate, ${test.size} for the test`,
    ...(target
      ? [
          `  losses are of (${all.targetName} − ${target.mean.toPrecision(4)}) / ${target.std.toPrecision(4)}, its mean and deviation`,
        ]
      : []),
  ].join('\n');
}
