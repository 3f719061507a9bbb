import type { Tensor } from '../graph/tensor.js';
import { div, square } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { sqrt } from '../ops/elementary.js';
import { where } from '../ops/elementwise.js';
import { sum } from '../ops/reduce.js';

/** c/‖x‖ where ‖x‖ > c, else 1. */
export const factor = (norm: Tensor, c: number | Tensor): Tensor => where(greater(norm, c), div(c, norm), 1);

/** The 2-norm of each unit, which is a place of the last axis; parameters with one axis are taken as a whole. */
export const unitNorm = (x: Tensor): Tensor =>
  sqrt(x.shape.length < 2 ? sum(square(x)) : sum(square(x), x.shape.map((_, i) => i).slice(0, -1), true));
