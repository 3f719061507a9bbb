import {
  checkKeys,
  DataError,
  type Dataset,
  integer,
  type Model,
  type Pipeline,
  readable,
  ShapeError,
  table,
  UnsupportedError,
} from '../index.js';
import { checkPair, guesses, known, logitsFor, outputsOf } from './answers.js';
import { columnsIn, type NumberColumn } from './features.js';
import { logOf, softmaxOf } from './rows.js';

/** A row and the model's answer. */
export interface Answered {
  readonly row: number;
  /** −log of the label's probability, or for values |y − prediction|. */
  readonly loss: number;
  /** The label or value that the row has, and the answer: classes by name, where they have names. */
  readonly target: number | string;
  readonly predicted: number | string;
  /** The probability of the answer; of classes only. */
  readonly probability?: number;
}
/** Two classes that are taken for one another. */
export interface Confusion {
  readonly label: number | string;
  readonly predicted: number | string;
  readonly count: number;
  /** The share of the rows with this label. */
  readonly share: number;
  readonly rows: readonly number[];
}
/** A part of the rows in which the model is worse than elsewhere. */
export interface Segment {
  /** The column, and what its cells are in this part: a category, 'missing', or a range. */
  readonly feature: string;
  readonly segment: string;
  readonly rows: number;
  /** The share of wrong answers, or the mean |y − prediction|, here and in the other rows. */
  readonly error: number;
  readonly elsewhere: number;
  /** How many standard errors lie between the two. */
  readonly z: number;
}
/** A closer look at a model's mistakes. */
export interface Interpretation {
  /** The k rows (default 10) with the largest loss, the worst first. */
  worst(k?: number): Answered[];
  /** Pairs of classes that are confused at least `least` times (default 1), the most frequent first. Throws an UnsupportedError for values. */
  confused(least?: number): Confusion[];
  /** Parts of the rows, by one column each, in which errors are larger than elsewhere by three standard errors or more, the clearest
   *  first: of categories each, of numbers a quarter. Nothing where no part stands out, or x is no table. */
  segments(): Segment[];
}
/** Parts with fewer rows are not looked at; they must stand out by so many standard errors. */
const [LEAST, CLEAR] = [10, 3];

/** Looks at the mistakes of a model: the rows with the largest loss, which classes are confused, and in which part of the rows errors
 *  are large. The model answers once. A sealed set counts this as a use: who changes the model after looking has used up the test.
 *
 *  Throws a DataError for a set without a target, an UnsupportedError for several targets or outputs.
 *  @example interpret(model, validation).worst(3).length // 3 */
export function interpret(
  model: Model | Pipeline,
  data: Dataset,
  options: Readonly<Record<string, never>> = {},
): Interpretation {
  const where = 'interpret';
  checkKeys(where, options, []);
  checkPair(where, model, data);
  const { answers, errors } = data.kind === 'classes' ? ofClasses(model, data) : ofValues(model, data);
  const found: Interpretation = {
    worst(k = 10) {
      integer('interpret.worst', 'k', k, 1);
      const worst = [...answers].sort((a, b) => b.loss - a.loss || a.row - b.row).slice(0, k);
      return readable(worst, (all) =>
        table([
          ['row', 'loss', 'target', 'predicted'],
          ...all.map(({ row, loss, target, predicted }) => [row, loss, target, predicted]),
        ]),
      );
    },
    confused(least = 1) {
      integer('interpret.confused', 'least', least, 1);
      if (data.kind === 'values')
        throw new UnsupportedError('interpret.confused: y is values; classes are confused, see worst and segments');
      return confusions(answers, least);
    },
    segments: () => segmentsOf(data, answers, errors),
  };
  return readable(found, () => `the worst rows\n${found.worst()}\n\nweak segments\n${found.segments()}`);
}

function ofClasses(model: Model | Pipeline, data: Dataset): { answers: Answered[]; errors: Float64Array } {
  const logits = logitsFor('interpret', outputsOf('interpret', model, data), data);
  const { values: p, columns } = softmaxOf(logits);
  const best = guesses({ ...logits, values: p });
  const name = (k: number): number | string => data.classNames?.[k] ?? k;
  const answers = known(data).map((row): Answered => {
    const at = row * columns;
    return {
      row,
      loss: -logOf(p[at + data.y[row]]),
      target: name(data.y[row]),
      predicted: name(best[row]),
      probability: p[at + best[row]],
    };
  });
  return { answers, errors: Float64Array.from(answers, ({ target, predicted }) => Number(target !== predicted)) };
}

