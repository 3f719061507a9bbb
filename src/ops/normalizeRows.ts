import { view } from '../graph/leaves.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { tiles } from './operand.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';

/** Describes x as rows of features, each normalized by itself. */
interface Rows {
  /** Whether the mean of the row is subtracted. */
  centered: boolean;
  /** Added to the variance. */
  eps: number;
}
const CHUNK = 128;
const sizes = (x: Tensor, weight: Tensor) => ({ rows: x.size / weight.size, columns: weight.size });

/** y, followed by [rows, 2]: the mean and 1/σ of each row, which the gradient needs. */
const normalizeOp: Op<Rows> = {
  name: 'normalizeRows',
  shape: ([x, weight]) => [x.size + 2 * sizes(x, weight).rows],
  lower: (_, [a, b, c], { centered, eps }) => {
    const { rows, columns } = sizes(a, b);
    return {
      kernel: 'normalizeRows',
      a,
      b,
      c,
      rows,
      columns,
      mode: Number(centered),
      s: eps,
      parts: Math.min(rows, tiles(a.size)),
    };
  },
};
const gradientOp: Op<Rows> = {
  name: 'normalizeRowsGradient',
  shape: ([, x]) => x.shape,
  lower: (_, [a, b, c, d], { centered }) => {
    const { rows, columns } = sizes(b, c);
    return {
      kernel: 'normalizeRowsGradient',
      a,
      b,
      c,
      d,
      rows,
      columns,
      mode: Number(centered),
      parts: Math.min(rows, tiles(b.size)),
    };
  },
};
/** [chunks, 2, features]: Σ dy and Σ dy·x̂ of each chunk of rows. */
const slopesOp: Op<{ features: number }> = {
  name: 'rowSlopes',
  shape: ([, x], { features }) => [Math.ceil(x.size / features / CHUNK), 2, features],
  lower: (y, [a, b, c], { features }) => ({
    kernel: 'rowSlopes',
    a,
    b,
    c,
    rows: 1,
    columns: b.size / features,
    inner: features,
    lda: CHUNK,
    parts: Math.min(y.shape[0] > 1 ? y.shape[0] : Math.ceil(features / 16), Math.ceil(b.size / 16384)),
  }),
};

/** x̂·weight + bias, with x̂ = (x − mean)/√(variance + eps) for each row, or x/√(mean square + eps) without centering;
 *  and the [rows, 2] that the gradient needs. */
export function normalizeRows(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  rows: Rows,
): { y: Tensor; statistics: Tensor } {
  const both = node(normalizeOp, bias ? [x, weight, bias] : [x, weight], rows);
  return { y: view(both, 0, x.shape), statistics: view(both, x.size, [x.size / weight.size, 2]) };
}

/** The gradients of x, weight and bias. */
export function normalizeRowsGradients(
  dy: Tensor,
  x: Tensor,
  statistics: Tensor,
  weight: Tensor,
  rows: Rows,
): [Tensor, Tensor, Tensor] {
  const features = weight.size;
  const total = sum(reshape(node(slopesOp, [dy, x, statistics], { features }), [-1, 2 * features]), 0);
  const dx = node(gradientOp, [dy, x, weight, statistics], rows);
  return [dx, view(total, features, [features]), view(total, 0, [features])];
}
