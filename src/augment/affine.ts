import { full } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul } from '../ops/arithmetic.js';
import { stack } from '../ops/arrange.js';
import type { Operand } from '../ops/operand.js';

/** An affine map from the result back to the image, about their centres: the pixel at (u, v) is read at (m₀u + m₁v +
 *  m₂, m₃u + m₄v + m₅). Each coefficient is one number for all images, or [n], one for each. */
export type Affine = readonly [Operand, Operand, Operand, Operand, Operand, Operand];

const times = (a: Operand, b: Operand): Operand => {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  if (b === 1) return a;
  return typeof a === 'number' && typeof b === 'number' ? a * b : mul(a, b);
};
const plus = (a: Operand, b: Operand): Operand => {
  if (a === 0) return b;
  if (b === 0) return a;
  return typeof a === 'number' && typeof b === 'number' ? a + b : add(a, b);
};

/** The map f ∘ g, which changes images by f first and by g then, because maps go from the result back to the image. */
export const after = (f: Affine, g: Affine): Affine => {
  const [a, b, x, c, d, y] = g;
  const row = (p: Operand, q: Operand, r: Operand) =>
    [plus(times(p, a), times(q, c)), plus(times(p, b), times(q, d)), plus(plus(times(p, x), times(q, y)), r)] as const;
  return [...row(f[0], f[1], f[2]), ...row(f[3], f[4], f[5])];
};

/** The map as rows [n, 6] for `warp`. */
export const rowsOf = (affine: Affine, n: number): Tensor =>
  stack(
    affine.map((m) => (typeof m === 'number' ? full([n], m) : m)),
    1,
  );
