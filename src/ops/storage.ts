import { flat, node, type Op, type Tensor } from '../graph/tensor.js';
import type { Shape } from '../graph/shape.js';
import { tiles } from './operand.js';

/** Ops on storages, which hold data that outlives a program, in versions. An op that overwrites a storage returns its
 *  next version; the planner runs it after all readers of the version before. */

/** Row `step` of a table [steps, ...], the only way in which a program sees which step it is in. */
const feedOp: Op<Shape> = {
  name: 'feed',
  shape: (_, shape) => shape,
  lower: (y, [a]) => ({ kernel: 'feed', a, rows: a.size / y.size, columns: y.size }),
};
export const feed = (table: Tensor, shape: Shape): Tensor => node(feedOp, [table], shape);

/** Writes a value into row `step` of a table. */
const recordOp: Op<null> = {
  name: 'record',
  overwrites: 1,
  shape: ([, table]) => table.shape,
  lower: (_, [a, table]) => ({ kernel: 'record', a, rows: table.size / a.size, columns: a.size }),
};
export const record = (value: Tensor, table: Tensor): Tensor => node(recordOp, [value, table], null);

interface Rows {
  shape: Shape;
  /** Set where the rows are bytes, each of which is multiplied by this. */
  scale?: number;
}
/** The rows of a stored data set that `order` (32-bit integers) names. */
const gatherRowsOp: Op<Rows> = {
  name: 'gatherRows',
  shape: ([, order], { shape }) => [order.size, ...shape],
  lower: (y, [a, b], { scale }) => ({
    kernel: scale === undefined ? 'gatherRows' : 'gatherBytes',
    a,
    b,
    rows: b.size,
    columns: y.size / b.size,
    s: scale,
    parts: Math.min(b.size, Math.ceil(y.size / 16384)),
  }),
  gradient: flat,
};
export const gatherRows = (table: Tensor, order: Tensor, rows: Rows): Tensor =>
  node(gatherRowsOp, [table, order], rows);

/** Copies a tensor into a storage, from `offset` floats on. */
const assignOp: Op<number> = {
  name: 'assign',
  overwrites: 0,
  shape: ([into]) => into.shape,
  lower: (_, [, a], offset) => ({ kernel: 'copy', a, offset, rows: a.size, parts: tiles(a.size) }),
};
export const assign = (into: Tensor, x: Tensor, offset = 0): Tensor => node(assignOp, [into, x], offset);

/** A vector of pieces, each at its offset (floats). The planner has the pieces computed in place. The previous contents
 *  of the vector are not read. */
export const packOp: Op<readonly number[]> = {
  name: 'pack',
  overwrites: 0,
  shape: ([into]) => into.shape,
  lower: () => [],
};
export const pack = (into: Tensor, pieces: readonly Tensor[], offsets: readonly number[]): Tensor =>
  node(packOp, [into, ...pieces], offsets);

/** Returns the storage after a check: if one of a few numbers is not finite, the program halts here. */
const guardOp: Op<null> = {
  name: 'guard',
  overwrites: 0,
  shape: ([x]) => x.shape,
  lower: (_, [, a]) => ({ kernel: 'halt', a, rows: a.size, sync: true }),
};
export const guard = (x: Tensor, numbers: Tensor): Tensor => node(guardOp, [x, numbers], null);

const versionOp: Op<null> = { name: 'version', overwrites: 0, shape: ([x]) => x.shape, lower: () => [] };
/** The version of a storage after an op that changes it in addition to its own result, such as the state of an
 *  optimizer. */
export function version(of: Tensor, after: Tensor): Tensor {
  const next = node(versionOp, [of, after], null);
  after.beside = [...(after.beside ?? []), next];
  return next;
}
export const isVersion = (t: Tensor): boolean => t.op === (versionOp as Op);
