import type { Column, Dataset } from '../index.js';

/** A column of a set as numbers: places of categories, days of dates, and NaN for missing cells. */
export interface NumberColumn extends Pick<Column, 'name' | 'type' | 'categories'> {
  readonly values: Float32Array;
}

/** The numbers of a set as a model would see them. Zeros have no sign, so that equal numbers have equal bits. */
export function numbersIn({ x, scale }: Pick<Dataset, 'x' | 'scale'>): Float32Array {
  const by = Math.fround(scale);
  const numbers = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) numbers[i] = x[i] * by + 0;
  return numbers;
}

/** The columns of a table; of images and other arrays each number is one. */
export function columnsIn(data: Dataset, numbers = numbersIn(data)): NumberColumn[] {
  const { columns, size } = data;
  return columns.map(({ name, type, categories }, i) => {
    const values = new Float32Array(size);
    for (let row = 0; row < size; row++) values[row] = numbers[row * columns.length + i];
    return { name, type, categories, values };
  });
}

/** Categories beyond this number are left out of distances and classifiers. */
const MOST = 50;

/** Columns that distances and linear classifiers understand: numbers with mean 0 and deviation 1, an indicator for each category and for
 *  missing cells. Mean and deviation are those of the first `reference` rows. Arrays such as images have one deviation, since their
 *  numbers have one unit. Constant columns are left out. */
export function comparable(
  columns: readonly NumberColumn[],
  rows: number,
  reference: number,
  array: boolean,
): Comparable {
  const made: Float32Array[] = [];
  const spreads: number[] = [];
  for (const { type, categories, values } of columns) {
    if (type === 'text') continue;
    if (type === 'category' && categories) {
      if (categories.length > MOST) continue;
      for (let k = 0; k < categories.length; k++) add(values.map((v) => Number(v === k)));
      continue;
    }
    const present = values.subarray(0, reference).filter((v) => !Number.isNaN(v));
    if (!present.length) continue;
    const mean = present.reduce((sum, v) => sum + v / present.length, 0);
    if (values.some(Number.isNaN)) add(values.map((v) => Number(Number.isNaN(v))));
    add(values.map((v) => (Number.isNaN(v) ? 0 : v - mean)));
  }
  function add(column: Float32Array): void {
    let [mean, squares] = [0, 0];
    for (let row = 0; row < reference; row++) mean += column[row] / reference;
    for (let row = 0; row < reference; row++) squares += ((column[row] - mean) * (column[row] - mean)) / reference;
    if (!(squares > 0)) return;
    made.push(column.map((v) => v - mean));
    spreads.push(Math.sqrt(squares));
  }
  const width = made.length;
  const common = Math.sqrt(spreads.reduce((sum, s) => sum + (s * s) / width, 0));
  const x = new Float32Array(rows * width);
  made.forEach((column, j) => {
    const by = array ? common : spreads[j];
    for (let row = 0; row < rows; row++) x[row * width + j] = column[row] / by;
  });
  return { x, width };
}
export interface Comparable {
  readonly x: Float32Array;
  readonly width: number;
}

/** The squared distance of two rows, in float64. */
export function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const by = a[i * width + k] - b[j * width + k];
    sum += by * by;
  }
  return sum;
}

/** The middle of some numbers; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
