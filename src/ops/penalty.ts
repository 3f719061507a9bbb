import { floatBits } from '../graph/instruction.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { sum } from './reduce.js';
import { version } from './storage.js';

/** A piece of θ with its penalty: (l2/2)‖w‖² + l1‖w‖₁. */
export interface Penalized {
  readonly offset: number;
  readonly length: number;
  readonly l2: number;
  readonly l1: number;
}
/** The length at which a piece is divided, so that threads can share it. */
const LONG = 65536;
const cut = (table: readonly Penalized[]): Penalized[] =>
  table.flatMap(({ offset, length, ...of }) =>
    Array.from({ length: Math.ceil(length / LONG) }, (_, i) => ({
      offset: offset + i * LONG,
      length: Math.min(LONG, length - i * LONG),
      ...of,
    })),
  );
const block = (table: readonly Penalized[]): Int32Array =>
  Int32Array.from([
    table.length,
    ...table.flatMap(({ offset, length, l2, l1 }) => [offset, length, floatBits(l2), floatBits(l1)]),
  ]);

const penaltyOp: Op<readonly Penalized[]> = {
  name: 'penalty',
  mutates: [1],
  shape: (_, table) => [table.length],
  lower: (y, [a, b], table) => ({ kernel: 'penalty', a, b, d: block(table), rows: a.size, parts: y.size }),
};
/** The value Σ (l2/2)‖w‖² + l1‖w‖₁ over the table, and grad + l2·w + l1·sign(w), in place: one pass over θ for both. */
export function penalize(theta: Tensor, grad: Tensor, table: readonly Penalized[]): { penalty: Tensor; grad: Tensor } {
  const values = node(penaltyOp, [theta, grad], cut(table));
  return { penalty: sum(values), grad: version(grad, values) };
}

const thresholdOp: Op<readonly Penalized[]> = {
  name: 'softThreshold',
  overwrites: 0,
  shape: ([theta]) => theta.shape,
  lower: (_, [a, c], table) => ({ kernel: 'softThreshold', a, c, d: block(table), rows: a.size, parts: table.length }),
};
const ballOp: Op<{ radius: number; table: readonly Penalized[] }> = {
  name: 'ballThreshold',
  shape: () => [1],
  lower: (_, [a], { radius, table }) => ({ kernel: 'ballThreshold', a, d: block(table), rows: a.size, s: radius }),
};
/** The smallest radius in float32, because the kernel divides by it: a smaller ball is a point. */
const SMALLEST = 1.401298464324817e-45;
/** The amount, [1], by which every |w| of the table's pieces must shrink to make Σ|w| at most the radius; 0 if it
 *  already is. */
export const ballThreshold = (theta: Tensor, radius: number, table: readonly Penalized[]): Tensor =>
  node(ballOp, [theta], { radius: Math.max(radius, SMALLEST), table });

/** sign(w)·max(|w| − ε·l1, 0), in place: the proximal step of the 1-norm. */
export const softThreshold = (theta: Tensor, rate: Tensor, table: readonly Penalized[]): Tensor =>
  node(thresholdOp, [theta, rate], cut(table));
