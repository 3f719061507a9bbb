import { DataError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { Layer, Part } from './layer.js';
import { leavesOf } from './walk.js';

/** The numbers that a layer looks up in its table while a model is called. */
export interface Lookup {
  readonly path: string;
  readonly name: string;
  /** The number of rows of the table. */
  readonly count: number;
  readonly ids: Tensor;
}

export const looksUp = (part: Part): boolean => leavesOf(part).some(({ layer }) => layer.ids !== undefined);

/** The lookup of a layer, if it makes one. */
export const lookupOf = (path: string, { ids: count, config }: Layer, ids: Tensor): Lookup[] =>
  count === undefined ? [] : [{ path, name: config.name, count, ids }];

/** Refuses numbers that are not rows of the table. They belong to `rows` examples, the first of which has the index
 *  `at`. */
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
