import { checkDataset, Dataset } from '../data/columns.js';
import type { Seal } from '../data/leakage.js';
import { DataError } from '../errors.js';
import { type ByHead, type Head, isByName, matched, sideBySide, widthOf } from '../graph/heads.js';
import { show, sizeOf, type Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { numbersOf } from '../graph/values.js';
import { realize } from '../compile/realize.js';
import type { Values } from '../tensor/create.js';

/** Rows to predict: a tensor [n, …], nested rows, or a data set; by name for a model with several inputs. */
export type Examples = Tensor | readonly Values[] | Rows | ByHead<Tensor | readonly Values[]>;
/** Examples as numbers: the inputs of a data set. */
export interface Rows {
  readonly x: Float32Array | Uint8Array;
  /** One example's shape. */
  readonly shape: Shape;
  readonly size: number;
  /** The factor on bytes. */
  readonly scale?: number;
  /** The steps of each row, where sequences are padded. */
  readonly lengths?: ArrayLike<number>;
  /** Set where a row holds several inputs by name. */
  readonly inputs?: readonly Head[];
  /** Set where the rows belong to a sealed set. */
  readonly seal?: Seal;
}

const isRows = (x: unknown): x is Rows => {
  if (typeof x !== 'object' || x === null || !('x' in x && 'shape' in x && 'size' in x)) return false;
  return ArrayBuffer.isView(x.x) && Array.isArray(x.shape) && (x as Rows).x.length === sizeOf(x.shape) * Number(x.size);
};

/** Examples of any kind as rows of numbers. */
export function examplesOf(where: string, x: Examples, inputs?: readonly Head[]): Rows {
  if (x instanceof Dataset) checkDataset(where, x);
  if (isRows(x)) return x;
  if (inputs && isByName(x)) {
    const parts = Object.fromEntries(Object.entries(x).map(([name, own]) => [name, numbersIn(where, own, name)]));
    const list = matched(where, inputs, parts, ({ shape }) => shape.slice(1));
    const data = list.map((own) => own.data);
    return { x: sideBySide(where, inputs, data), shape: [widthOf(inputs)], size: list[0].shape[0], inputs };
  }
  const { data, shape } = numbersIn(where, x as Tensor | readonly Values[], 'x');
  if (shape.length < 2)
    throw new DataError(`${where}: x is ${show(shape)}; give rows [n, …]: a single example is one row, [[…]]`);
  return { x: data, shape: shape.slice(1), size: shape[0] };
}

const numbersIn = (where: string, x: Tensor | readonly Values[], name: string): { data: Float32Array; shape: Shape } =>
  x instanceof Tensor ? { data: realize(x), shape: x.shape } : numbersOf(where, x, name);
