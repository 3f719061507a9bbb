import { type CsvRecord, DataError, sigmoid, softmax, type Tensor } from '../index.js';
import { replaceFile } from '../node.js';
import { Answerer } from './answer.js';
import type { PREDICT } from './commands.js';
import { UsageError } from './kinds.js';
import type { Output } from './output.js';
import { recordsOf, type Records } from './records.js';
import { type Saved, savedOf } from './saved.js';
import { checkTarget } from './target.js';
import type { ValuesOf } from './words.js';

type Options = ValuesOf<(typeof PREDICT)['options']>;

/** Predicts the rows of a file, and returns notes on missing cells and unknown categories. */
export async function predict([model, file]: readonly string[], options: Options, output: Output): Promise<string[]> {
  const { out } = options;
  if (out !== undefined) await checkTarget(out, '--out');
  const saved = await savedOf(model, options.task);
  const notes: string[] = [];
  const text = answers(saved, file, options, notes);
  if (out === undefined)
    for await (const piece of text) {
      await output.send(piece);
      // The output is closed.
      if (output.lost) break;
    }
  else await writing(out, () => replaceFile(out, text));
  return notes;
}

/** Runs a function that writes a file; an error of the system becomes a DataError that names the file. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new DataError(`cannot write ${path}: ${cause.message}`, { cause });
  }
}

/** Yields the text of the output file, a batch of rows at a time. */
async function* answers(saved: Saved, file: string, options: Options, notes: string[]): AsyncGenerator<string> {
  const target = options.target ?? saved.source.target;
  let answerer: Answerer | undefined;
  let head = '';
  let kept: readonly number[] = [];
  const columns = columnsOf(saved);
  const begin = (header: Records): void => {
    const { names, separator, marked } = header;
    answerer = new Answerer(saved, file, header, options.drop, target);
    kept = names.flatMap((name, i) => (options.drop.includes(name) ? [] : [i]));
    const twice = columns.find((name) => kept.some((i) => names[i] === name));
    if (twice) throw new UsageError(`${file} has a column '${twice}' already; leave it out with --drop ${twice}`);
    head = `${marked ? '\ufeff' : ''}${[...kept.map((i) => names[i]), ...columns].map((name) => cellOf(name, separator)).join(separator)}\n`;
  };
  for await (const records of recordsOf(file, options.separator, begin)) {
    const { header } = answerer as Answerer;
    const found = answersOf(saved, (answerer as Answerer).outputs(records));
    yield head + records.map((record, i) => lineOf(record, kept, found[i], header.separator)).join('');
    head = '';
  }
  // A file without rows still gets its header.
  if (head) yield head;
  notes.push(...(answerer?.notes() ?? []).map((note) => `${file}: ${note}`));
}

const columnsOf = ({ kind, outputs }: Saved): string[] =>
  kind === 'classes'
    ? ['prediction', 'probability']
    : outputs === 1
      ? ['prediction']
      : Array.from({ length: outputs }, (_, i) => `prediction ${i + 1}`);

/** Makes the cells that are added to each row. */
function answersOf({ kind, outputs, classNames }: Saved, y: Tensor): string[][] {
  if (kind === 'values') return rowsOf(y.data(), outputs).map((row) => Array.from(row, shortest));
  const probabilities = (outputs > 1 ? softmax(y) : sigmoid(y)).data();
  return rowsOf(probabilities, outputs).map((row) => {
    const all = outputs > 1 ? row : Float32Array.of(1 - row[0], row[0]);
    const most = all.reduce((best, p, i) => (p > all[best] ? i : best), 0);
    return [classNames?.[most] ?? String(most), shortest(all[most])];
  });
}
const rowsOf = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));

/** Writes a number as the shortest text that reads as the same float32. */
export function shortest(x: number): string {
  for (let digits = 6; digits < 10; digits++) {
    const text = String(Number(x.toPrecision(digits)));
    if (Math.fround(Number(text)) === x) return text;
  }
  return String(x);
}

function lineOf(
  { fields, quoted }: CsvRecord,
  kept: readonly number[],
  added: readonly string[],
  separator: string,
): string {
  const cells = kept.map((i) => cellOf(fields[i], separator, quoted?.[i]));
  return `${[...cells, ...added.map((cell) => cellOf(cell, separator))].join(separator)}\n`;
}
/** Writes a cell as CSV: in quotes where it had some, or needs them. */
const cellOf = (text: string, separator: string, quoted = false): string =>
  quoted || text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
