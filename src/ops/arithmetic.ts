import type { Shape } from '../graph/shape.js';
import { sameShape } from '../graph/shape.js';
import { full } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { equal, greater, less } from './compare.js';
import { floor, log, reciprocal, sqrt } from './elementary.js';
import { binary, broadcastShape, unary, where } from './elementwise.js';
import { asTensor, constantValue, type Operand } from './operand.js';

/** The result where both operands are constants; float32 in every runtime. */
const fold = (f: (a: number, b: number) => number, a: Tensor, b: Tensor, shape: Shape): Tensor | undefined => {
  const [x, y] = [constantValue(a), constantValue(b)];
  return x === undefined || y === undefined ? undefined : full(shape, Math.fround(f(Math.fround(x), Math.fround(y))));
};
/** x itself, where the other operand is the op's neutral element and broadcasting does not change x. */
const neutral = (x: Tensor, other: Tensor, value: number, shape: Shape): Tensor | undefined =>
  constantValue(other) === value && sameShape(x.shape, shape) ? x : undefined;

/** a + b */
export const add = /*#__PURE__*/ binary(
  'add',
  (dy) => [dy, dy],
  (a, b, shape) => fold((x, y) => x + y, a, b, shape) ?? neutral(a, b, 0, shape) ?? neutral(b, a, 0, shape),
);
/** a − b */
export const sub = /*#__PURE__*/ binary(
  'sub',
  (dy) => [dy, neg(dy)],
  (a, b, shape) => fold((x, y) => x - y, a, b, shape) ?? neutral(a, b, 0, shape),
);
/** a · b, element by element */
export const mul = /*#__PURE__*/ binary(
  'mul',
  (dy, _, a, b) => [mul(dy, b), mul(dy, a)],
  (a, b, shape) => fold((x, y) => x * y, a, b, shape) ?? neutral(a, b, 1, shape) ?? neutral(b, a, 1, shape),
);
/** a / b */
export const div = /*#__PURE__*/ binary(
  'div',
  (dy, y, _, b) => [div(dy, b), neg(div(mul(dy, y), b))],
  (a, b, shape) => fold((x, y) => x / y, a, b, shape) ?? neutral(a, b, 1, shape),
);
/** The rest a − b ⌊a/b⌋ of a division, which has the sign of b, as in NumPy: mod(−1, 3) is 2. NaN where b is 0. */
export const mod = /*#__PURE__*/ binary('mod', (dy, _, a, b) => [dy, neg(mul(dy, floor(div(a, b))))]);
/** The larger of a and b; NaN if either is. The gradient goes to a where they are equal. */
export const maximum = /*#__PURE__*/ binary('maximum', (dy, _, a, b) => [
  where(less(a, b), 0, dy),
  where(less(a, b), dy, 0),
]);
/** The smaller of a and b; NaN if either is. The gradient goes to a where they are equal. */
export const minimum = /*#__PURE__*/ binary('minimum', (dy, _, a, b) => [
  where(greater(a, b), 0, dy),
  where(greater(a, b), dy, 0),
]);

const negate = /*#__PURE__*/ unary('neg', (dy) => neg(dy));
/** −x */
export function neg(x: Operand): Tensor {
  const t = asTensor('neg', x);
  const value = typeof x === 'number' ? undefined : constantValue(t);
  return value === undefined ? negate(t, null) : full(t.shape, -value);
}
const scaled = /*#__PURE__*/ unary<number>(
  'scale',
  (dy, _, __, s) => scale(dy, s),
  (s) => ({ s }),
);
/** x · s for a number s */
export function scale(x: Tensor, s: number): Tensor {
  const value = constantValue(x);
  if (value !== undefined) return full(x.shape, Math.fround(Math.fround(value) * Math.fround(s)));
  return s === 1 ? x : scaled(x, s);
}
const squared = /*#__PURE__*/ unary('square', (dy, _, x) => mul(dy, scale(x, 2)));
/** x² */
export const square = (x: Operand): Tensor => squared(x, null);

/** x, but 0 where b is `value`. */
function whereNot(b: Tensor, value: number, x: Tensor): Tensor {
  const known = constantValue(b);
  if (known === undefined) return where(equal(b, value), 0, x);
  return known === value ? full(x.shape, 0) : x;
}
const power = /*#__PURE__*/ binary('pow', (dy, y, a, b) => [
  // a⁰ does not depend on a, even at 0
  whereNot(b, 0, mul(dy, mul(b, pow(a, sub(b, 1))))),
  // 0ᵇ does not depend on b, and a negative base has no real gradient with respect to b
  where(greater(a, 0), mul(dy, mul(y, log(maximum(a, 1e-38)))), 0),
]);
/** a to the power b. Small whole exponents are computed as products, ½ as a square root, −1 as a reciprocal. */
export function pow(a: Operand, b: Operand): Tensor {
  const [x, y] = [asTensor('pow', a, 'a'), asTensor('pow', b, 'b')];
  const exponent = typeof b === 'number' ? b : constantValue(y);
  const keepsShape = typeof b === 'number' || sameShape(broadcastShape('pow', x.shape, y.shape), x.shape);
  if (typeof a !== 'number' && exponent !== undefined && keepsShape) {
    if (exponent === 0) return full(x.shape, 1);
    if (exponent === 1) return x;
    if (exponent === 2) return square(x);
    if (exponent === 3) return mul(square(x), x);
    if (exponent === 4) return square(square(x));
    if (exponent === 0.5) return sqrt(x);
    if (exponent === -1) return reciprocal(x);
  }
  return power(x, y);
}
