import type { Shape } from '../graph/shape.js';
import { isGiven, refuse } from '../options.js';

/** The lengths of rows x [n, t, …], checked: a whole number from 1 to t for each. */
export function lengthsOf(
  where: string,
  given: ArrayLike<number> | undefined,
  [n, t]: Shape,
): Float32Array | undefined {
  if (!isGiven(given)) return undefined;
  const lengths = Array.from(Object(given) as ArrayLike<number>);
  const right = (length: number): boolean => Number.isInteger(length) && length >= 1 && length <= t;
  return lengths.length === n && lengths.every(right)
    ? Float32Array.from(lengths)
    : refuse(where, 'lengths', given, `${n} whole numbers from 1 to ${t}, one for each row`);
}
