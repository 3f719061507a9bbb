import { checkKeys, finite, oneOf } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { add, minimum, mul, pow, scale, sub } from './arithmetic.js';
import { greater } from './compare.js';
import { erf, exp } from './elementary.js';
import { binary, unary, where } from './elementwise.js';
import { asTensor, type Operand } from './operand.js';

const reluGradient = /*#__PURE__*/ binary('reluGradient', (d, _, __, y) => [reluGradient(d, y)]);
const reluMap = /*#__PURE__*/ unary('relu', (dy, y) => reluGradient(dy, y));
/** max(x, 0). The gradient is dy where y > 0, and 0 at and below it. */
export const relu = (x: Operand): Tensor => reluMap(x, null);

const tanhGradient = /*#__PURE__*/ binary('tanhGradient', (d, _, dy, y) => [
  tanhGradient(d, y),
  mul(d, scale(mul(dy, y), -2)),
]);
const tanhMap = /*#__PURE__*/ unary('tanh', (dy, y) => tanhGradient(dy, y));
/** The hyperbolic tangent. */
export const tanh = (x: Operand): Tensor => tanhMap(x, null);

const sigmoidGradient = /*#__PURE__*/ binary('sigmoidGradient', (d, _, dy, y) => [
  sigmoidGradient(d, y),
  mul(d, mul(dy, sub(1, scale(y, 2)))),
]);
const sigmoidMap = /*#__PURE__*/ unary('sigmoid', (dy, y) => sigmoidGradient(dy, y));
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Operand): Tensor => sigmoidMap(x, null);

const leakyReluGradient = /*#__PURE__*/ binary('leakyReluGradient', (d, _, __, x, s) => [leakyReluGradient(d, x, s)]);
const leakyReluMap = /*#__PURE__*/ unary<number>(
  'leakyRelu',
  (dy, _, x, slope) => leakyReluGradient(dy, x, slope),
  (s) => ({ s }),
);
/** x where x > 0, else slope · x. */
export function leakyRelu(x: Operand, options: { slope?: number } = {}): Tensor {
  checkKeys('leakyRelu', options, ['slope']);
  return leakyReluMap(x, finite('leakyRelu', 'slope', options.slope ?? 0.01));
}

const softplusMap = /*#__PURE__*/ unary('softplus', (dy, _, x) => mul(dy, sigmoid(x)));
/** log(1 + eˣ), without overflow. */
export const softplus = (x: Operand): Tensor => softplusMap(x, null);

/** x where x > 0, else α (eˣ − 1). */
export function elu(x: Operand, options: { alpha?: number } = {}): Tensor {
  checkKeys('elu', options, ['alpha']);
  return exponential(asTensor('elu', x), finite('elu', 'alpha', options.alpha ?? 1));
}
const exponential = (x: Tensor, alpha: number): Tensor =>
  where(greater(x, 0), x, scale(sub(exp(minimum(x, 0)), 1), alpha));

/** λ · elu(x, α) with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017). */
export const selu = (x: Operand): Tensor =>
  scale(exponential(asTensor('selu', x), 1.6732632423543772), 1.0507009873554805);

/** x · sigmoid(x) (Ramachandran et al. 2017) */
export function silu(x: Operand): Tensor {
  const t = asTensor('silu', x);
  return mul(t, sigmoid(t));
}

/** x · Φ(x) with the normal distribution's Φ (Hendrycks & Gimpel 2016); `'tanh'` takes their approximation of Φ. */
export function gelu(x: Operand, options: { approximate?: 'none' | 'tanh' } = {}): Tensor {
  checkKeys('gelu', options, ['approximate']);
  const approximate = options.approximate ?? 'none';
  oneOf('gelu', 'approximate', approximate, ['none', 'tanh']);
  const t = asTensor('gelu', x);
  const inner =
    approximate === 'none'
      ? erf(scale(t, Math.SQRT1_2))
      : tanh(scale(add(t, scale(pow(t, 3), 0.044715)), 0.7978845608028654));
  return mul(scale(t, 0.5), add(inner, 1));
}
