import { flat, node, type Op, type Tensor } from '../graph/tensor.js';
import type { Shape } from '../graph/shape.js';
import { tiles } from './operand.js';

/** Ops on storage: data that outlives a program, in versions. An op that overwrites returns the next version; the planner
 *  lets it wait for the readers of the one before. */

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
  /** Bytes instead of floats; each is multiplied by this. */
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

/** A vector of pieces, each at its offset (floats). The planner lets the pieces be computed right there. What stood in the
 *  vector before is not read. */
export const packOp: Op<readonly number[]> = {
  name: 'pack',
  overwrites: 0,
  shape: ([into]) => into.shape,
  lower: () => [],
};
export const pack = (into: Tensor, pieces: readonly Tensor[], offsets: readonly number[]): Tensor =>
  node(packOp, [into, ...pieces], offsets);

/** The storage itself, behind a check: where one of the few numbers is not finite, the program halts here. */
const guardOp: Op<null> = {
  name: 'guard',
  overwrites: 0,
  shape: ([x]) => x.shape,
  lower: (_, [, a]) => ({ kernel: 'halt', a, rows: a.size, sync: true }),
};
export const guard = (x: Tensor, numbers: Tensor): Tensor => node(guardOp, [x, numbers], null);

const versionOp: Op<null> = { name: 'version', overwrites: 0, shape: ([x]) => x.shape, lower: () => [] };
/** What a storage holds after an op that changes it beside its own result, such as an optimizer's state. */
export function version(of: Tensor, after: Tensor): Tensor {
  const next = node(versionOp, [of, after], null);
  after.beside = [...(after.beside ?? []), next];
  return next;
}
export const isVersion = (t: Tensor): boolean => t.op === (versionOp as Op);
