import { node, type Op, type Tensor } from '../graph/tensor.js';
import { view } from '../graph/leaves.js';
import { tiles } from './operand.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';

/** Describes x as [blocks, length, features]. Each block is normalized by itself: its features over all its lines,
 *  `width` neighbouring features together. Batch normalization is one block of width 1, group normalization one for
 *  each example. */
export interface Columns {
  blocks: number;
  length: number;
  features: number;
  width: number;
  /** Added to the variance. */
  eps: number;
}
/** The lines of a chunk: few enough to stay in the first-level cache, sixteen features at a time, for a second pass. */
const CHUNK = 128;
const chunks = ({ length }: Columns): number => Math.ceil(length / CHUNK);
const fields = ({ blocks, length, features, width }: Columns) => ({
  rows: blocks,
  columns: length,
  inner: features,
  lda: CHUNK,
  ldb: width,
});
/** The number of parts, of about 16,384 floats each. */
const partsOf = (c: Columns): number => {
  const units = c.blocks * chunks(c);
  const most = units > 1 ? units : Math.ceil(c.features / 16);
  return Math.max(1, Math.min(most, Math.ceil((c.blocks * c.length * c.features) / 16384)));
};
/** The number of parts of work on tables, each of some thousand numbers. */
const tableParts = (c: Columns): number => Math.min(c.blocks, tiles(c.blocks * chunks(c) * 2 * c.features));

const sums = ({ blocks, features }: Columns, pieces: number) => [blocks, pieces, 2, features];
const columnMomentsOp: Op<Columns> = {
  name: 'columnMoments',
  shape: (_, c) => sums(c, chunks(c)),
  lower: (_, [a], c) => ({ kernel: 'columnMoments', a, ...fields(c), parts: partsOf(c) }),
};
const joinMomentsOp: Op<Columns> = {
  name: 'joinMoments',
  shape: (_, c) => [c.blocks, 3, c.features],
  lower: (_, [a], c) => ({ kernel: 'joinMoments', a, s: c.eps, ...fields(c), parts: tableParts(c) }),
};
const columnSlopesOp: Op<Columns> = {
  name: 'columnSlopes',
  shape: (_, c) => sums(c, chunks(c)),
  lower: (_, [a, b, c], columns) => ({ kernel: 'columnSlopes', a, b, c, ...fields(columns), parts: partsOf(columns) }),
};
const slopeTermsOp: Op<Columns> = {
  name: 'slopeTerms',
  shape: (_, c) => [c.blocks, 3, c.features],
  lower: (_, [a, b, c], columns) => ({
    kernel: 'slopeTerms',
    a,
    b,
    c,
    s: -1 / (columns.length * columns.width),
    ...fields(columns),
    parts: tableParts(columns),
  }),
};
/** The table of moments is operand d: `place` may put a result into the memory of a, b or c, and the table can be as
 *  large as x. */
const normalizeOp: Op<Columns> = {
  name: 'normalizeColumns',
  elementwise: true,
  shape: ([x]) => x.shape,
  lower: (y, [a, b, c, d], { length, features }) => ({
    kernel: 'normalizeColumns',
    a,
    b,
    c,
    d,
    rows: y.size,
    columns: length,
    lda: features,
    parts: tiles(y.size),
  }),
};
const gradientOp: Op<Columns> = {
  name: 'normalizeColumnsGradient',
  elementwise: true,
  shape: ([, x]) => x.shape,
  lower: (y, [a, b, d, e], { length, features }) => ({
    kernel: 'normalizeColumnsGradient',
    a,
    b,
    d,
    e,
    rows: y.size,
    columns: length,
    lda: features,
    parts: tiles(y.size),
  }),
};

/** [blocks, 3, features]: mean, biased variance and 1/√(variance + eps), the same for all features of a group. */
export const momentsOf = (x: Tensor, columns: Columns): Tensor =>
  node(joinMomentsOp, [node(columnMomentsOp, [x], columns)], columns);

/** (x − mean)/σ · weight + bias. */
export const normalizeColumns = (x: Tensor, moments: Tensor, weight: Tensor, bias: Tensor, columns: Columns): Tensor =>
  node(normalizeOp, [x, weight, bias, moments], columns);

/** The gradients of x, weight and bias, in one pass for the sums and one for dx. */
export function normalizeColumnsGradients(
  dy: Tensor,
  x: Tensor,
  moments: Tensor,
  weight: Tensor,
  columns: Columns,
): [Tensor, Tensor, Tensor] {
  const { features } = columns;
  const slopes = node(columnSlopesOp, [dy, x, moments], columns);
  const terms = node(slopeTermsOp, [slopes, moments, weight], columns);
  const total = sum(reshape(slopes, [-1, 2 * features]), 0);
  const dx = node(gradientOp, [dy, x, moments, terms], columns);
  return [dx, view(total, features, [features]), view(total, 0, [features])];
}
