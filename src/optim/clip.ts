import { positive } from '../options.js';
import { view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import { maximum, mul, square } from '../ops/arithmetic.js';
import { clamp, sqrt } from '../ops/elementary.js';
import { sum, sumSquares } from '../ops/reduce.js';
import { assign } from '../ops/storage.js';
import { factor, unitNorm } from './norms.js';
import { nativeRule, type Rule } from './rule.js';

/** The order of clipping, which is the last among the rules of the gradient. */
const ORDER = 3;
const clipping = (name: string, c: number, apply: Rule['apply']): Rule =>
  nativeRule({ name, options: { c } }, { stage: 'gradient', order: ORDER, apply });

/** Applies f to the piece of the gradient of every trainable parameter. */
const piecewise = (
  grad: Tensor,
  segments: readonly Segment[],
  f: (piece: Tensor, segment: Segment) => Tensor,
): Tensor =>
  segments
    .filter(({ trainable }) => trainable)
    .reduce(
      (vector, segment) => assign(vector, f(view(grad, segment.offset, segment.shape), segment), segment.offset),
      grad,
    );

/** Clamps every element of the gradient between −c and c.
 *  @example clip.value(0.5) */
export function value(c: number): Rule {
  positive('clip.value', 'c', c);
  return clipping('value', c, ({ grad }) => ({ grad: assign(grad, clamp(grad, -c, c)) }));
}

/** Scales the gradient of every parameter by c/‖g‖ where its 2-norm is above c.
 *  @example clip.norm(1) */
export function norm(c: number): Rule {
  positive('clip.norm', 'c', c);
  return clipping('norm', c, ({ grad }, segments) => ({
    grad: piecewise(grad, segments, (g) => mul(g, factor(sqrt(sum(square(g))), c))),
  }));
}

/** Scales the whole gradient by c/‖g‖ where its 2-norm is above c (Pascanu et al. 2013), which keeps its direction.
 *  @example clip.globalNorm(1) */
export function globalNorm(c: number): Rule {
  positive('clip.globalNorm', 'c', c);
  return clipping('globalNorm', c, ({ grad }) => ({
    grad: assign(grad, mul(grad, factor(sqrt(sumSquares(grad)), c))),
  }));
}

/** Limits the gradient of every unit in proportion to its weights: it is scaled down where its norm is above c·max(‖w‖,
 *  10⁻³) (Brock et al. 2021). A unit is one place of a weight's last axis; parameters with one axis are taken as a
 *  whole.
 *  @example clip.adaptive(0.01) */
export function adaptive(c: number): Rule {
  positive('clip.adaptive', 'c', c);
  return clipping('adaptive', c, ({ theta, grad }, segments) => ({
    grad: piecewise(grad, segments, (g, { offset, shape }) => {
      const most = mul(maximum(unitNorm(view(theta, offset, shape)), 1e-3), c);
      return mul(g, factor(unitNorm(g), most));
    }),
  }));
}
