import { DataError, OptionError, ShapeError, UnsupportedError } from '../errors.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { open, refuseSealed } from '../data/leakage.js';
import { sameShape, type Shape, show } from '../graph/shape.js';
import { type Examples, examplesOf, type Rows } from '../nn/examples.js';

/** Checks a data set for fitting, which must have one target and must not be sealed; returns it without the rows that
 *  lack a target. */
export function learnable(where: string, data: Dataset): Dataset {
  checkDataset(where, data);
  refuseSealed(where, data);
  const { mask, weights, kind, targetShape } = data;
  if (kind === 'classes' && targetShape.length)
    throw new UnsupportedError(
      `${where}: takes one label for each row, and y has ${show(targetShape)} of them; train a network on steps or places`,
    );
  const counted = Array.from({ length: data.size }, (_, row) => row).filter(
    (row) => mask?.[row] !== 0 && weights?.[row] !== 0,
  );
  if (!counted.length) throw new DataError(`${where}: no row counts, because mask or weights are 0 everywhere`);
  return counted.length < data.size ? data.rows(counted) : data;
}

/** Checks examples to predict, which must have the shape of those that were learned from. A sealed set counts this as a
 *  use. */
export function predictable(where: string, x: Examples, shape: Shape): Rows {
  const rows = examplesOf(`${where}.predict`, x);
  if (!sameShape(rows.shape, shape))
    throw new ShapeError(
      `${where}.predict: examples of ${show(rows.shape)} were given, but ${show(shape)} were learned from`,
    );
  open(rows);
  return rows;
}

/** The values of examples as a model sees them: bytes times their scale. */
export function numbersOf({ x, scale = 1 }: Rows): Float32Array {
  if (x instanceof Float32Array && scale === 1) return x;
  const by = Math.fround(scale);
  const numbers = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) numbers[i] = x[i] * by;
  return numbers;
}

/** Returns what was learned, or throws an error that points to fit. */
export function fitted<T>(where: string, learned: T | undefined): T {
  if (learned === undefined)
    throw new OptionError(`${where}: this model has not learned anything yet; call fit(data) first`);
  return learned;
}
