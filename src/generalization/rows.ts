import { DataError, hostExp, hostLog, ShapeError, shown, type Tensor } from '../index.js';

/** Numbers in rows and columns, in float64. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}
/** Probabilities of classes: a row for each example. Of two classes that of class 1 is enough: [n] or [n, 1]. */
export type Probabilities = Tensor | ArrayLike<number> | readonly ArrayLike<number>[];
/** The class of each example, counted from 0. */
export type Labels = Tensor | ArrayLike<number>;

type TensorLike = { readonly shape: readonly number[]; data(): ArrayLike<number> };
const isTensor = (x: unknown): x is TensorLike =>
  typeof x === 'object' &&
  x !== null &&
  'shape' in x &&
  Array.isArray(x.shape) &&
  'data' in x &&
  typeof x.data === 'function';
const isTyped = (x: unknown): x is ArrayLike<number> =>
  ArrayBuffer.isView(x) && !(x instanceof DataView) && !(x instanceof BigInt64Array) && !(x instanceof BigUint64Array);
const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || isTyped(x);

/** A tensor, a list of numbers or a list of rows as a matrix in float64; numbers are not rounded to float32. */
function matrixOf(where: string, name: string, given: unknown): Matrix {
  if (isTensor(given)) {
    const { shape } = given;
    const rows = shape[0] ?? 0;
    const values = Float64Array.from(given.data());
    if (!shape.length || shape.length > 2 || !values.length)
      throw new ShapeError(`${where}: ${name} has the shape [${shape}]; give [n] or [n, classes]`);
    return { values, rows, columns: values.length / rows };
  }
  if (!isList(given) || !given.length)
    throw new DataError(`${where}: ${name} is ${shown(given)}; give a tensor or a list of rows, at least one`);
  const columns = isList(given[0]) ? given[0].length : 1;
  const values = new Float64Array(given.length * columns);
  for (let i = 0; i < given.length; i++) {
    const row: unknown = columns === 1 && !isList(given[i]) ? [given[i]] : given[i];
    if (!isList(row) || row.length !== columns || !columns)
      throw new DataError(`${where}: row ${i} of ${name} is ${shown(given[i])}; every row must have the same classes`);
    for (let j = 0; j < columns; j++) {
      const value = row[j];
      if (typeof value !== 'number')
        throw new DataError(`${where}: row ${i} of ${name} has ${shown(value)} in column ${j}; give numbers`);
      values[i * columns + j] = value;
    }
  }
  return { values, rows: given.length, columns };
}

/** How far the sum of a row's probabilities may be from 1: they may be float32, or written with few digits. */
const SUM = 1e-2;

/** Checked probabilities, [n, classes]. */
export function probabilitiesOf(where: string, given: unknown): Matrix {
  const found = matrixOf(where, 'probabilities', given);
  const { values, rows, columns } = found;
  const single = columns === 1;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const p = values[i * columns + j];
      if (!(p >= 0 && p <= 1 + SUM))
        throw new DataError(
          `${where}: row ${i} of probabilities has ${p} in column ${j}; probabilities are from 0 to 1: of outputs, classify(x).probabilities or softmax(outputs) makes some`,
        );
      sum += p;
    }
    if (!single && Math.abs(sum - 1) > SUM)
      throw new DataError(`${where}: row ${i} of probabilities has the sum ${sum}; it must be 1`);
  }
  if (!single) return found;
  const both = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) both.set([1 - values[i], values[i]], 2 * i);
  return { values: both, rows, columns: 2 };
}

/** Checked labels: one for each row, each below the number of classes. */
export function labelsFor(where: string, given: unknown, { rows, columns }: Matrix): Int32Array {
  const { values } = matrixOf(where, 'labels', given);
  if (values.length !== rows)
    throw new ShapeError(
      `${where}: there are ${values.length} labels for ${rows} rows of probabilities; give one for each row`,
    );
  values.forEach((label, row) => {
    if (!Number.isInteger(label) || label < 0 || label >= columns)
      throw new DataError(`${where}: the label of row ${row} is ${label}; it must be a class from 0 to ${columns - 1}`);
  });
  return Int32Array.from(values);
}

/** The outputs of a classifier as logits of every class: a single column is the logit of class 1 of two. */
export function logitsOf(where: string, output: Tensor): Matrix {
  const { values, rows, columns } = matrixOf(where, "the model's output", output);
  const bad = values.findIndex((z) => !Number.isFinite(z));
  if (bad >= 0)
    throw new DataError(
      `${where}: the model's output for row ${Math.floor(bad / columns)} is ${values[bad]}; look for NaN or huge values in that row, or in the parameters`,
    );
  if (columns > 1) return { values, rows, columns };
  const both = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) both[2 * i + 1] = values[i];
  return { values: both, rows, columns: 2 };
}

/** The softmax of β·z for each row, in float64. */
export function softmaxOf({ values, rows, columns }: Matrix, beta = 1): Matrix {
  const found = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    const from = i * columns;
    const top = largest(values, from, columns);
    let sum = 0;
    for (let j = from; j < from + columns; j++) {
      found[j] = expOf(beta * (values[j] - values[top]));
      sum += found[j];
    }
    for (let j = from; j < from + columns; j++) found[j] /= sum;
  }
  return { values: found, rows, columns };
}

/** The place of the largest of a row's numbers, which begin at `from`; of equal ones the first. */
export function largest(values: ArrayLike<number>, from: number, columns: number): number {
  let top = from;
  for (let j = from + 1; j < from + columns; j++) if (values[j] > values[top]) top = j;
  return top;
}

/** eˣ for x ≤ 0; what float64 hardly holds is 0. */
export const expOf = (x: number): number => (x < -700 ? 0 : hostExp(x));
/** log x for x ≥ 0. */
export const logOf = (x: number): number => (x < 1e-300 ? Number.NEGATIVE_INFINITY : hostLog(x));
