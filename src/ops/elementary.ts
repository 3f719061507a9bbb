import { floatBits } from '../graph/instruction.js';
import type { Tensor } from '../graph/tensor.js';
import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import { add, div, mul, neg, scale, square } from './arithmetic.js';
import { greater, less } from './compare.js';
import { unary, where } from './elementwise.js';
import type { Operand } from './operand.js';

type Unary = (x: Operand) => Tensor;
/** Hides the attributes, which most ops do not have. */
const plain =
  (f: (x: Operand, attributes: null) => Tensor): Unary =>
  (x) =>
    f(x, null);

/** |x|. The gradient at 0 is 0. */
export const abs: Unary = /*#__PURE__*/ plain(unary('abs', (dy, _, x) => mul(dy, sign(x))));
/** −1, 0 or 1. It has no gradient. */
export const sign: Unary = /*#__PURE__*/ plain(unary('sign'));
/** eˣ */
export const exp: Unary = /*#__PURE__*/ plain(unary('exp', (dy, y) => mul(dy, y)));
/** The natural logarithm. */
export const log: Unary = /*#__PURE__*/ plain(unary('log', (dy, _, x) => div(dy, x)));
/** √x */
export const sqrt: Unary = /*#__PURE__*/ plain(unary('sqrt', (dy, y) => div(dy, scale(y, 2))));
/** √x with gradient 0 at 0, as the last step of a norm. */
export const root: Unary = /*#__PURE__*/ plain(unary('sqrt', (dy, y) => where(greater(y, 0), div(dy, scale(y, 2)), 0)));
/** sin x, x in radians. */
export const sin: Unary = /*#__PURE__*/ plain(unary('sin', (dy, _, x) => mul(dy, cos(x))));
/** cos x, x in radians. */
export const cos: Unary = /*#__PURE__*/ plain(unary('cos', (dy, _, x) => neg(mul(dy, sin(x)))));
/** 1 / x */
export const reciprocal: Unary = /*#__PURE__*/ plain(unary('reciprocal', (dy, y) => neg(mul(dy, square(y)))));
/** The largest whole number that is not above x. It has no gradient. */
export const floor: Unary = /*#__PURE__*/ plain(unary('floor'));
/** The nearest whole number; halves go to the even one, as in NumPy and PyTorch. It has no gradient.
 *  @example round(tensor([0.5, 1.5, -2.7])).toArray() // [0, 2, -3] */
export const round: Unary = /*#__PURE__*/ plain(unary('round'));
/** log(1 + x), exact also where x is near 0. */
export const log1p: Unary = /*#__PURE__*/ plain(unary('log1p', (dy, _, x) => div(dy, add(x, 1))));
/** eˣ − 1, exact also where x is near 0. */
export const expm1: Unary = /*#__PURE__*/ plain(unary('expm1', (dy, y) => mul(dy, add(y, 1))));
/** The hyperbolic sine. */
export const sinh: Unary = /*#__PURE__*/ plain(unary('sinh', (dy, _, x) => mul(dy, cosh(x))));
/** The hyperbolic cosine. */
export const cosh: Unary = /*#__PURE__*/ plain(unary('cosh', (dy, _, x) => mul(dy, sinh(x))));
/** The error function, 2/√π ∫₀ˣ exp(−t²) dt. */
export const erf: Unary = /*#__PURE__*/ plain(
  unary('erf', (dy, _, x) => mul(dy, scale(exp(neg(square(x))), 1.1283791670955126))),
);

const clamped = /*#__PURE__*/ unary<{ low: number; high: number }>(
  'clamp',
  (dy, _, x, { low, high }) => where(less(x, low), 0, where(greater(x, high), 0, dy)),
  ({ low, high }) => ({ s: low, ldb: floatBits(high) }),
);
/** x, but not below `low` and not above `high`. The gradient is dy inside and at the bounds, 0 outside. */
export function clamp(x: Operand, low: number, high: number): Tensor {
  if (typeof low !== 'number' || typeof high !== 'number' || !(low <= high))
    throw new OptionError(
      `clamp: low is ${shown(low)} and high is ${shown(high)}; they must be numbers, low not above high`,
    );
  return clamped(x, { low, high });
}
