import { DataError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { Layer, Part } from './layer.js';
import { leavesOf } from './walk.js';

/** Numbers that a layer looks up in its table while a model is called. */
export interface Lookup {
  readonly path: string;
  readonly name: string;
  /** The rows of the table. */
  readonly count: number;
  readonly ids: Tensor;
}

export const looksUp = (part: Part): boolean => leavesOf(part).some(({ layer }) => layer.ids !== undefined);

/** What a layer looks up, where it does. */
export const lookupOf = (path: string, { ids: count, config }: Layer, ids: Tensor): Lookup[] =>
  count === undefined ? [] : [{ path, name: config.name, count, ids }];

/** Refuses numbers that are no row of the table. They belong to `rows` examples, the first of which is number `at`. */
export function checkLookup(
  { path, name, count }: Lookup,
  values: Float32Array,
  { at, rows, where }: { at: number; rows: number; where?: string },
): void {
  const bad = values.findIndex((id) => !(id >= 0 && id < count) || !Number.isInteger(id));
  if (bad < 0) return;
  const row = at + Math.floor((bad * rows) / values.length);
  throw new DataError(
    `${where ? `${where}: ` : ''}${name} '${path}': the id in row ${row} is ${values[bad]}; its ${count} rows are the whole numbers from 0 to ${count - 1}`,
  );
}
