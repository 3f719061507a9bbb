import {
  type AnyModel,
  checkDataset,
  checkModel,
  DataError,
  type Dataset,
  isRaw,
  type Pipeline,
  type RawModel,
  type Target,
  type Tensor,
  UnsupportedError,
} from '../index.js';
import { largest, logitsOf, type Matrix } from './rows.js';

/** A model with one output, or a pipeline of one. */
export type Judged = AnyModel | Pipeline;

/** The pipeline, where the model is one. */
export const pipelineOf = (model: unknown): RawModel | undefined => (isRaw(model) ? (model as RawModel) : undefined);

/** Checks a model and a set with one target for it. */
export function checkPair(where: string, model: unknown, data: unknown): asserts data is Dataset {
  const raw = pipelineOf(model);
  checkModel(where, raw ? raw.model : model);
  checkDataset(where, data, raw !== undefined);
  if (data.targets.length !== 1)
    throw data.targets.length
      ? new UnsupportedError(`${where}: looks at one target, and this set has ${data.targets.length}`)
      : new DataError(`${where}: this set has no targets; give y`);
}

/** Checks that a set's target is classes. */
export function checkClasses(where: string, { kind }: Dataset): void {
  if (kind === 'values')
    throw new DataError(
      `${where}: y is values, not labels; say how many classes there are: dataset({ x, y, classes }), or give a set of classes`,
    );
}

/** The rows that have a target. */
export function known({ size, mask }: Pick<Target, 'mask'> & { readonly size: number }): number[] {
  return Array.from({ length: size }, (_, row) => row).filter((row) => mask?.[row] !== 0);
}

/** The answers of a model for a set, as a tensor. */
export function outputsOf(where: string, model: Judged, data: Dataset): Tensor {
  const output: unknown = model.predict(data as never);
  if (typeof output === 'object' && output !== null && 'shape' in output && 'data' in output) return output as Tensor;
  throw new UnsupportedError(`${where}: looks at models with one output; this one has several`);
}

/** Outputs as logits of every class of a set. */
export function logitsFor(where: string, output: Tensor, data: Dataset): Matrix {
  const all = logitsOf(where, output);
  if (all.rows !== data.size || all.columns < data.classes)
    throw new DataError(
      `${where}: the model gives ${all.rows} rows of ${all.columns} classes for ${data.size} rows of ${data.classes} classes`,
    );
  return all;
}

/** The logits of the rows that have a label, and their labels. */
export function logitsAndLabels(where: string, model: Judged, data: Dataset): { logits: Matrix; labels: Int32Array } {
  const all = logitsFor(where, outputsOf(where, model, data), data);
  const rows = known(data);
  const values = new Float64Array(rows.length * all.columns);
  rows.forEach((row, i) =>
    values.set(all.values.subarray(row * all.columns, (row + 1) * all.columns), i * all.columns),
  );
  return {
    logits: { values, rows: rows.length, columns: all.columns },
    labels: Int32Array.from(rows, (row) => data.y[row]),
  };
}

/** The most probable class of each row. */
export const guesses = ({ values, rows, columns }: Matrix): Int32Array =>
  Int32Array.from({ length: rows }, (_, row) => largest(values, row * columns, columns) - row * columns);