function ofValues(model: Model | Pipeline, data: Dataset): { answers: Answered[]; errors: Float64Array } {
  const output = outputsOf('interpret', model, data).data();
  if (data.y.length !== data.size)
    throw new UnsupportedError(`interpret: looks at single values; y has ${data.y.length / data.size} for each row`);
  if (output.length !== data.size)
    throw new ShapeError(`interpret: the model predicts ${output.length} values for ${data.size} rows`);
  const answers = known(data).map((row): Answered => {
    const [target, predicted] = [data.y[row], output[row]];
    if (!Number.isFinite(predicted))
      throw new DataError(`interpret: the model's prediction for row ${row} is ${predicted}`);
    return { row, loss: Math.abs(target - predicted), target, predicted };
  });
  return { answers, errors: Float64Array.from(answers, ({ loss }) => loss) };
}

function confusions(answers: readonly Answered[], least: number): Confusion[] {
  const sizes = new Map<number | string, number>();
  const pairs = new Map<string, { label: number | string; predicted: number | string; rows: number[] }>();
  for (const { row, target: label, predicted } of answers) {
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
    if (label === predicted) continue;
    const key = JSON.stringify([label, predicted]);
    const pair = pairs.get(key) ?? { label, predicted, rows: [] };
    pair.rows.push(row);
    pairs.set(key, pair);
  }
  const found = [...pairs.values()]
    .filter(({ rows }) => rows.length >= least)
    .map(
      (pair): Confusion => ({
        ...pair,
        count: pair.rows.length,
        share: pair.rows.length / (sizes.get(pair.label) ?? 1),
      }),
    )
    .sort((a, b) => b.count - a.count || a.rows[0] - b.rows[0]);
  return readable(found, (all) =>
    table([
      ['label', 'predicted', 'rows', 'share'],
      ...all.map((c) => [String(c.label), String(c.predicted), c.count, c.share]),
    ]),
  );
}

function segmentsOf(data: Dataset, answers: readonly Answered[], errors: Float64Array): Segment[] {
  const columns = data.shape.length === 1 ? columnsIn(data) : [];
  const n = errors.length;
  const total = errors.reduce((a, b) => a + b, 0);
  const mean = total / n;
  const variance = errors.reduce((sum, e) => sum + ((e - mean) * (e - mean)) / n, 0);
  const found = columns.flatMap((column) =>
    parts(column, answers).flatMap(({ segment, places }): Segment[] => {
      const rows = places.length;
      if (rows < LEAST || n - rows < LEAST) return [];
      const sum = places.reduce((all, i) => all + errors[i], 0);
      const [error, elsewhere] = [sum / rows, (total - sum) / (n - rows)];
      const z = (error - elsewhere) / Math.sqrt(variance * (1 / rows + 1 / (n - rows)));
      return z >= CLEAR ? [{ feature: column.name, segment, rows, error, elsewhere, z }] : [];
    }),
  );
  found.sort((a, b) => b.z - a.z);
  return readable(found, (all) =>
    all.length
      ? table([
          ['rows', 'error', 'elsewhere', 'where'],
          ...all.map(({ rows, error, elsewhere, feature, segment }) => [
            rows,
            error,
            elsewhere,
            `${feature}: ${segment}`,
          ]),
        ])
      : 'no part of the rows stands out',
  );
}

/** The rows by what a column has: categories, few different numbers, or quarters of many. Places are those among the answers. */
function parts(
  { type, categories, values }: NumberColumn,
  answers: readonly Answered[],
): { segment: string; places: number[] }[] {
  if (type === 'text') return [];
  const present = Float64Array.from(answers, ({ row }) => values[row]).filter((v) => !Number.isNaN(v));
  const distinct = [...new Set(present)].sort((a, b) => a - b);
  const sorted = present.slice().sort();
  const isFew = categories !== undefined || distinct.length <= 5;
  const edges = [0.25, 0.5, 0.75].map((q) => sorted[Math.floor(q * (sorted.length - 1))]);
  const nameOf = (v: number): string => {
    if (Number.isNaN(v)) return 'missing';
    if (isFew) return categories?.[v] ?? String(v);
    const i = edges.findIndex((edge) => v <= edge);
    if (i === 0) return `≤ ${edges[0]}`;
    return i < 0 ? `> ${edges[2]}` : `> ${edges[i - 1]}, ≤ ${edges[i]}`;
  };
  const byName = new Map<string, number[]>();
  answers.forEach(({ row }, i) => {
    const name = nameOf(values[row]);
    const places = byName.get(name);
    if (places) places.push(i);
    else byName.set(name, [i]);
  });
  return [...byName].map(([segment, places]) => ({ segment, places }));
}
