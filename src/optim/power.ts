import { exp, log } from '../random/hostMath.js';

/** baseⁿ for base ≥ 0, the same in every engine: by products for whole n, else as e^(n log base). */
export function power(base: number, n: number): number {
  if (n < 0) return 1 / power(base, -n);
  if (!Number.isInteger(n)) return base === 0 ? 0 : exp(n * log(base));
  let result = 1;
  for (let [square, rest] = [base, n]; rest > 0; square *= square, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) result *= square;
  return result;
}
