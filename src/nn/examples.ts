import { checkDataset, Dataset } from '../data/columns.js';
import type { Seal } from '../data/leakage.js';
import { DataError } from '../errors.js';
import { show, sizeOf, type Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { numbersOf } from '../graph/values.js';
import { realize } from '../compile/realize.js';
import type { Values } from '../tensor/create.js';

/** Rows to predict: a tensor [n, …], nested rows, or a data set. */
export type Examples = Tensor | readonly Values[] | Rows;
/** Examples as numbers: the inputs of a data set. */
export interface Rows {
  readonly x: Float32Array | Uint8Array;
  /** One example's shape. */
  readonly shape: Shape;
  readonly size: number;
  /** The factor on bytes. */
  readonly scale?: number;
  /** Set where the rows belong to a sealed set. */
  readonly seal?: Seal;
}

const isRows = (x: unknown): x is Rows => {
  if (typeof x !== 'object' || x === null || !('x' in x && 'shape' in x && 'size' in x)) return false;
  return ArrayBuffer.isView(x.x) && Array.isArray(x.shape) && (x as Rows).x.length === sizeOf(x.shape) * Number(x.size);
};

/** Examples of any kind as rows of numbers. */
export function examplesOf(where: string, x: Examples): Rows {
  if (x instanceof Dataset) checkDataset(where, x);
  if (isRows(x)) return x;
  const { data, shape } = x instanceof Tensor ? { data: realize(x), shape: x.shape } : numbersOf(where, x, 'x');
  if (shape.length < 2)
    throw new DataError(`${where}: x is ${show(shape)}; give rows [n, …]: a single example is one row, [[…]]`);
  return { x: data, shape: shape.slice(1), size: shape[0] };
}
