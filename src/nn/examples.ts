import type { Seal } from '../data/leakage.js';
import { DataError } from '../errors.js';
import { show, sizeOf, type Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { realize } from '../compile/realize.js';
import { tensor, type Values } from '../tensor/create.js';

/** Rows to predict: a tensor [n, …], nested rows, or a data set. */
export type Examples = Tensor | readonly Values[] | Rows;
/** Examples as numbers: what a data set has of its inputs. */
export interface Rows {
  readonly x: Float32Array | Uint8Array;
  /** One example's shape. */
  readonly shape: Shape;
  readonly size: number;
  /** Multiplies bytes. */
  readonly scale?: number;
  /** Of a sealed set. */
  readonly seal?: Seal;
}

const isRows = (x: Examples): x is Rows => !(x instanceof Tensor) && !Array.isArray(x) && 'x' in x && 'shape' in x;

/** Examples of any kind as rows of numbers. */
export function examplesOf(where: string, x: Examples): Rows {
  if (isRows(x)) return x;
  const t = x instanceof Tensor ? x : tensor(x as Values);
  if (t.shape.length < 2)
    throw new DataError(`${where}: x is ${show(t.shape)}; give rows [n, …]: a single example is one row, [[…]]`);
  const shape = t.shape.slice(1);
  return { x: realize(t), shape, size: t.size / sizeOf(shape) };
}
