import { DataError, type Dataset, type Scaling, standardize, split } from '../index.js';
import { digits } from '../digits.js';
import { readCsv } from '../node.js';
import { UsageError } from './kinds.js';
import type { Given } from './options.js';

/** The sets of a training, with features and values of mean 0 and deviation 1, and what that took. */
export interface Prepared {
  readonly name: string;
  readonly all: Dataset;
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  readonly scale: Scaling;
  /** Of the values that are predicted: y = mean + std · output. Labels have none. */
  readonly target?: { readonly mean: number; readonly std: number };
}

export async function prepare({ file, target, task, seed }: Given): Promise<Prepared> {
  const all = file === undefined ? digits() : await table(file, target, task);
  if (all.y.every((y) => y === all.y[0]))
    throw new DataError(`${file}: '${target}' is the same in all rows; there is nothing to learn`);
  const parts = split(all, { seed });
  const scale = standardize.fit(parts.train);
  const moments = all.kind === 'values' ? momentsOf(parts.train.y) : undefined;
  const apply = (data: Dataset): Dataset => {
    const scaled = scale.apply(data);
    return moments ? scaled.map(({ y }) => ({ y: ((y as number) - moments.mean) / moments.std })) : scaled;
  };
  const [train, validation, test] = [apply(parts.train), apply(parts.validation), apply(parts.test)];
  return { name: file ?? 'handwritten digits', all, train, validation, test, scale, target: moments };
}

/** The set of a CSV file, whose target is what `task` says. */
async function table(file: string, target: string | undefined, task: Given['task']): Promise<Dataset> {
  if (task !== 'values') {
    const found = await readCsv(file, { target });
    return task === 'auto' || found.kind === 'classes' ? found : labelled(found);
  }
  const found = await readCsv(file, { target });
  if (found.classNames?.some((name) => Number.isNaN(Number(name))))
    throw new UsageError(`--task values: '${target}' is text, such as '${found.classNames[0]}'; leave --task out`);
  return readCsv(file, { target, classes: false });
}

/** The same set with its target's numbers as names of classes, in their order. */
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

/** What the data is, in a few lines. */
export function summary({ name, all, train, validation, test, target }: Prepared): string {
  const features = all.shape.join('×');
  const what = all.kind === 'classes' ? `${all.classes} classes` : `values of '${all.targetName}'`;
  const counts = new Array<number>(all.classes).fill(0);
  if (all.kind === 'classes') for (const label of all.y) counts[label]++;
  const names = counts.map((n, label) => `${all.classNames?.[label] ?? label}: ${n}`);
  return [
    `${name}: ${all.size} rows of ${features} numbers, ${what}`,
    ...(names.length ? [`  ${names.join('  ')}`] : []),
    `  ${train.size} rows to train on, ${validation.size} to validate, ${test.size} for the test`,
    ...(target
      ? [
          `  losses are of (${all.targetName} − ${target.mean.toPrecision(4)}) / ${target.std.toPrecision(4)}, its mean and deviation`,
        ]
      : []),
  ].join('\n');
}
