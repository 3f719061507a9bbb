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

/** Answers the rows of a file; gives what there is to say of it. */
export async function predict([model, file]: readonly string[], options: Options, output: Output): Promise<string[]> {
  const { out } = options;
  if (out !== undefined) await checkTarget(out, '--out');
  const saved = await savedOf(model, options.task);
  const notes: string[] = [];
  const text = answers(saved, file, options, notes);
  if (out === undefined)
    for await (const piece of text) {
      await output.send(piece);
      // Nobody reads any more.
      if (output.lost) break;
    }
  else await writing(out, () => replaceFile(out, text));
  return notes;
}

/** Does what writes a file; the error says which. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new DataError(`cannot write ${path}: ${cause.message}`, { cause });
  }
}

/** The file's text with its answers, a batch at a time. */
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
  // A file of no rows has a header all the same.
  if (head) yield head;
  notes.push(...(answerer?.notes() ?? []).map((note) => `${file}: ${note}`));
}

const columnsOf = ({ kind, outputs }: Saved): string[] =>
  kind === 'classes'
    ? ['prediction', 'probability']
    : outputs === 1
      ? ['prediction']
      : Array.from({ length: outputs }, (_, i) => `prediction ${i + 1}`);

/** The cells that are added to each row. */
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

/** The shortest text that gives the same float32. */
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
/** A cell as CSV writes it: in quotes where it was, or where it must be. */
const cellOf = (text: string, separator: string, quoted = false): string =>
  quoted || text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
