import { customGradient } from '../differentiate/customGradient.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, square, sub } from '../ops/arithmetic.js';
import { reciprocal, sqrt } from '../ops/elementary.js';
import { mean } from '../ops/reduce.js';

/** x minus its mean over some axes, divided by the root of its biased variance + eps; with both statistics and 1/σ, whose axes are
 *  kept.
 *  The gradient, dx = (dy − mean(dy) − x̂·mean(dy·x̂))/σ, takes one pass for the means and one for the rest. */
export function standardized(
  x: Tensor,
  axes: readonly number[],
  eps: number,
): { normalized: Tensor; average: Tensor; spread: Tensor; inverse: Tensor } {
  const over = (t: Tensor): Tensor => mean(t, [...axes], true);
  const average = over(x);
  const centered = sub(x, average);
  const spread = over(square(centered));
  const inverse = reciprocal(sqrt(add(spread, eps)));
  const normalized = customGradient(mul(centered, inverse), [x], (dy, y) => [
    mul(inverse, sub(sub(dy, over(dy)), mul(y, over(mul(dy, y))))),
  ]);
  return { normalized, average, spread, inverse };
}
