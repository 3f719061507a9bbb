import { exp, log } from './hostMath.js';

/** Student's distribution with whole degrees of freedom from 1, to within 1e-12 where there are not millions of them. */

/** The Beta function of n/2 and ½. */
function beta(n: number): number {
  let value = n % 2 ? Math.PI : 2;
  for (let a = n % 2 ? 0.5 : 1; a < n / 2; a++) value *= a / (a + 0.5);
  return value;
}

/** The continued fraction of the incomplete Beta function (Abramowitz and Stegun 1964, 26.5.8), by Lentz's method. */
function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 1000; m++) {
    const before = value;
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      value *= c * d;
    }
    if (Math.abs(value - before) <= 1e-15 * value) break;
  }
  return value;
}

/** The probability of a value at least as far from 0 as t, on either side, as a function of t. */
function tailsOf(df: number): (t: number) => number {
  const whole = beta(df);
  return (t) => {
    if (t === 0) return 1;
    const squares = t * t;
    if (squares === Number.POSITIVE_INFINITY) return 0;
    const [x, rest] = [df / (df + squares), squares / (df + squares)];
    const power = (df / 2) * log(x);
    const front = power < -700 ? 0 : (exp(power) * Math.sqrt(rest)) / whole;
    return x < (df / 2 + 1) / (df / 2 + 2.5)
      ? (front * fraction(df / 2, 0.5, x)) / (df / 2)
      : 1 - 2 * front * fraction(0.5, df / 2, rest);
  };
}
export const twoSided = (t: number, df: number): number => tailsOf(df)(t);

/** The value that is exceeded, on either side, with probability p. */
export function quantile(p: number, df: number): number {
  const tails = tailsOf(df);
  let [low, high] = [0, 2];
  while (tails(high) > p) high *= 2;
  for (let i = 0; i < 100 && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (tails(middle) > p) low = middle;
    else high = middle;
  }
  return high;
}
