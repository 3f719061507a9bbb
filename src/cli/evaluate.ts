import {
  accuracy,
  binaryCrossEntropy,
  confusionMatrix,
  crossEntropy,
  type CsvRecord,
  DataError,
  mae,
  mse,
  r2,
  tensor,
} from '../index.js';
import { Answerer, numberOf } from './answer.js';
import type { EVALUATE } from './commands.js';
import { UsageError } from './kinds.js';
import type { Records } from './records.js';
import { recordsOf } from './records.js';
import { type Saved, savedOf } from './saved.js';
import type { ValuesOf } from './words.js';

/** Evaluates a model on a file, and returns the report as lines. */
export async function evaluateFile(
  [model, file]: readonly string[],
  options: ValuesOf<(typeof EVALUATE)['options']>,
): Promise<string[]> {
  const saved = await savedOf(model, options.task);
  const target = options.target ?? saved.source.target;
  if (target === undefined)
    throw new UsageError(`${model} does not say which column was to be predicted; add --target column`);
  let answerer: Answerer | undefined;
  let [place, separator] = [-1, ''];
  const begin = (header: Records): void => {
    separator = header.separator;
    place = header.names.indexOf(target);
    if (place < 0)
      throw new DataError(`${file} has no column '${target}', which is the target; it has ${header.names.join(', ')}`);
    answerer = new Answerer(saved, file, header, options.drop, target);
  };
  const [outputs, targets]: number[][] = [[], []];
  for await (const records of recordsOf(file, options.separator, begin)) {
    for (const value of (answerer as Answerer).outputs(records).data()) outputs.push(value);
    for (const record of records) targets.push(targetOf(saved, record, { place, separator, target, file }));
  }
  if (!targets.length) throw new DataError(`${file} has no rows`);
  const notes = answerer?.notes() ?? [];
  return [
    `${file}: ${targets.length} rows`,
    ...notes.map((note) => `  ${note}`),
    ...(saved.kind === 'classes' ? ofClasses(saved, outputs, targets) : ofValues(target, outputs, targets)),
  ];
}

/** Reads the target of a record: a label, or a value. */
function targetOf(
  { kind, classNames, outputs }: Saved,
  { fields, line }: CsvRecord,
  { place, separator, target, file }: { place: number; separator: string; target: string; file: string },
): number {
  const cell = fields[place].trim();
  const number = numberOf(cell, separator);
  const refuse = (what: string): never => {
    throw new DataError(`${file}: line ${line}, column '${target}': '${cell}' ${what}`);
  };
  if (kind === 'values')
    return number !== undefined && Number.isFinite(Math.fround(number)) ? number : refuse('is not a finite number');
  const count = Math.max(2, outputs);
  if (!classNames) {
    const isLabel = number !== undefined && Number.isInteger(number) && number >= 0 && number < count;
    return isLabel ? number : refuse(`is not a label; labels are the whole numbers from 0 to ${count - 1}`);
  }
  const label = classNames.indexOf(cell);
  // A class that is named by a number may be written differently: 2.0 for 2.
  const found = label < 0 && number !== undefined ? classNames.indexOf(String(number)) : label;
  return found < 0 ? refuse(`is not a class of the model: ${classNames.join(', ')}`) : found;
}

function ofClasses({ outputs: width, classNames }: Saved, outputs: number[], targets: number[]): string[] {
  const [y, labels] = [tensor(outputs, [targets.length, width]), tensor(targets)];
  const one = width === 1;
  const loss = one ? binaryCrossEntropy()(y, tensor(targets, [targets.length, 1])) : crossEntropy()(y, labels);
  const right = accuracy()(y, labels);
  const count = Math.max(2, width);
  const names = classNames ?? Array.from({ length: count }, (_, i) => String(i));
  return [
    `loss ${loss.item().toFixed(4)}`,
    ...(count > 20
      ? []
      : [
          'confusion matrix (rows: true classes, columns: predictions):',
          ...confusions(names, confusionMatrix()(y, labels).toArray() as number[][]),
        ]),
    `accuracy ${(right as { item(): number }).item().toFixed(3)}`,
  ];
}

function confusions(names: readonly string[], counts: readonly (readonly number[])[]): string[] {
  const rows = [['', ...names], ...counts.map((row, i) => [names[i], ...row.map(String)])];
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)));
  return rows.map(
    (row) => `  ${row.map((cell, j) => (j ? cell.padStart(widths[j]) : cell.padEnd(widths[j]))).join('  ')}`,
  );
}

function ofValues(target: string, outputs: number[], targets: number[]): string[] {
  if (outputs.length !== targets.length)
    throw new UsageError(
      `the model predicts ${outputs.length / targets.length} values for a row, and '${target}' is one column; evaluate it in a program`,
    );
  const [y, t] = [outputs, targets].map((list) => tensor(list, [targets.length, 1]));
  const [square, size] = [mse()(y, t).item(), mae()(y, t).item()];
  return [
    `RMSE ${Math.sqrt(square).toPrecision(4)}, MAE ${size.toPrecision(4)} in the units of '${target}'`,
    `R² ${(r2()(y, t) as { item(): number }).item().toFixed(3)}`,
  ];
}
