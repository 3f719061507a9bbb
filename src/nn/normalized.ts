import { fusedGradient } from '../differentiate/fusedGradient.js';
import type { Tensor } from '../graph/tensor.js';
import { add, div, mul, square, sub } from '../ops/arithmetic.js';
import { sqrt } from '../ops/elementary.js';
import { type Columns, momentsOf, normalizeColumns, normalizeColumnsGradients } from '../ops/normalizeColumns.js';
import { normalizeRows, normalizeRowsGradients } from '../ops/normalizeRows.js';
import { mean } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';

/** x minus its mean over some axes, divided by the root of its biased variance + eps: the computation of the kernels,
 *  written with ops. */
function standardized(x: Tensor, axes: readonly number[], eps: number): Tensor {
  const over = (t: Tensor): Tensor => mean(t, axes, true);
  const centered = sub(x, over(x));
  return div(centered, sqrt(add(over(square(centered)), eps)));
}

/** Batch or group normalization of x, · weight + bias for each feature, and the moments [blocks, 3, features] that it
 *  used. */
export function normalizedColumns(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  columns: Columns,
): { y: Tensor; moments: Tensor } {
  const { blocks, length, features, width, eps } = columns;
  const moments = momentsOf(x, columns);
  const plain = (t: Tensor, w: Tensor, b: Tensor): Tensor => {
    const grouped = reshape(t, [blocks, length, features / width, width]);
    return add(mul(reshape(standardized(grouped, [1, 3], eps), t.shape), w), b);
  };
  const y = fusedGradient(
    normalizeColumns(x, moments, weight, bias, columns),
    [x, weight, bias],
    (dy) => normalizeColumnsGradients(dy, x, moments, weight, columns),
    plain,
  );
  return { y, moments };
}

/** Layer normalization of the rows of x [..., features], · weight + bias. */
export function layerNormalized(x: Tensor, weight: Tensor, bias: Tensor, eps: number): Tensor {
  const rows = { centered: true, eps };
  const { y, statistics } = normalizeRows(x, weight, bias, rows);
  return fusedGradient(
    y,
    [x, weight, bias],
    (dy) => normalizeRowsGradients(dy, x, statistics, weight, rows),
    (t, w, b) => add(mul(standardized(t, [t.shape.length - 1], eps), w), b),
  );
}

/** The rows of x [..., features] divided by the root of their mean square + eps, · weight. */
export function rmsNormalized(x: Tensor, weight: Tensor, eps: number): Tensor {
  const rows = { centered: false, eps };
  const { y, statistics } = normalizeRows(x, weight, undefined, rows);
  return fusedGradient(
    y,
    [x, weight],
    (dy) => normalizeRowsGradients(dy, x, statistics, weight, rows).slice(0, 2),
    (t, w) => mul(div(t, sqrt(add(mean(square(t), -1, true), eps))), w),
  );
}
