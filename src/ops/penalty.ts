import { floatBits } from '../graph/instruction.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { sum } from './reduce.js';

/** A piece of θ with its penalty: (l2/2)‖w‖² + l1‖w‖₁. */
export interface Penalized {
  readonly offset: number;
  readonly length: number;
  readonly l2: number;
  readonly l1: number;
}
const block = (table: readonly Penalized[]): Int32Array =>
  Int32Array.from([
    table.length,
    ...table.flatMap(({ offset, length, l2, l1 }) => [offset, length, floatBits(l2), floatBits(l1)]),
  ]);

const valueOp: Op<readonly Penalized[]> = {
  name: 'penaltyValue',
  shape: (_, table) => [table.length],
  lower: (y, [a], table) => ({ kernel: 'penaltyValue', a, d: block(table), rows: a.size, parts: y.size }),
};
/** Σ over the table of (l2/2)‖w‖² + l1‖w‖₁. */
export const penaltyValue = (theta: Tensor, table: readonly Penalized[]): Tensor => sum(node(valueOp, [theta], table));

const gradientOp: Op<readonly Penalized[]> = {
  name: 'penaltyGradient',
  overwrites: 0,
  shape: ([grad]) => grad.shape,
  lower: (_, [a, b], table) => ({
    kernel: 'penaltyGradient',
    a,
    b,
    d: block(table),
    rows: a.size,
    parts: table.length,
  }),
};
/** grad + l2·w + l1·sign(w), in place. */
export const addPenaltyGradient = (grad: Tensor, theta: Tensor, table: readonly Penalized[]): Tensor =>
  node(gradientOp, [grad, theta], table);

const thresholdOp: Op<readonly Penalized[]> = {
  name: 'softThreshold',
  overwrites: 0,
  shape: ([theta]) => theta.shape,
  lower: (_, [a, c], table) => ({ kernel: 'softThreshold', a, c, d: block(table), rows: a.size, parts: table.length }),
};
/** sign(w)·max(|w| − ε·l1, 0), in place: the proximal step of the 1-norm. */
export const softThreshold = (theta: Tensor, rate: Tensor, table: readonly Penalized[]): Tensor =>
  node(thresholdOp, [theta, rate], table);
