import type { Tensor } from '../graph/tensor.js';
import { add, sub } from './arithmetic.js';
import { binary } from './elementwise.js';
import { asTensor, type Operand } from './operand.js';

/** 1 where a = b, else 0. Like all comparisons it has no gradient. */
export const equal = /*#__PURE__*/ binary('equal');
/** 1 where a < b, else 0. */
export const less = /*#__PURE__*/ binary('less');
/** 1 where a > b, else 0. */
export const greater = /*#__PURE__*/ binary('greater');
/** 1 where a ≤ b, else 0. */
export const lessEqual = (a: Operand, b: Operand): Tensor => either('lessEqual', less, a, b);
/** 1 where a ≥ b, else 0. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => either('greaterEqual', greater, a, b);
/** 1 where a ≠ b, else 0. NaN differs from everything, from NaN too. */
export const notEqual = (a: Operand, b: Operand): Tensor => sub(1, equal(...both('notEqual', a, b)));
/** 1 where x is NaN, else 0. */
export function isNotNumber(x: Operand): Tensor {
  const t = asTensor('isNaN', x);
  return notEqual(t, t);
}

const both = (name: string, a: Operand, b: Operand): [Tensor, Tensor] => [
  asTensor(name, a, 'a'),
  asTensor(name, b, 'b'),
];
function either(name: string, strict: typeof less, ...given: [Operand, Operand]): Tensor {
  const [a, b] = both(name, ...given);
  return add(strict(a, b), equal(a, b));
}
